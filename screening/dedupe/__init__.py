"""Which records are one work: pairs found, compared, judged, joined into duplicate sets."""
