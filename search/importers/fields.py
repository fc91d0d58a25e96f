"""What the readers of tagged text share: the fields of one record, and their values made clean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from search.importers.brought_notes import with_brought
from search.reading import Reading
from search.records import Record

LARGEST = 16 << 20  # characters of one record; a file is never held whole
YEAR = re.compile(r"(?<!\d)(1[4-9]\d\d|20\d\d)(?!\d)")
_INITIALS = r"(?:[A-Z]\.?[ -]?){1,5}"
# "Smith JA", "Smith J.-A.", "van der Berg J Jr": a family name, then initials
_SHORT_NAME = re.compile(rf"([^,;]*[^\W\d_]{{2}}[^,;]*?)[ ]+({_INITIALS}(?: (?:Jr|Sr|\d\w\w)\.?)?)")
_ENTITY = re.compile(r"&#?\w{1,8}$")
_ISSN = re.compile(r"(?<![\dXx])(?<!\d-)(\d{4})[-–]?(\d{3}[\dXx])(?![\dXx-])")
# Under which tags a format keeps what the file itself calls a record.
_OWN_ID = {
    "csv": ("id", "own_key"), "ris": ("ID",), "bibtex": ("entrykey",), "ciw": ("UT",),
    "endnote-xml": ("rec-number",), "ovid": ("unique identifier",), "enw": ("M",),
}  # fmt: skip
_ISSN_ALONE = re.compile(r"[0-9]{4}-[0-9]{3}[0-9X]")
_ISBN = re.compile(r"(?<!\d)(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dXx](?!\d)")


Pairs = Iterable[tuple[str, str]]  # tags with their values


class Entry:
    """The fields of one record as they stand in the file: tags and values, in their order."""

    __slots__ = ("_fields", "_index", "_met", "_size", "_whole", "last", "line", "strict")

    def __init__(self, line: int, *, strict: bool = True) -> None:
        self.line = line  # where the record begins
        self.strict = strict  # whether its tags are written as the format has them
        self.last = ""  # the tag that a line without one continues
        self._fields: list[tuple[str, list[str]]] = []
        self._index: dict[str, list[str]] | None = None
        self._whole: Callable[[], Pairs] | None = None
        self._met: set[str] = set()
        self._size = 0

    @classmethod
    def of(cls, line: int, index: dict[str, list[str]], pairs: Callable[[], Pairs]) -> Entry:
        """Return an entry whose fields are all at hand: by tag, and when asked for in their order.

        Blanks in values are single ones, and no value is empty.
        """
        entry = cls(line)
        entry._index = index
        entry._whole = pairs
        return entry

    @classmethod
    def of_fields(cls, fields: list[tuple[str, str]]) -> Entry:
        """Return the entry of fields that a writer is about to write: as they will be read back."""
        index: dict[str, list[str]] = {}
        found = [(tag, " ".join(value.split())) for tag, value in fields]
        for tag, value in found:
            if value:
                index.setdefault(tag, []).append(value)
        return cls.of(0, index, lambda: [pair for pair in found if pair[1]])

    def add(self, tag: str, value: str, reading: Reading, line: int) -> None:
        """Add a field."""
        self.last = tag
        self._met.add(tag)
        if self._has_room(value, reading, line):
            self._fields.append((tag, [value]))

    def go_on(self, text: str, reading: Reading, line: int) -> None:
        """Continue the last field."""
        if self._has_room(text, reading, line):
            self._fields[-1][1].append(text)

    def _has_room(self, text: str, reading: Reading, line: int) -> bool:
        """Return whether there is room for more; what goes beyond `LARGEST` is a problem, once."""
        had_room = self._size <= LARGEST
        self._size += len(text) + 64  # what a value takes without its text
        self._index = None
        if had_room and self._size > LARGEST:
            reading.problem(line, f"the record that begins in line {self.line} is larger than "
                                  f"{LARGEST >> 20} MB; its rest is left out")  # fmt: skip
        return self._size <= LARGEST

    def has(self, tag: str) -> bool:
        """Return whether a field was met, be it empty."""
        return tag in self._met

    @property
    def index(self) -> dict[str, list[str]]:
        """The values of each tag in the order of the file, without empty ones."""
        if self._index is None:
            self._index = {}
            for tag, value in self._pairs():
                self._index.setdefault(tag, []).append(value)
        return self._index

    def all(self, *tags: str) -> tuple[str, ...]:
        """Return the values of some tags in the order of the file, without empty ones."""
        index = self._index if self._index is not None else self.index  # asked some forty times
        found: list[str] | None = None
        for tag in tags:
            if tag in index:
                if found:
                    return tuple([value for _, value in self.pairs(*tags)])
                found = index[tag]
        return tuple(found) if found else ()

    def pairs(self, *tags: str) -> list[tuple[str, str]]:
        """Return some tags with their values, likewise."""
        here = [tag for tag in tags if tag in self.index]
        if len(here) < 2:
            return [(tag, value) for tag in here for value in self.index[tag]]
        return [pair for pair in self._pairs() if pair[0] in tags]

    def first(self, *tags: str) -> str | None:
        """Return the first value of the first of these tags that has one."""
        index = self.index
        for tag in tags:
            if tag in index:
                return index[tag][0]
        return None

    def _pairs(self) -> Pairs:
        return self._joined() if self._whole is None else self._whole()

    def _joined(self) -> Iterator[tuple[str, str]]:
        for tag, parts in self._fields:
            if value := " ".join(" ".join(parts).split()):
                yield tag, value


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """Return the values in their order, each once."""
    return tuple(dict.fromkeys(values))


def year_in(text: str | None) -> int | None:
    """Return the first year in a date's words: 1979 for "1979-1980 Fall-Winter"."""
    found = YEAR.search(text) if text else None
    return int(found.group()) if found else None


