"""The BibTeX and BibLaTeX reader: entries cut out line by line, each accounted for.

An entry ends where its braces are balanced. Where they are not, it ends before the next line that
begins an entry, and what was met of it is kept: one lost brace costs no record. Read by ourselves,
since the known libraries hold the whole file, give no line numbers of what they pass over, and drop
an entry whose key or field stands twice. What fields mean is told in `bibtex_fields`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from search.importers.bibtex_fields import to_record
from search.importers.bibtex_values import Macros, fields_of
from search.importers.fields import LARGEST, Entry, kept
from search.reading import Reading
from search.records import Record

_KIND = r"[A-Za-z]{2,40}"
BEGINS = re.compile(rf"^[ \t]{{0,40}}@[ \t]{{0,40}}{_KIND}[ \t]{{0,40}}[{{(]", re.MULTILINE)
# An entry may begin anywhere outside others, but not within a word: "name@host{" is none.
_START = re.compile(rf"(?:(?<=[\s}})])|^)@\s*({_KIND})\s*([{{(])")
# Within an entry only a line that can be nothing else begins another: "@article{key,".
_SURELY = re.compile(r"\s{0,40}@([A-Za-z]{2,40})\s{0,5}[{(]\s{0,5}[^\s,={}\"#%]{0,200}\s{0,5},")
_HALF = re.compile(rf"\s*@\s*(?:{_KIND})?\s*")  # the brace may stand some lines below
_FIELD = re.compile(r"\s*[A-Za-z][\w.:-]{0,60}\s*=\s*[{\"\w]")
_BRACES = re.compile(r"\\.|[{}()]")
_PLAIN = frozenset({"comment", "preamble", "string"})  # commands that are no entries
_HALF_LINES = 5


def records(lines: Iterable[tuple[int, str]], reading: Reading) -> Iterator[Record]:
    """Yield the records; ``reading`` says what was mended and what was lost."""
    file = _File(reading)
    for number, line in lines:
        for block in file.read(number, line):
            yield from file.given(block)
    for block in file.finish():
        yield from file.given(block)


class _Block:
    """One ``@kind{…}`` as far as it was met."""

    __slots__ = ("closed", "cut", "depth", "kind", "line", "round", "size", "tail", "text")

    def __init__(self, line: int, kind: str, opener: str) -> None:
        self.line = line
        self.kind = kind.lower()
        self.round = opener == "("
        self.depth = 1
        self.closed = False
        self.cut = False  # by the end of the file, which has been said
        self.text: list[str] = []  # without the first brace and the last
        self.tail: list[tuple[int, str]] = []  # lines behind the end, which may not be one
        self.size = 0


class _File:
    """Puts lines together to blocks."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.block: _Block | None = None
        self.half: list[str] = []
        self.macros: Macros = {}

    def read(self, number: int, line: str) -> Iterator[_Block]:
        """Take in one line; yields the blocks that it shows to have ended."""
        block = self.block
        if block and not block.closed:
            if not _SURELY.match(line) or block.kind in _PLAIN:
                self._within(block, number, line)
                return
            if not _balances(block):
                self.reading.repair(number, "no closing brace before this entry")
            yield from self._ended()
        rest = self._joined(line)
        if rest is not None:
            yield from self._outside(number, rest)

    def _joined(self, line: str) -> str | None:
        """Return the line with the halves of a beginning before it; None while one is open."""
        if self.half and line.lstrip().startswith("%"):
            return None
        whole = " ".join((*self.half, line)) if self.half else line
        if _HALF.fullmatch(whole) and "@" in whole and len(self.half) < _HALF_LINES:
            self.half.append(line)
            return None
        self.half = []
        return whole

    def _outside(self, number: int, line: str) -> Iterator[_Block]:
        """Take in a line that stands in no entry, or the part of one."""
        found = _START.search(line)
        self._stray(number, line[: found.start()] if found else line)
        if not found:
            return
        yield from self._ended()
        self.block = _Block(number, found[1], found[2])
        if self.block.kind not in _PLAIN:
            self.reading.begun += 1
        self._within(self.block, number, line[found.end() :])
        if self.block.closed and self.block.tail:
            _at, rest = self.block.tail.pop()
            if "@" in rest:
                yield from self._outside(number, rest)
            elif rest.strip():
                self._stray(number, rest)

    def _within(self, block: _Block, number: int, line: str) -> None:
        """Add a line to a block, up to the brace that closes it."""
        for found in _BRACES.finditer(line):
            sign = found[0]
            if sign == "{":
                block.depth += 1
            elif sign == "}" and (not block.round or block.depth > 1):
                block.depth -= 1
            elif sign == ")" and block.round and block.depth == 1:
                block.depth = 0
            if block.depth == 0:
                self._add(block, line[: found.start()])
                block.closed = True
                if rest := line[found.end() :].strip():
                    block.tail.append((number, rest))
                return
        self._add(block, line)

    def _add(self, block: _Block, line: str) -> None:
        had_room = block.size <= LARGEST
        block.size += len(line) + 1
        if block.size <= LARGEST:
            block.text.append(line)
        elif had_room:
            self.reading.problem(
                block.line,
                f"the entry that begins here is larger than {LARGEST >> 20} MB; its rest is left "
                "out",
            )

    def _stray(self, number: int, text: str) -> None:
        """Take in words outside entries: a field there says that the entry before had not ended."""
        block = self.block
        if block and block.kind not in _PLAIN:
            block.tail.append((number, text))
            if _FIELD.match(text):
                self.reading.repair(number, "fields behind an entry whose braces do not balance: "
                                            "they are read as its own")  # fmt: skip
                for _number, part in block.tail:
                    self._add(block, part)
                block.tail = []
        elif text.strip() and not text.lstrip().startswith("%"):
            self._pass_over(number, text)

    def _pass_over(self, number: int, text: str) -> None:
        if text.strip(" \t}),") and not text.lstrip().startswith("%"):
            self.reading.repair(number, f"words outside any entry: {text.strip()[:80]!r}")

    def _ended(self) -> Iterator[_Block]:
        block, self.block = self.block, None
        if block:
            for number, text in block.tail:
                self._pass_over(number, text)
            yield block

    def finish(self) -> Iterator[_Block]:
        """Yield the block with which the file ends; one that is not closed is cut short."""
        block = self.block
        if block and not block.closed and block.kind not in _PLAIN and not _balances(block):
            block.cut = True
            self.reading.problem(block.line, "the last entry, which begins here, has no closing "
                                             "brace: the file is cut short")  # fmt: skip
        yield from self._ended()

    def given(self, block: _Block) -> Iterator[Record]:
        """Yield the record of a block, if it is an entry; a macro is kept for those that follow."""
        text = "\n".join(block.text)
        if block.kind == "string":
            for name, value, _line in fields_of(text, block.line, self.macros, self.reading):
                if len(self.macros) < 10_000:
                    self.macros[name] = value
        if block.kind in _PLAIN:
            return
        entry = Entry(block.line)
        entry.add("entrytype", block.kind, self.reading, block.line)
        key, comma, rest = text.partition(",")
        if "=" in key or "\n" in key.strip():  # an entry without a key
            rest = text
        elif key.strip():
            entry.add("entrykey", key, self.reading, block.line)
        offset = text.count("\n", 0, len(text) - len(rest)) if comma else 0
        for name, value, line in fields_of(
            rest, block.line + offset, self.macros, self.reading, balanced=block.closed
        ):
            entry.add(name, value, self.reading, line)
        if not block.closed and not entry.first("title", "author", "doi", "abstract", "year"):
            if not block.cut:
                self.reading.problem(
                    block.line, "the entry that begins here has neither a closing brace nor "
                                "anything that names it"
                )  # fmt: skip
            return
        yield from kept(to_record(entry), entry, self.reading)


def _balances(block: _Block) -> bool:
    """Return whether an entry is closed where a backslash protects no brace, as BibTeX counts."""
    text = "\n".join(block.text)
    if text.count("{") + 1 > text.count("}") or not text.rstrip().endswith("}"):
        return False
    block.text = [text.rstrip()[:-1]]
    block.closed = True
    return True
