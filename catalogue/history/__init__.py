"""What changed in the catalogue, when, and why."""
