"""The RIS reader: every dialect we met, each record accounted for (METHODS 2.12).

A record begins with ``TY`` and ends with ``ER``, the next ``TY``, or the end of the file. What a
record's fields mean is told in `ris_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache, partial
from string import ascii_uppercase, digits

from search.importers.fields import Entry, Pairs, kept
from search.importers.ris_fields import to_record
from search.reading import Reading
from search.records import Record

# Two signs, two blanks, a hyphen, a blank. Exporters differ by a tab, a dash, a blank too few …
_STRICT = re.compile(
    r"[ \t\xa0]{0,3}([A-Z][A-Z0-9]|PMID|DOI)(?:[ \xa0]{2,3}|[ \xa0]?\t)[-–][ \t\xa0]?(.*)"
)
# … or have one blank throughout, as prose sometimes has ("CT - guided biopsy").
_LOOSE = re.compile(r"[ \xa0]{0,3}([A-Z][A-Z0-9])[ \xa0]?[-–](?:[ \t\xa0](.*))?")
BEGINS = re.compile(r"^[ \t\xa0]{0,3}TY(?:[ \xa0]{0,3}|\t)[-–](?:[ \t\xa0]|\S|$)", re.MULTILINE)
_TYPE = re.compile(r"[A-Z][A-Z0-9-]{1,11}|(?i:e?journal|book|conference|thesis|report|web|jour|"
                   r"chap|conf|thes|gen|magazine|newspaper|generic|patent)\b.{0,20}|")  # fmt: skip
# Fields that are never wrapped: a line behind them that looks like a field is one.
_SHORT = frozenset({
    "TY", "ID", "PY", "Y1", "Y2", "Y3", "DA", "VL", "VO", "IS", "CP", "SP", "EP", "SN", "DO", "AN",
    "UT", "DB", "DP", "LA", "CY", "UR", "L1", "L2", "L3", "L4", "LK", "ET", "PMID", "DOI", "C7",
    "U2", "U3", "U4", "PP",
})  # fmt: skip
_LISTS = frozenset({"KW", "AU", "A1", "A2", "A3", "ED", "UR", "L1", "L2"})
_NAMING = frozenset({"TI", "T1", "AU", "A1", "AB", "N2", "DO", "PMID", "DOI"})
# Fields by which the record is known for ever: half of one is a wrong one.
_KEYS = frozenset({"TI", "T1", "DO", "AN", "PMID", "DOI"})
# What `_plain` takes: two signs and "  - "; memory and size stay below what an entry may have.
_HEADS = {
    f"{a}{b}  - ": f"{a}{b}" for a in ascii_uppercase for b in ascii_uppercase + digits
    if a + b != "ER"
}  # fmt: skip
_ENDS = ("ER  - ", "ER  -")
# What `str.split` takes for blanks beyond ASCII; controls have become blanks before.
_BLANKS = (
    "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_LONG, _MANY = 1 << 20, 10_000  # characters, lines
# Record numbers ("12.") and rules between records are the exporter's, not a record's.
_BETWEEN = re.compile(r"\W*(?:record )?\d{0,7}(?: of \d{1,7})?\W*", re.IGNORECASE)


def records(pieces: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records of a RIS file; ``reading`` says what was mended and what was lost.

    ``pieces`` are whole lines, one or many at a time, with the number of the first of them. A
    record that is written as RIS has it is taken as a whole (`_plain`), any other line by line.
    """
    file = _File(reading)
    for number, text, lines in _parts(pieces):
        entry = None if file.is_within else _plain(number, text, lines)
        if entry:
            reading.begun += 1
        for done in [entry] if entry else file.read_all(number, lines):
            yield from kept(to_record(done, reading), done, reading)
    if last := file.finish():
        yield from kept(to_record(last, reading), last, reading)


