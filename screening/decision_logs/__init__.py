"""The judgements of persons: events in append-only logs, and the verdicts in force."""
