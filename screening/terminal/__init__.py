"""The screens of screening: users of `screening.engine`, which knows none of them."""