def _parts(pieces: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str, list[str]]]:
    """Cut lines behind each that may end a record; gives the number of the first of each part."""
    held, number = "", 0  # lines behind the last such, 0 where there are none
    for first, piece in pieces:
        text, number = (f"{held}\n{piece}", number) if number else (piece, first)
        at = 0
        while (end := text.find("\nER", at)) >= 0:
            stop = text.find("\n", end + 1)
            part = text[at : stop if stop >= 0 else len(text)]
            lines = part.split("\n")
            yield number, part, lines
            number += len(lines)
            at += len(part) + 1
        held = text[at:]
        if len(held) > _LONG:
            yield number, held, held.split("\n")
        if len(held) > _LONG or at > len(text):
            held, number = "", 0
    if number:
        yield number, held, held.split("\n")


def _plain(number: int, text: str, lines: list[str]) -> Entry | None:
    """Return the record of a part in which every line is a field just as RIS has it, else None.

    What it returns is what `_File` makes of the same lines, in a quarter of the time.
    """
    first = 0
    while first < len(lines) and not lines[first]:
        first += 1
    fields = lines[first:-1]
    if lines[-1] not in _ENDS or not fields or len(fields) > _MANY:
        return None
    found: dict[str, list[str]] = {}
    for line in fields:
        head = line[:6]
        if head in found:
            found[head].append(line[6:])
        else:
            found[head] = [line[6:]]
    tags = _tags(tuple(found))
    if tags is None or len(found["TY  - "]) > 1:
        return None
    index = dict(zip(tags, found.values(), strict=True))
    ended = len(lines[-1]) > 5  # "ER  - " has two blanks, as every other tag, and one behind
    if _has_more_blanks(text[:-1] if ended else text, len(fields) + 1):
        index = {tag: full for tag, values in index.items() if (full := _full(values))}
    return Entry.of(number + first, index, partial(_pairs, fields))


