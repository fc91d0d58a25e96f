"""Read `protocol.toml` and check it: every fault with its line."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

from search import toml_text
from search.protocol import (
    LINE_REFERENCE,
    NAME,
    REPORTING,
    STAGES,
    STOPPING_RULES,
    Block,
    Criterion,
    Limit,
    Protocol,
    Reviewer,
    Stage,
    Stopping,
    Strategy,
)
from search.records import Record, base_of, clean_doi, clean_pmid
from search.toml_text import Table

_LONGEST_QUERY = 1_000_000  # characters; lines that name lines can grow without end


def read_protocol(path: Path, today: datetime.date | None = None) -> Protocol:
    """Read and check ``protocol.toml``; FaultyFile names every fault with its line.

    Who of the reviewers is at work depends on ``today``, by default the date in UTC.
    """
    document = toml_text.read(path, path.name)
    today = today or datetime.datetime.now(datetime.UTC).date()
    protocol = _protocol(document.root(), today.isoformat())
    document.raise_faults()
    return protocol


def _protocol(root: Table, today: str) -> Protocol:
    screening = root.table("screening")
    criteria = root.table("criteria")
    protocol = Protocol(
        title=root.text("title", required=True) or "",
        question=root.text("question", required=True) or "",
        known=tuple(_papers(root, "known")),
        seeds=tuple(_papers(root, "seeds")),
        strategies=tuple(_strategies(root)),
        inclusion=tuple(_criteria(criteria, "include")),
        exclusion=tuple(_criteria(criteria, "exclude")),
        stages=tuple(_stages(screening)),
        reviewers=tuple(_reviewers(root, today)),
        seed=screening.integer("seed", 1) if screening else 1,
        order=(screening.choice("order", ["random", "ranked", "added"], "random") or "random")
        if screening
        else "random",
        reporting=_reporting(root.table("reporting")),
        random_share=screening.share("random_share", 0.1) if screening else 0.1,
        sealed=screening.boolean("sealed") if screening else False,
        stopping=_stopping(screening),
    )
    for key in sorted({*protocol.known} & {*protocol.seeds}):
        root.fault("seeds", "known-seed", f"{key} is known and a seed.", "A paper from which the "
                   "strategy was built cannot test it: take it out of one.")  # fmt: skip
    for table in (root, screening, criteria):
        if table:
            table.done()
    return protocol


def _reporting(table: Table | None) -> dict[str, str]:
    if table is None:
        return {}
    said = {name: text for name in REPORTING if (text := table.text(name))}
    table.done()
    return said


def _papers(root: Table, name: str) -> Iterator[str]:
    for entry in root.texts(name):
        scheme, _, value = entry.partition(":")
        record = Record(
            pmid=clean_pmid(value) if scheme == "pmid" else None,
            doi=clean_doi(value) if scheme == "doi" else None,
        )
        if record.pmid or record.doi:
            yield base_of(record)
        else:
            root.fault(name, "identifier", f"{entry!r} is no known paper's identifier.",
                       'Write "pmid:" and digits, or "doi:" and a DOI.')  # fmt: skip


def _unique(table: Table, key: str, value: str | None, seen: set[str]) -> str:
    name = value or ""
    if name in seen:
        table.fault(key, "twice", f"{name!r} stands twice.", "Give each its own.")
    seen.add(name)
    return name


def _strategies(root: Table) -> Iterator[Strategy]:
    seen: set[str] = set()
    for table in root.tables("strategies"):
        id = _unique(table, "id", table.text("id", required=True), seen)
        if id and not NAME.fullmatch(id):
            table.fault("id", "name", f"{id!r} is no id.", "Use small letters, digits, hyphens.")
        lines = table.texts("lines")
        query = _joined_lines(table, lines) if lines else None
        given = table.text("query")
        blocks = tuple(_blocks(table))
        if [bool(given), bool(lines), bool(blocks)].count(True) != 1:
            table.fault(None, "query-or-blocks",
                        f"strategy {id!r} needs blocks, a query, or lines of one.",
                        "Give one of them, not more.")  # fmt: skip
        if blocks and all(block.negated for block in blocks):
            table.fault("blocks", "only-not", f"strategy {id!r} only takes away.",
                        "Add a block that finds something.")  # fmt: skip
        yield Strategy(
            id=id,
            source=table.choice("source", ["pubmed", "europepmc"]) or "pubmed",
            query=given or query,
            blocks=blocks,
            limits=tuple(_limits(table)),
            note=table.text("note"),
            lines=lines,
        )
        table.done()


def _joined_lines(table: Table, lines: tuple[str, ...]) -> str:
    """Return the last line with each "#N" replaced by the line it names, in brackets."""
    whole: list[str] = []
    for number, line in enumerate(lines, start=1):
        for reference in LINE_REFERENCE.findall(line):
            if not 1 <= int(reference) < number:
                table.fault("lines", "line-reference", f"line {number} names #{reference}, which "
                            "is no line before it.", "Lines count from 1.")  # fmt: skip
                return ""
        whole.append(LINE_REFERENCE.sub(lambda found: f"({whole[int(found[1]) - 1]})", line))
        if len(whole[-1]) > _LONGEST_QUERY:
            table.fault("lines", "too-long", f"line {number} becomes longer than a million signs.")
            return ""
    return whole[-1]


def _blocks(strategy: Table) -> Iterator[Block]:
    for table in strategy.tables("blocks"):
        terms = table.texts("terms", required=True)
        if not terms and "terms" in table.values:
            table.fault("terms", "empty", "this block has no terms.", "Add terms, or remove it.")
        block = Block(
            name=table.text("name", required=not table.values.get("not")) or "",
            terms=terms,
            negated=table.boolean("not"),
            reason=table.text("reason"),
        )
        if block.negated and not block.reason:
            table.fault("not", "reason", "a NOT block needs a reason.",
                        "Add reason = why these records may be lost.")  # fmt: skip
        yield block
        table.done()


def _limits(strategy: Table) -> Iterator[Limit]:
    for table in strategy.tables("limits"):
        yield Limit(
            text=table.text("text", required=True) or "",
            reason=table.text("reason", required=True) or "",
        )
        table.done()


def _criteria(criteria: Table | None, key: str) -> Iterator[Criterion]:
    if criteria is None:
        return
    seen: set[str] = set()
    for table in criteria.tables(key):
        code = _unique(table, "code", table.text("code", required=True), seen)
        yield Criterion(code=code, text=table.text("text", required=True) or "")
        table.done()


def _stages(screening: Table | None) -> Iterator[Stage]:
    for name in STAGES:
        table = screening.table(name) if screening else None
        if table is None:
            yield Stage(name, reason_required=name == "full-text")
            continue
        yield Stage(
            name=name,
            reviewers_per_record=table.integer("reviewers", 2, least=1),
            maybe_counts_as=table.choice("maybe", ["include", "conflict"], "include") or "include",
            reason_required=table.boolean("reason_required", name == "full-text"),
            pilot=table.integer("pilot", 25, least=0),
            pilot_agreement=table.integer("pilot_agreement", 75, least=0),
            assigned=table.boolean("assigned"),
        )
        table.done()


def _stopping(screening: Table | None) -> Stopping | None:
    table = screening.table("stopping") if screening else None
    if table is None:
        return None
    found = Stopping(
        rule=table.choice("rule", list(STOPPING_RULES)) or STOPPING_RULES[0],
        target=table.share("target", 0.95),
        confidence=table.share("confidence", 0.95),
    )
    table.done()
    return found


def _reviewers(root: Table, today: str) -> Iterator[Reviewer]:
    seen: set[str] = set()
    for table in root.tables("reviewers"):
        name = _unique(table, "name", table.text("name", required=True), seen)
        if name and not NAME.fullmatch(name):
            table.fault("name", "name", f"{name!r} cannot name a log file.",
                        "Use small letters, digits and hyphens.")  # fmt: skip
        begins, ends = (_day(table, key) for key in ("from", "until"))
        if begins and ends and ends < begins:
            table.fault("until", "date", f"{name} ends before beginning.", "Mend one of the days.")
        yield Reviewer(
            name=name,
            adjudicates=table.boolean("adjudicates"),
            stages=_stages_of(table),
            share=table.share("share", 1.0),
            retired=table.boolean("retired") or bool(ends and ends < today),
            begins=begins,
            ends=ends,
            expected=bool(begins and begins > today),
        )
        table.done()


def _day(table: Table, key: str) -> str | None:
    day = table.date(key)
    return day.isoformat()[:10] if day else None


def _stages_of(reviewer: Table) -> tuple[str, ...]:
    named = reviewer.texts("stages")
    for stage in named:
        if stage not in STAGES:
            reviewer.fault("stages", "stage", f"{stage!r} is no stage.",
                           f"Use {' or '.join(STAGES)}.")  # fmt: skip
    return named or STAGES
