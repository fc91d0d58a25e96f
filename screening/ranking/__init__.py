"""What to read first, learned from one reviewer's decisions, and how well that goes."""
