"""Ask and keep: strategies, search runs, PubMed, imports, and the records they bring.

The lowest package: it knows nothing of screening or of the catalogue.
"""
