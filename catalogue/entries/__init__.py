"""An entry: its claims and evidence, read from TOML and told in words."""
