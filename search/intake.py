"""Take the records of one run into the review: assign keys, write the run, tell the database.

Used by searches and imports alike, so that "new", keys and durability are decided in one place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from search import runs as search_runs
from search.records import BEARING_PUBMED_KEYS, Record, content_hash, key_of
from search.runs import SearchRun
from search.store import Store

Reread = Callable[[], Iterable[Record]]


def assign_keys(records: Reread, source: str, store: Store) -> Iterator[tuple[str, Record]]:
    """Yield each record of one source with its key (DESIGN, "record").

    ``records`` gives them anew each time it is called: they are gone through twice, since a key
    bears ``#content`` when two different records of the source share its plain form. A record that
    the store knows keeps the key it has. Memory: the plain keys, not the records.
    """
    contents: dict[str, set[str]] = defaultdict(set)
    for record in records():
        if not (source in BEARING_PUBMED_KEYS and record.pmid):
            contents[key_of(record, source)].add(content_hash(record))
    known = store.contents(contents)
    for record in records():
        plain = key_of(record, source)
        if source in BEARING_PUBMED_KEYS and record.pmid:
            yield plain, record  # PubMed's number names one record, whatever it says today
            continue
        content = content_hash(record)
        taken = known.get(plain, {})
        if content in taken:
            yield taken[content], record
        elif taken or len(contents[plain]) > 1:
            yield f"{plain}#{content}", record
        else:
            yield plain, record


def finish(folder: Path, run: SearchRun, store: Store, keys: Iterable[str]) -> SearchRun:
    """Close a run whose records are written: count the new ones, write its entry, tell the store.

    The entry is written last, so that what it says of the run's end is true; with it a draft
    becomes a run (`runs.publish`).
    """
    distinct = set(keys)
    known = store.met_elsewhere(distinct, run.id)
    done = replace(run, new=len(distinct) - len(known), finished_at=search_runs.now())
    search_runs.write_entry(folder, done)
    store.sync(search_runs.publish(folder).parent)
    return done
