"""The pages of the site as Jinja2 templates, read through importlib.resources."""
