"""When to stop reading: the statistics, and the rules by name."""
