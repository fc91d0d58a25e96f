"""The slips of people who write TOML by hand, and what to do about each.

A parser says what it expected; whoever fills in a form wants to know what to write instead.
"""

from __future__ import annotations

import re

# what stands in the line; what the parser says of it; what to do
_REMEDIES = (
    (r"^(<{7}|={7}|>{7})( |$)", "",
     "Two versions meet here: keep one of them, and remove the lines of <<<<<<<, ======= and "
     ">>>>>>>."),
    ("", r"Illegal character '\\x", "Remove the sign, which cannot be seen."),
    (r"[=\[,{]\s*[“”„‟‘’]", "",
     'Put the text in straight quotes: "…", as a plain text editor writes them.'),
    ("", r"Illegal character '\\n'|Unterminated string",
     'Close the quote that is opened here: "…".'),
    ("", "Cannot overwrite a value|Duplicate",
     "This key stands twice in its table: keep one of them."),
    ("", "Cannot declare",
     "This table stands twice: keep one, or write [[…]] over each to have several."),
    (r"=\s*\d+,\d{3}", "", "Write the number without a comma: 1200."),
    (r"=\s*\d{4}-\d\d\s*$", "",
     'Put a month in quotes: "2026-11". A whole day has none: 2026-11-24.'),
    (r"=\s*[\d./-]+\s*$", "", "Write a day as 2026-11-24: year, month and day."),
    (r"=\s*$", "Invalid value", "Write something behind the sign =, or remove the line."),
    ("", "Invalid value",
     'Put a text in quotes: "…". Numbers, whole days, true and false have none.'),
    (r"^[^=]*$", "Expected '='", 'Write key = "text", or put # before a remark.'),
    ("", "Unclosed|Invalid initial character",
     "Look for a bracket, brace or quote that is not closed."),
)  # fmt: skip


def remedy(message: str, line: str) -> str:
    """Return what to do about what the parser said of this line of the text."""
    for in_line, in_message, what in _REMEDIES:
        if re.search(in_line, line) and re.search(in_message, message):
            return what
    return "Mend the line and try again."
