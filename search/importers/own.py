"""By what Sarcat's own marks in other formats begin; what their JSON may hold."""

from __future__ import annotations

import json
from typing import Any

OWN = "sarcat: {"  # the note with everything that a format has no field for
LABEL = "sarcat:"  # an outcome that is written as a keyword
# By what a spreadsheet knows a formula, also in the wide signs of East Asian keyboards; a table of
# ours has an apostrophe before it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def without_halves(document: Any, text: str) -> Any:
    """Return what JSON ``text`` says with a question mark for each surrogate alone.

    Such half of a letter comes from an escape (``\\ud800``) and from nowhere else. It cannot be
    written as UTF-8: a run that holds it could not be read again.
    """
    if "\\ud" not in text.lower():
        return document
    spelled = json.dumps(document, ensure_ascii=False)
    return json.loads(spelled.encode("utf-8", "replace"))
