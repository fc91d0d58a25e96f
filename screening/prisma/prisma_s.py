"""How the searches are to be reported: the 16 items of PRISMA-S, and every strategy as it was sent.

Rethlefsen et al. 2021, 10.1186/s13643-020-01542-z. Pure: what the runs and the protocol say goes
in. What neither says is named as not stated, with the key of the protocol that would state it;
nothing is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from screening.dedupe.sets import BY_HAND, RULES_VERSION, DuplicateSets
from search.protocol import Protocol
from search.runs import SearchRun
from search.source_kinds import Kind
from search.words import counted


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the checklist: what is to be said of it, or the key that would say it."""

    number: int
    name: str
    lines: tuple[str, ...]
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All 16 items, and for each search run its strategy, newest first where one was run again."""

    items: tuple[Item, ...]
    appendix: tuple[SearchRun, ...]


@dataclass(frozen=True)
class _Known:
    """What the items are written from."""

    protocol: Protocol
    runs: Sequence[SearchRun]  # without refreshes: they identify nothing
    duplicates: DuplicateSets

    def of_kind(self, *kinds: Kind) -> list[SearchRun]:
        return [run for run in self.runs if run.kind in kinds]

    def said(self, key: str) -> str | None:
        return self.protocol.reporting.get(key)


def report_of(protocol: Protocol, runs: Iterable[SearchRun], duplicates: DuplicateSets) -> Report:
    """Return the report of a review's searches."""
    known = _Known(protocol, [run for run in runs if not run.is_refresh], duplicates)
    items = []
    for number, (name, key, write) in enumerate(_ITEMS, start=1):
        lines = tuple(write(known))
        said = known.said(key) if key else None
        lines = (said, *lines) if said else lines
        items.append(Item(number, name, lines, None if lines else key))
    return Report(tuple(items), tuple(_appendix(known)))


# --- where was searched ------------------------------------------------------------------------


def _databases(known: _Known) -> Iterator[str]:
    found: dict[str, list[SearchRun]] = {}
    for run in known.of_kind("database"):
        found.setdefault(_where(run), []).append(run)
    for where, runs in found.items():
        names = dict.fromkeys(run.strategy or run.id for run in runs)
        yield f"{where}: {', '.join(names)}."
    run_ids = {run.strategy for run in known.runs}
    for strategy in known.protocol.strategies:
        if strategy.id not in run_ids:
            yield f"{strategy.id} (of {strategy.source}) has not been run."


def _where(run: SearchRun) -> str:
    platform = f" via {run.platform}" if run.platform else ""
    by = f"; {run.interface}" if run.interface else ""
    return f"{run.database}{platform}{by}"


def _together(known: _Known) -> Iterator[str]:
    platforms: dict[str, dict[str, None]] = {}
    for run in known.of_kind("database", "register"):
        if run.platform:
            platforms.setdefault(run.platform, {})[run.database] = None
    shared = {name: each for name, each in platforms.items() if len(each) > 1}
    for name, databases in shared.items():
        yield f"On {name} were searched: {', '.join(databases)}; each by a run of its own."
    if known.runs and not shared:
        yield "No two databases were searched on one platform."


def _sources(*kinds: Kind) -> Callable[[_Known], Iterator[str]]:
    def write(known: _Known) -> Iterator[str]:
        for run in known.of_kind(*kinds):
            how = f" {run.note}" if run.note else ""
            yield f"{run.database}, {run.executed_at[:10]}: {counted(run.parsed, 'record')}.{how}"
        if known.runs and not known.of_kind(*kinds) and not known.said(_KEYS.get(kinds, "")):
            yield "None: no search of this kind is recorded."

    return write


_KEYS: dict[tuple[Kind, ...], str] = {
    ("register",): "registries", ("website", "organisation"): "browsing",
    ("citation",): "citation_searching", ("contact",): "contacts", ("other",): "other",
}  # fmt: skip


# --- how it was searched -----------------------------------------------------------------------


def _strategies(known: _Known) -> Iterator[str]:
    sent = [run for run in known.runs if run.query]
    if sent:
        yield (f"The appendix gives every strategy as it was sent and as it was understood, "
               f"{len(list(_appendix(known)))} in all.")  # fmt: skip


