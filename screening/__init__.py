"""Decide: duplicate sets, decisions in append-only logs, and the flow they add up to.

Knows `search`; knows nothing of the catalogue.
"""
