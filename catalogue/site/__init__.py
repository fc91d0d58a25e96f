"""The site as a folder: built whole, put in place, checked, served, packed."""