def person(name: str) -> str:
    """Return a name as "Family, Given" where the source's own form says which is which."""
    if "," in name:
        family, _, given = name.partition(",")
        return f"{family.strip()}, {given.strip()}" if given.strip() else family.strip()
    found = _SHORT_NAME.fullmatch(name) if len(name) < 100 else None
    return f"{found[1]}, {found[2]}" if found else name


def listed(values: Iterable[str]) -> list[str]:
    """Cut lists at their semicolons, which do not cut ``&amp;``."""
    found: list[str] = []
    for value in values:
        if ";" in value:
            found += _parts(value)
        elif part := value.strip():
            found.append(part)
    return found


def _parts(value: str) -> Iterator[str]:
    held = ""
    *parts, last = value.split(";")
    for part in parts:
        held += part
        if _ENTITY.search(part):
            held += ";"
            continue
        if part := held.strip():
            yield part
        held = ""
    if part := (held + last).strip():
        yield part


def pages_of(first: str | None, last: str | None, number: str | None = None) -> str | None:
    """Return pages as "first-last"; ``number`` is that of an article that has no pages."""
    if first and last and first != last and "-" not in first:
        return f"{first}-{last}"
    return first or last or (number if re.fullmatch(r"[\w.-]{1,20}", number or "") else None)


def serials(values: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ISSNs ("1234-567X") and the ISBNs in a record's serial numbers, each once."""
    if len(values) == 1 and _ISSN_ALONE.fullmatch(values[0]):
        return values, ()
    isbns = [number for value in values for number in _ISBN.findall(value)]
    rest = (_ISBN.sub(" ", value) for value in values)
    issns = (f"{a}-{b.upper()}" for value in rest for a, b in _ISSN.findall(value))
    return distinct(issns), distinct(tuple(isbns))


def names_itself(record: Record) -> bool:
    """Return whether anything in a record tells it from another."""
    return bool(
        record.title or record.abstract or record.pmid or record.doi or record.vernacular_title
    )


def kept(record: Record, entry: Entry, reading: Reading) -> Iterator[Record]:
    """Give out a record that was read; one that says nothing of itself is kept, and named."""
    if not names_itself(record):
        reading.repair(
            entry.line, "a record without title, abstract and identifier is kept as it is"
        )
    reading.parsed += 1
    if reading.own_ids is not None:
        reading.own_ids.append(entry.first(*_OWN_ID.get(reading.format, ())))
    yield with_brought(record)
