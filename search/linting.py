"""Check the strategies of a protocol before anything is sent: every remark with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from search import lint, lint_library
from search.errors import BadInput
from search.faults import Fault
from search.lint_foreign import lines_named
from search.lint_signs import Remark, brackets, lookalikes
from search.protocol import LINE_REFERENCE, Protocol, Strategy
from search.query_tokens import tokens
from search.records import PUBMED
from search.strategies import query_of
from search.strategy_places import Part, Places


def faults_of(protocol: Protocol, places: Places) -> list[Fault]:
    """Return what is wrong with the strategies of a protocol, in the order of the file."""
    found = [fault for number, strategy in enumerate(protocol.strategies)
             for fault in _of_strategy(number, strategy, places)]  # fmt: skip
    return sorted(found, key=lambda fault: fault.line or 0)


def _of_strategy(number: int, strategy: Strategy, places: Places) -> Iterator[Fault]:
    parts = list(places.parts(number, strategy))
    own = [(part, remark) for part in parts for remark in _of_part(part, strategy.source)]
    for part, remark in own:
        yield _fault(places.file, part.line_of(remark.at), remark)
    yield from _twice(parts, places.file)
    yield from _unused_lines(strategy, parts, places.file)
    try:
        query = query_of(strategy)
    except BadInput as error:
        if not any(remark.rule == "range" for _, remark in own):  # else said, with its line
            yield Fault(places.file, places.line(number), "range", error.what, error.remedy or "")
        return
    if strategy.source == PUBMED:
        for remark in lines_named(list(tokens(query))):
            yield _fault(places.file, _line_in(query, parts, remark.at), remark)
    # Where brackets do not match, all that the library says is a consequence of that.
    if strategy.source == PUBMED and not any(each.level == "error" for _, each in own):
        for remark in lint_library.remarks(query):
            yield _fault(places.file, _line_in(query, parts, remark.at), remark)


def _of_part(part: Part, source: str) -> list[Remark]:
    if source == PUBMED:
        return lint.remarks(part.text)
    # Other sources have a language of their own; what holds for all are brackets and quotes.
    return [*lookalikes(part.text), *brackets(list(tokens(part.text)))]


def _fault(file: str, line: int, remark: Remark) -> Fault:
    return Fault(file, line, remark.rule, remark.what, remark.remedy, remark.level)


def _twice(parts: Sequence[Part], file: str) -> Iterator[Fault]:
    """Name the terms that stand twice in a block: one of them may have been meant otherwise."""
    first: dict[tuple[str, str], int] = {}
    for part in parts:
        name = (part.group or "", " ".join(part.text.lower().split()))
        if part.group and name in first:
            yield Fault(file, part.line, "twice", f"{part.text} stands in line {first[name]} too.",
                        "Remove one.", "warning")  # fmt: skip
        first.setdefault(name, part.line)


def _unused_lines(strategy: Strategy, parts: Sequence[Part], file: str) -> Iterator[Fault]:
    used = Counter(int(name) for line in strategy.lines for name in LINE_REFERENCE.findall(line))
    for number, part in enumerate(parts[: max(0, len(strategy.lines) - 1)], start=1):
        if not used[number]:
            what = f"line #{number} of the query is used by no other."
            yield Fault(file, part.line, "unused-line", what, "Name it, or remove it.", "warning")


def _line_in(query: str, parts: Sequence[Part], at: int) -> int:
    """Return the line of a place in the whole query: of the last part that begins before it."""
    line, after = parts[0].line, 0
    for part in parts:
        begins = query.find(part.text, after)
        if begins < 0:
            continue
        if begins > at:
            break
        line, after = part.line_of(at - begins), begins + len(part.text)
    return line
