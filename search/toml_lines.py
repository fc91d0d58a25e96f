"""On which line of a TOML text each key stands: the text is walked through once.

What a parser gives are values without their places.
"""

from __future__ import annotations

import re

KeyPath = tuple[str | int, ...]

_KEY_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(\.?)""")


_BARE_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*(?![\s.A-Za-z0-9_-])")
_BARE_HEADER = re.compile(r"(\[\[?)([A-Za-z0-9_.-]+)\]\]?[ \t]*")


def _split_key(text: str) -> tuple[list[str], int] | None:
    """Read a dotted key at the start of ``text``: its parts and where it ends."""
    bare = _BARE_KEY.match(text)
    if bare:  # nearly all of them
        return [bare.group(1)], bare.end()
    parts: list[str] = []
    at = 0
    while True:
        found = _KEY_PART.match(text, at)
        if not found:
            return None
        parts.append(next(group for group in found.groups()[:3] if group is not None))
        at = found.end()
        if not found.group(4):
            return parts, at


# What opens or closes something on a line; a string that is whole, or cut off, counts as one sign.
_SIGN = re.compile(
    r"""\"{3}|'{3}|"(?:[^"\\]|\\.)*"?|'[^']*'?|\#|[\[{\]}]""",
)
_OPENING = re.compile(r"""[\[{]|\"{3}|'{3}""")
_CLOSE = {
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""'),
    "'''": re.compile(r"(?:[^']|'(?!''))*'''"),
}


def _still_open(text: str, quote: str | None, depth: int) -> tuple[str | None, int]:
    """Follow strings and brackets through one line: what is still open at its end."""
    if not quote and not depth and not _OPENING.search(text):
        return None, 0
    at = 0
    while True:
        # A one-line string cannot run on: only one of three quotes is open at a line's end.
        found = (_CLOSE[quote].match if quote else _SIGN.search)(text, at)
        if not found:
            return quote, max(depth, 0)
        at, sign = found.end(), found.group()
        if quote:
            quote = None
        elif sign == "#":
            return None, max(depth, 0)
        elif sign in _CLOSE:
            quote = sign
        else:
            depth += (sign in "[{") - (sign in "]}")


# A line that stands by itself, as nearly all do: a remark, or a bare key with a value that ends on
# the line. What it does not match is followed sign by sign.
_WHOLE_TEXT = r'"[^"\\]*"(?!")'
_WHOLE_LIST = rf"""(?:[^\[\]{{}}"'\#]|{_WHOLE_TEXT})*"""
_PLAIN_LINE = re.compile(
    rf"""[ \t]*(?:([A-Za-z0-9_-]+)[ \t]*=[ \t]*
    (?:{_WHOLE_TEXT}|[^"'\[{{\#]+|\[{_WHOLE_LIST}\]|\{{{_WHOLE_LIST}\}})[ \t]*)?(?:\#.*)?$""",
    re.VERBOSE,
)


def line_of_keys(text: str) -> dict[KeyPath, int]:
    """Map each key path of a TOML text (arrays of tables by index) to its line, from 1."""
    lines: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    prefix: KeyPath = ()
    quote: str | None = None
    depth = 0
    plain_line, bare_header = _PLAIN_LINE.match, _BARE_HEADER.fullmatch
    for number, line in enumerate(text.splitlines(), start=1):
        if quote or depth:
            quote, depth = _still_open(line, quote, depth)
            continue
        if not line:
            continue
        plain = plain_line(line)
        if plain:
            if plain[1]:
                lines.setdefault((*prefix, plain[1]), number)
            continue
        header = bare_header(line)
        if header:  # nearly all of them
            prefix = _resolve(tuple(header[2].split(".")), counts, header[1] == "[[")
            for length in range(1, len(prefix) + 1):
                lines.setdefault(prefix[:length], number)
            continue
        stripped = line.strip()
        if stripped.startswith("["):
            is_array = stripped.startswith("[[")
            key = _split_key(stripped[2 if is_array else 1 :])
            if key:
                prefix = _resolve(tuple(key[0]), counts, is_array)
                # [a.b] makes the table a as well: a fault of it has a line to stand on
                for length in range(1, len(prefix) + 1):
                    lines.setdefault(prefix[:length], number)
            continue
        key = _split_key(line) if stripped and not stripped.startswith("#") else None
        if key and line[key[1] :].lstrip().startswith("="):
            for length in range(1, len(key[0]) + 1):
                lines.setdefault(prefix + tuple(key[0][:length]), number)
            quote, depth = _still_open(line[line.index("=", key[1] - 1) + 1 :], None, 0)
    return lines


def _resolve(parts: tuple[str, ...], counts: dict[KeyPath, int], is_array: bool) -> KeyPath:
    """Turn a header's parts into a path: inside an array of tables, its latest element."""
    path: KeyPath = ()
    for position, part in enumerate(parts):
        path = (*path, part)
        last = position == len(parts) - 1
        if last and is_array:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path
