"""The ways to screen at a terminal; each is a user of `screening.engine`."""
