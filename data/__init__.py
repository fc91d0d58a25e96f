"""The review that ships with the program, read through importlib.resources."""
