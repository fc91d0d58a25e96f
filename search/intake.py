"""Take the records of one run into the review: assign keys, write the run, tell the database.

Used by searches and imports alike, so that "new", keys and durability are decided in one place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from search import runs as search_runs
from search.arrivals import Arrival, Arrivals
from search.records import BEARING_PUBMED_KEYS, Record
from search.runs import SearchRun
from search.store import Naming, Store

Reread = Callable[[], Iterable[Record]]
_BATCH = 500


def assign_keys(records: Reread, source: str, store: Store) -> Iterator[tuple[str, Record]]:
    """Yield each record of one source with its key (DESIGN, "record").

    ``records`` gives them anew each time it is called: they are gone through twice, since a key
    bears ``#content`` when two different records of the source share its plain form. Of versions
    of one PMID only the highest is given.
    """
    with Arrivals() as arrivals:
        for record in records():
            arrivals.add(record)
        given = dict(keys_of(arrivals, source, store))
        for number, record in enumerate(records()):
            if number in given:
                yield given[number], record


def keys_of(arrivals: Arrivals, source: str, store: Store) -> Iterator[tuple[int, str]]:
    """Yield place and key of each record that counts, and note them in ``arrivals``.

    A record that the store knows keeps the key it has, and one that comes back from an export of
    ours the key with which it left. Memory: some hundreds of records' names.
    """
    for batch in arrivals.batches():
        plain = {each.number: _plain(each, source) for each in batch}
        taken = store.contents(set(plain.values()))
        here = store.naming([each.own for each in batch if each.own])
        keys = [(each.number, _key(each, plain[each.number], taken, here)) for each in batch]
        arrivals.give(keys)
        yield from keys


def _plain(arrival: Arrival, source: str) -> str:
    """Return a record's key, before any other record is known to share it (`records.key_of`)."""
    return arrival.base if _is_pubmeds(arrival, source) else f"{arrival.base}@{source}"


def _is_pubmeds(arrival: Arrival, source: str) -> bool:
    return source in BEARING_PUBMED_KEYS and arrival.base.startswith("pmid:")


def _key(
    arrival: Arrival, plain: str, contents: Mapping[str, Mapping[str, str]],
    here: Mapping[str, Naming],
) -> str:  # fmt: skip
    if arrival.own and _may_be(arrival, here.get(arrival.own)):
        return arrival.own
    if "@" not in plain[len(arrival.base) :]:
        return plain  # PubMed's number names one record, whatever it says today
    taken = contents.get(plain, {})
    if arrival.content in taken:
        return taken[arrival.content]
    return f"{plain}#{arrival.content}" if taken or arrival.shared else plain


def _may_be(arrival: Arrival, here: Naming | None) -> bool:
    """Return whether two descriptions may be of one record: by an identifier, or by the title."""
    if here is None:
        return True
    if (arrival.pmid and arrival.pmid == here.pmid) or (arrival.doi and arrival.doi == here.doi):
        return True
    return not arrival.title or not here.title or arrival.title == here.title


def finish(
    folder: Path, run: SearchRun, store: Store, keys: Iterable[str],
    advance: Callable[[int], None] = lambda _by: None,
) -> SearchRun:  # fmt: skip
    """Close a run whose records are written: count the new ones, write its entry, tell the store.

    ``keys`` are those of its records, each once. The entry is written last, so that what it says of
    the run's end is true; with it a draft becomes a run (`runs.publish`). ``advance`` hears of the
    records that the store has taken in.
    """
    done = replace(run, new=_new(keys, run.id, store), finished_at=search_runs.now())
    search_runs.write_entry(folder, done)
    store.sync(search_runs.publish(folder).parent, advance=advance)
    return done


def _new(keys: Iterable[str], run: str, store: Store) -> int:
    """Count the keys that no other run has brought."""
    keys, count = iter(keys), 0
    while batch := list(islice(keys, _BATCH)):
        count += len(batch) - len(store.met_elsewhere(batch, run))
    return count
