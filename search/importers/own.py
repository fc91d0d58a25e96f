"""By what Sarcat's own marks in other formats begin."""

OWN = "sarcat: {"  # the note with everything that a format has no field for
LABEL = "sarcat:"  # an outcome that is written as a keyword
# By what a spreadsheet knows a formula, also in the wide signs of East Asian keyboards; a table of
# ours has an apostrophe before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
