"""Which searches to run: the strategies asked for, whole or since a date, anew or taken up.

Pure: the protocol and the runs so far go in, what is wanted comes out.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from search.errors import BadInput
from search.protocol import Protocol, Strategy
from search.records import PUBMED
from search.runs import SearchRun
from search.strategies import query_of, since

LAST = "last"
# An update looks back this far behind the search before it: PubMed's create dates are days of one
# time zone, and records show up in its index some days late. What is met twice counts once.
OVERLAP = datetime.timedelta(days=7)
_OLDEST = datetime.timedelta(days=7)  # an older search is rather run anew than taken up


@dataclass(frozen=True, slots=True)
class Wanted:
    """One search to run: a strategy and the query as it is sent.

    ``whole`` is the query without the limit of an update, ``updates`` the run whose date the
    update begins at, ``note`` what the user should know.
    """

    strategy: Strategy
    query: str
    whole: str
    updates: str | None = None
    note: str | None = None


def chosen(protocol: Protocol, id: str | None) -> list[Strategy]:
    """Return the strategy of that id, or all of them; BadInput when there is none."""
    if not protocol.strategies:
        raise BadInput("the protocol has no strategy.", where="protocol.toml",
                       remedy="Add one under [[strategies]].")  # fmt: skip
    if id is None:
        return list(protocol.strategies)
    strategy = protocol.strategy(id)
    if strategy is None:
        known = ", ".join(each.id for each in protocol.strategies)
        raise BadInput(f"the protocol has no strategy {id!r}.", where="--strategy",
                       remedy=f"It has: {known}.")  # fmt: skip
    return [strategy]


def wanted(
    strategy: Strategy, first: str | None, runs: Sequence[SearchRun], today: datetime.date,
    *, live: bool = True,
) -> Wanted:  # fmt: skip
    """Return the search for a strategy, limited to what came into PubMed since ``first``.

    ``first`` is a date, or "last": some days before the last search that found all there was, with
    the same query; without one the search is not limited. ``live`` says that PubMed itself will be
    asked, and then no stand-in's search counts. BadInput for no date, and for one in the future.
    """
    query = query_of(strategy)
    if first is not None and strategy.source != PUBMED:
        if first != LAST:
            _day(first, today)
        note = "only PubMed can be asked for what is new: everything is fetched."
        return Wanted(strategy, query, query, note=note)
    if first is None:
        return Wanted(strategy, query, query)
    if first != LAST:
        return Wanted(strategy, since(query, _slashed(_day(first, today))), query)
    before = _last(strategy, query, runs, live=live)
    if before is None:
        return Wanted(strategy, query, query, note="never searched with this query until now: "
                      "everything is fetched, not only what is new.")  # fmt: skip
    day = datetime.date.fromisoformat(before.executed_at[:10]) - OVERLAP
    return Wanted(strategy, since(query, _slashed(day)), query, updates=before.id)


def unfinished(runs: Sequence[SearchRun], want: Wanted, now: datetime.datetime) -> SearchRun | None:
    """Return the run of this search to take up: the last one, if it broke off while fetching."""
    same = [
        run for run in runs
        if (run.strategy, run.query) == (want.strategy.id, want.query) and run.count is not None
    ]  # fmt: skip
    last = same[-1] if same else None
    if last is None or not last.extra.get("unfinished"):
        return None
    return last if is_fresh(last, now) else None


def is_fresh(run: SearchRun, now: datetime.datetime) -> bool:
    """Return whether a run is young enough to be taken up."""
    return now - datetime.datetime.fromisoformat(run.executed_at) <= _OLDEST


def _last(
    strategy: Strategy, query: str, runs: Sequence[SearchRun], *, live: bool
) -> SearchRun | None:
    """Return the last complete search with this query; a changed one has to begin anew."""
    done = [
        run for run in runs
        if run.strategy == strategy.id and run.state in ("ok", "empty")
        and run.extra.get("whole", run.query) == query and (run.source == PUBMED or not live)
    ]  # fmt: skip
    return done[-1] if done else None


def _day(text: str, today: datetime.date) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        raise BadInput(f"{text!r} is no date.", where="--since",
                       remedy='Write it as YYYY-MM-DD, or "last".') from None  # fmt: skip
    if day > today:
        raise BadInput(f"{text} lies in the future: the dates are the wrong way round.",
                       where="--since", remedy="Give a day that has been.")  # fmt: skip
    return day


def _slashed(day: datetime.date) -> str:
    return f"{day:%Y/%m/%d}"
