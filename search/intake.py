"""Take the records of one run into the review: assign keys, write the run, tell the database.

Used by searches and imports alike, so that "new", keys and durability are decided in one place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from search import runs as search_runs
from search.brought import SARCAT, is_key
from search.records import BEARING_PUBMED_KEYS, Record, content_hash, fold, key_of
from search.runs import SearchRun
from search.store import Store

Reread = Callable[[], Iterable[Record]]


def assign_keys(records: Reread, source: str, store: Store) -> Iterator[tuple[str, Record]]:
    """Yield each record of one source with its key (DESIGN, "record").

    ``records`` gives them anew each time it is called: they are gone through twice, since a key
    bears ``#content`` when two different records of the source share its plain form. A record that
    the store knows keeps the key it has, and one that comes back from an export of ours the key
    with which it left. Memory: the plain keys, not the records.
    """
    contents: dict[str, set[str]] = defaultdict(set)
    for record in records():
        if not (source in BEARING_PUBMED_KEYS and record.pmid):
            contents[key_of(record, source)].add(content_hash(record))
    known = store.contents(contents)
    taken_back: dict[str, str] = {}
    for record in records():
        if own := _own_key(record, store, taken_back):
            yield own, record
            continue
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


def _own_key(record: Record, store: Store, taken_back: dict[str, str]) -> str | None:
    """Return the key with which a record left this or another review of ours, if it is credible.

    It must not contradict the record's own identifiers, nor name another record that is here
    already, or that another record of the same file has come back as (``taken_back``).
    """
    brought = record.brought
    key = brought.key if brought and brought.program == SARCAT else None
    if key is None or not is_key(key):
        return None
    kind, _, rest = key.partition(":")
    said = {"pmid": record.pmid, "doi": record.doi}.get(kind)
    if said is not None and not re.match(rf"{re.escape(said)}(?:[@#]|$)", rest):
        return None
    content = content_hash(record)
    if taken_back.setdefault(key, content) != content:
        return None
    here = store.record(key)
    return key if here is None or _is_the_same(record, here.record) else None


def _is_the_same(record: Record, here: Record) -> bool:
    """Return whether two descriptions may be of one record: by an identifier, or by the title."""
    if (record.pmid and record.pmid == here.pmid) or (record.doi and record.doi == here.doi):
        return True
    return not record.title or not here.title or fold(record.title) == fold(here.title)


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