@lru_cache(maxsize=4096)
def _tags(heads: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the tags by which fields begin, the first of them TY; None where one is no tag.

    Records of one file have few sets of fields, so that nearly all are told at once.
    """
    tags = tuple(_HEADS.get(head, "") for head in heads)
    return tags if tags[0] == "TY" and all(tags) else None


def _has_more_blanks(text: str, tags: int) -> bool:
    """Return whether values are empty or hold other blanks than single ones between words."""
    return (
        text.count("  ") > tags  # two blanks stand in each tag
        or " \n" in text
        or "\t" in text
        or (not text.isascii() and any(blank in text for blank in _BLANKS))
    )


def _full(values: Iterable[str]) -> list[str]:
    return [full for value in values if (full := " ".join(value.split()))]


def _pairs(lines: Iterable[str]) -> Pairs:
    return [(line[:2], value) for line in lines if (value := " ".join(line[6:].split()))]


# --- any other, line by line -------------------------------------------------------------------


class _File:
    """Puts lines together to records."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.entry: Entry | None = None
        self.strays: list[tuple[int, str, str]] = []  # fields met since the last record's end
        self.after_blank = False

    @property
    def is_within(self) -> bool:
        """Whether what was read so far may go on."""
        return self.entry is not None or bool(self.strays)

    def read_all(self, number: int, lines: Iterable[str]) -> Iterator[Entry]:
        """Take in some lines; yields the records that they end."""
        for at, line in enumerate(lines, start=number):
            if done := self.read(at, line):
                yield done

    def read(self, number: int, line: str) -> Entry | None:
        """Take in one line; returns the record that it ends."""
        if not line or line.isspace():
            self.after_blank = True
            return None
        entry = self.entry
        strict = _STRICT.fullmatch(line)
        found = strict or _LOOSE.fullmatch(line)
        tag, value = (found[1], (found[2] or "").strip()) if found else ("", line.strip())
        if tag == "TY" and (entry is None or self._is_start(entry, value)):
            return self._begin(number, value, strict=strict is not None)
        after_blank, self.after_blank = self.after_blank, False
        if entry is None:
            self._outside(number, line, tag, value, strict=strict is not None)
            return None
        if tag == "ER" or (not tag and value == "ER"):
            behind = value if tag else "ER without its hyphen"
            if self._is_end(entry, number, behind, after_blank=after_blank):
                self.entry = None
                return entry
            tag = ""
        if tag == "TY" or (tag and not strict and entry.strict and entry.last not in _SHORT):
            self._doubt(number, line, entry)
            tag = ""
        if tag:
            entry.add(tag, value, self.reading, number)
        else:
            self._continue(entry, number, line)
        return None

    def finish(self) -> Entry | None:
        """Return the record that the end of the file leaves open."""
        entry = self.entry
        if entry is None:
            self._pass_over_strays()
            return None
        name = f"the last record, which begins in line {entry.line}, has no ER"
        if not self.reading.ends_whole and entry.last in _KEYS:
            self.reading.problem(
                entry.line, f"{name}, and the file ends in the middle of its {entry.last}: it is "
                            "cut short"
            )  # fmt: skip
        elif not entry.first(*_NAMING):
            self.reading.problem(entry.line, f"{name} and nothing that names it: the file is cut "
                                             "short")  # fmt: skip
            return None
        else:
            self.reading.repair(entry.line, f"{name}; the file may be cut short")
        return entry

    # --- where a record begins and ends --------------------------------------------------------

    def _begin(self, number: int, kind: str, *, strict: bool) -> Entry | None:
        before = self.entry
        if before is not None:
            self.reading.repair(number, "no ER before this record")
        self._pass_over_strays()
        self._start(number, strict=strict)
        if self.entry:
            self.entry.add("TY", kind, self.reading, number)
        self.after_blank = False
        return before

    def _start(self, number: int, *, strict: bool) -> None:
        self.reading.begun += 1
        self.entry = Entry(number, strict=strict)

    def _is_start(self, entry: Entry, kind: str) -> bool:
        """Return whether a TY within a record begins the next, or is a wrapped line of prose."""
        return entry.last in _SHORT or self.after_blank or bool(_TYPE.fullmatch(kind))

    def _is_end(self, entry: Entry, number: int, behind: str, *, after_blank: bool) -> bool:
        """Return whether an ER ends the record; ``ER  - positive …`` in an abstract does not."""
        if not behind:
            return True
        if entry.last not in _SHORT and not after_blank:
            self.reading.repair(number, f"read as text, not as the record's end: {behind[:80]!r}")
            return False
        self.reading.repair(number, f"read as the record's end: {behind[:80]!r}")
        return True

    # --- lines that are no plain field ---------------------------------------------------------

    def _continue(self, entry: Entry, number: int, line: str) -> None:
        if entry.last == "TY":
            self.reading.repair(number, f"words that belong to no field: {line.strip()[:80]!r}")
        elif entry.last in _LISTS and not line[0].isspace():
            entry.add(entry.last, line.strip(), self.reading, number)  # one value a line
        else:
            entry.go_on(line.strip(), self.reading, number)

    def _doubt(self, number: int, line: str, entry: Entry) -> None:
        text = line.strip()[:80]
        self.reading.repair(number, f"read as text of {entry.last}, not as a field: {text!r}")

    def _outside(self, number: int, line: str, tag: str, value: str, *, strict: bool) -> None:
        """Take in a line between records: a field of one that lacks its TY, or a remark."""
        if tag in _NAMING:
            self.reading.repair(number, "no TY at the beginning of this record")
            first = self.strays[0][0] if self.strays else number
            self._start(first, strict=strict)
            assert self.entry
            for at, name, words in [*self.strays, (number, tag, value)]:
                self.entry.add(name, words, self.reading, at)
            self.strays.clear()
        elif tag and tag != "ER" and len(self.strays) < 50:
            self.strays.append((number, tag, value))
        elif len(line) > 60 or not _BETWEEN.fullmatch(line):
            self._pass_over(number, line)

    def _pass_over_strays(self) -> None:
        for number, tag, value in self.strays:
            self._pass_over(number, f"{tag}  - {value}")
        self.strays.clear()

    def _pass_over(self, number: int, line: str) -> None:
        self.reading.repair(number, f"words outside any record: {line.strip()[:80]!r}")