def _limits(known: _Known) -> Iterator[str]:
    for strategy in known.protocol.strategies:
        if not strategy.limits:
            yield f"{strategy.id}: none."
        for limit in strategy.limits:
            yield f"{strategy.id}: {limit.text}, because {limit.reason}"
        for block in strategy.blocks:
            if block.negated:
                terms = " OR ".join(block.terms)
                yield f"{strategy.id}: NOT ({terms}), because {block.reason}"


def _updates(known: _Known) -> Iterator[str]:
    updates = [run for run in known.runs if run.extra.get("updates")]
    for run in updates:
        yield (f"{run.strategy}: on {run.executed_at[:10]} for what came in since "
               f"{_since(known, run)}; {run.new:,} records were new.")  # fmt: skip
    whole = [run for run in known.of_kind("database")
             if run.strategy and run not in updates and run.state in ("ok", "empty")]  # fmt: skip
    for name in dict.fromkeys(run.strategy for run in whole):
        times = [run.executed_at[:10] for run in whole if run.strategy == name]
        yield f"{name}: searched whole on {', '.join(dict.fromkeys(times))}."


def _since(known: _Known, update: SearchRun) -> str:
    before = next((run for run in known.runs if run.id == update.extra.get("updates")), None)
    return f"the search of {before.executed_at[:10]}, with an overlap of a week" if before else "it"


def _dates(known: _Known) -> Iterator[str]:
    last = {run.strategy or run.id: run for run in known.runs if run.state in ("ok", "empty")}
    for name, run in last.items():
        # when a file's source was searched, only who exported it knows
        what, done = (run.file.name, "imported") if run.file else (name, "last searched")
        yield f"{what} ({run.database}): {done} {run.executed_at} (UTC)."
    if known.runs and not last:
        yield "No search has ended whole."


def _nothing(_known: _Known) -> Iterator[str]:
    yield from ()


# --- what was found ----------------------------------------------------------------------------


def _totals(known: _Known) -> Iterator[str]:
    for run in known.runs:
        counted = "no count" if run.count is None else f"{run.count:,} counted"
        state = "" if run.state in ("ok", "empty") else f" This run is {run.state}: {run.problem}"
        lacking = f" {len(run.missing):,} named and not received." if run.missing else ""
        yield (f"{run.database}, {run.strategy or run.id}, {run.executed_at[:10]}: {counted}, "
               f"{run.fetched:,} fetched, {run.parsed:,} read, {run.new:,} not met before."
               f"{lacking}{state}")  # fmt: skip


def _deduplication(known: _Known) -> Iterator[str]:
    if not known.runs:
        return
    sets = known.duplicates.sets
    removed = sum(len(each.members) - 1 for each in sets)
    by_hand = sum(link.rule == BY_HAND for each in sets for link in each.links)
    tools = ", ".join(dict.fromkeys(run.tool for run in reversed(known.runs) if run.tool))
    yield (f"By {tools or 'Sarcat'} (rules {RULES_VERSION}): "
           f"{counted(len(sets), 'duplicate set')}; "
           f"{counted(removed, 'record')} stand behind another, {removed - by_hand:,} by rule and "
           f"{by_hand:,} by a person's judgement. "
           f"{counted(len(known.duplicates.uncertain), 'pair')} that "
           "may be duplicates were left apart. Nothing was deleted.")  # fmt: skip


def _appendix(known: _Known) -> Iterator[SearchRun]:
    """Yield one run for each query that was sent somewhere: the newest, for each of its ends."""
    newest: dict[tuple[str, str, bool], SearchRun] = {}
    for run in known.runs:
        if run.query:
            newest[run.database, run.query, run.state in ("ok", "empty")] = run
    yield from newest.values()


_ITEMS: tuple[tuple[str, str | None, Callable[[_Known], Iterator[str]]], ...] = (
    ("Database name", None, _databases),
    ("Multi-database searching", "multi_database", _together),
    ("Study registries", "registries", _sources("register")),
    ("Online resources and browsing", "browsing", _sources("website", "organisation")),
    ("Citation searching", "citation_searching", _sources("citation")),
    ("Contacts", "contacts", _sources("contact")),
    ("Other methods", "other", _sources("other")),
    ("Full search strategies", None, _strategies),
    ("Limits and restrictions", None, _limits),
    ("Search filters", "filters", _nothing),
    ("Prior work", "prior_work", _nothing),
    ("Updates", "updates", _updates),
    ("Dates of searches", None, _dates),
    ("Peer review", "peer_review", _nothing),
    ("Total records", None, _totals),
    ("Deduplication", None, _deduplication),
)
