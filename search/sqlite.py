"""The door to sqlite-utils, which comes without numpy here.

It loads numpy and pandas where they are installed, to know the kinds of their numbers: none of ours
is ever put into a table, and every command would wait for it.
"""

from __future__ import annotations

import sys

_UNWANTED = [name for name in ("numpy", "pandas") if name not in sys.modules]

for name in _UNWANTED:
    sys.modules[name] = None  # type: ignore[assignment]  # "not installed", as Python says it
try:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations
finally:
    for name in _UNWANTED:
        del sys.modules[name]

__all__ = ["Database", "Migrations"]
