"""Rules on the texts of an entry: no markup, nothing hidden, nothing overlong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from catalogue.entries.initiatives import Initiative
from catalogue.entries.reading import Entry
from search.faults import Fault
from search.toml_lines import KeyPath
from search.words import counted

SUMMARY_WORDS = (40, 120)
NOTE_LENGTH = 300
TEXT_LENGTH = 1000
_MARKUP = (
    (re.compile(r"<\s*[a-zA-Z/!?]"), "an HTML tag"),
    (re.compile(r"\]\("), "a Markdown link"),
    (re.compile(r"\*\*|__\w|(?:^|\n)#{1,6} |`"), "Markdown"),
)
_ADDRESS = re.compile(r"(?:url:)?https?://\S+")  # has rules of its own; may hold "__" and "&amp;"
_ENTITY = re.compile(r"&(#\w+;|[a-zA-Z]+\d*;)")  # only named ones that exist: "R&D;" is none
# Printable ASCII without a sign that markup is made of: most texts, in which nothing can be wrong.
_PLAIN = re.compile(r"[ !\"$%'-)+-;=?-\[\\^a-~]*")
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")
_ONE_LINE = frozenset({"name", "acronym", "aliases", "title", "locator", "source", "name_local"})


def _to_look_at(
    value: dict[str, Any] | list[Any], path: KeyPath, found: list[tuple[KeyPath, str]]
) -> None:
    """Gather the texts in which something may be wrong, each with the path of its key."""
    for key, each in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(each, str):
            if len(each) > NOTE_LENGTH or not _PLAIN.fullmatch(each):
                found.append(((*path, key), each))
        elif isinstance(each, (dict, list)):
            _to_look_at(each, (*path, key), found)


def texts(entry: Entry, _initiative: Initiative) -> Iterator[Fault]:
    """No markup, no hidden signs, nothing overlong, in any text."""
    assert entry.document is not None
    found: list[tuple[KeyPath, str]] = []
    _to_look_at(entry.document.values, (), found)
    for path, text in found:
        key = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
        markup = None if _ADDRESS.fullmatch(text) else _markup(text)
        if markup:
            remedy = "Write plain words: the page shows every sign as it stands."
            yield entry.fault("markup", entry.line(*path), f"{key!r} holds {markup}.", remedy)
        # Most texts are printable, and nothing hidden is: no need to look at each sign.
        suspect = not text.isprintable() or "\ufffd" in text
        hidden = next((sign for sign in text if _is_hidden(sign)), None) if suspect else None
        if hidden:
            name = unicodedata.name(hidden, "a control character").lower()
            what = f"{key!r} holds U+{ord(hidden):04X} ({name})."
            yield entry.fault("hidden-sign", entry.line(*path), what, "Remove it.")
        if "\n" in text.strip() and (key in _ONE_LINE or path[0] == "name_local"):
            yield entry.fault(
                "one-line", entry.line(*path), f"{key!r} runs over lines.", "Join them."
            )
        most = NOTE_LENGTH if key == "note" else TEXT_LENGTH
        if len(text) > most and path != ("summary",):
            what = f"{key!r} has {len(text)} characters; the most is {most}."
            yield entry.fault("length", entry.line(*path), what, "Shorten it.")


def _markup(text: str) -> str | None:
    for pattern, what in _MARKUP:
        if pattern.search(text):
            return what
    entities = _ENTITY.findall(text)
    return "an HTML entity" if any(each[0] == "#" or each in html5 for each in entities) else None


def _is_hidden(sign: str) -> bool:
    category = unicodedata.category(sign)
    return (
        (category == "Cc" and sign not in "\n\t") or sign in _OVERRIDES or category in ("Cs", "Co")
    )


def summary(entry: Entry, initiative: Initiative) -> Iterator[Fault]:
    """A summary has 40 to 120 words."""
    words = len(initiative.summary.split())
    least, most = SUMMARY_WORDS
    if words and not least <= words <= most:
        what = f"the summary has {counted(words, 'word')}; {least} to {most} are asked for."
        remedy = "Say more." if words < least else "Shorten it."
        yield entry.fault("summary", entry.line("summary"), what, remedy)


RULES = (texts, summary)
