"""Publish: curated initiatives, their claims and evidence, and the static site.

Knows `screening` and `search`; nothing below knows it.
"""
