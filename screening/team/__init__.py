"""Several reviewers: agreement, the pilot, conflicts and how they were settled."""
