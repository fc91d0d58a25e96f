"""By what Sarcat's own marks in other formats begin."""

OWN = "sarcat: {"  # the note with everything that a format has no field for
LABEL = "sarcat:"  # an outcome that is written as a keyword
