"""What must hold of an entry, each rule a small function."""
