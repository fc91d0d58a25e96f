"""Records in SQLite: the only module of this package that talks SQL.

Its tables are in `store_tables`. Everything here is worked out from ``searches/`` and can be thrown
away.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from search import runs as search_runs
from search.brought import SARCAT
from search.collecting import uncollected
from search.finding import holding
from search.records import (
    OFFLINE_CORPUS,
    Appearance,
    StoredRecord,
    content_hash,
    fold,
    from_document,
)
from search.runs import ENTRY, SearchRun
from search.sqlite import Database

T = TypeVar("T")
_BATCH = 500

_PUT_RECORD = """
    insert into records (key, plain_key, content, rank, title, year, pmid, doi, document)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (key) do update set
        content = excluded.content, rank = excluded.rank, title = excluded.title,
        year = excluded.year, pmid = excluded.pmid, doi = excluded.doi,
        document = excluded.document
    where excluded.rank >= records.rank
"""


def digest_of(folder: Path) -> str:
    """Return the sha256 of a run's entry."""
    return hashlib.sha256((folder / ENTRY).read_bytes()).hexdigest()


def _rank(run: SearchRun) -> str:
    # The newest description is shown, but a stand-in never hides what PubMed itself said. Times are
    # of a second, and what is refreshed within it was there before.
    by_time = f"{run.executed_at} {int(run.is_refresh)} {run.id}"
    return f"{int(run.source != OFFLINE_CORPUS)} {by_time}"


def _rank_of(rank: str, key: str, document: Mapping[str, Any]) -> str:
    """Return a record's rank: what comes back from an export of ours hides no description here."""
    brought = document.get("brought") or {}
    back = brought.get("program") == SARCAT and brought.get("key") == key
    return f"-{rank}" if back else rank


class Naming(NamedTuple):
    """What names a record that is here: its title, folded, and its identifiers."""

    title: str
    pmid: str | None
    doi: str | None


def _content(key: str, document: dict[str, Any]) -> str:
    """Return what tells records of one plain key apart; PubMed's number needs nothing beside it."""
    return content_hash(from_document(document)) if "@" in key else ""


def _row(key: str, line: str, document: dict[str, Any], rank: str) -> tuple[Any, ...]:
    """Return what the table of records holds of one."""
    return (key, key.partition("#")[0], _content(key, document), _rank_of(rank, key, document),
            *map(document.get, ("title", "year", "pmid", "doi")), line)  # fmt: skip


def _is_in_making(run: SearchRun) -> bool:
    """Return whether a refresh was cut off: the next one takes it up and enters it.

    What it brought must first be held against the descriptions from before.
    """
    return run.is_refresh and run.finished_at is None


class Store:
    """The records of a review, as they were last brought up to date."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # --- writing -------------------------------------------------------------------------------

    def sync(
        self, searches: Path, *, but: str | None = None,
        advance: Callable[[int], None] = lambda _by: None,
    ) -> bool:  # fmt: skip
        """Bring the database up to what lies in ``searches/``; returns whether anything changed.

        Runs come in by every door (a command, a pull from a colleague): what counts is the folder.
        ``but`` names a run that is passed over, since it is not finished; ``advance`` hears how
        many records were taken in.
        """
        runs = [run for run in search_runs.read_entries(searches)
                if run.id != but and not _is_in_making(run)]  # fmt: skip
        known = {id: digest for id, digest in
                 self.database.execute("select id, digest from runs") if id != but}  # fmt: skip
        present = {run.id: digest_of(searches / run.id) for run in runs}
        if known == present:
            return False
        changed = [id for id, digest in known.items() if present.get(id) != digest]
        if not all(id in present and self._has_grown(searches / id) for id in changed):
            self._forget()  # a run was changed or withdrawn: work all of it out again
            known = {}
        for run in runs:
            if known.get(run.id) != present[run.id]:
                lines = search_runs.read_record_lines(searches / run.id)
                self.add_run(run, _watched(lines, advance), present[run.id])
        return True

    def _has_grown(self, folder: Path) -> bool:
        """Return whether a run on disk still holds all that is known of it: it was taken up."""
        rows = self.database.execute("select key from appearances where run = ?", (folder.name,))
        return {key for (key,) in rows} <= set(search_runs.read_keys(folder))

    def add_run(
        self, run: SearchRun, lines: Iterable[tuple[str, str, dict[str, Any]]], digest: str
    ) -> None:
        """Add one run with its records, all or nothing; one that is there already is replaced.

        ``lines`` are its records as `runs.read_record_lines` gives them.
        """
        rank = _rank(run)
        with uncollected(), self.database.atomic():
            self.database.execute("delete from appearances where run = ?", (run.id,))
            self.database.execute("delete from runs where id = ?", (run.id,))
            self.database.execute(
                "insert into runs (id, executed_at, source, digest, document) values (?,?,?,?,?)",
                (run.id, run.executed_at, run.source, digest,
                 json.dumps(search_runs.to_entry(run), ensure_ascii=False)),
            )  # fmt: skip
            for batch in _batched(lines, _BATCH):
                rows = [_row(*line, rank) for line in batch]
                self.database.conn.executemany(_PUT_RECORD, rows)
                self.database.conn.executemany(
                    "insert or ignore into appearances (key, run) values (?, ?)",
                    [(row[0], run.id) for row in rows],
                )

    def _forget(self) -> None:
        with self.database.atomic():
            for table in ("appearances", "records", "runs"):
                self.database.execute(f"delete from {table}")  # noqa: S608  names of our own

    # --- reading -------------------------------------------------------------------------------

    def runs(self) -> list[SearchRun]:
        """Return all runs, oldest first."""
        return self.runs_that_say("")

    def runs_that_say(self, words: str) -> list[SearchRun]:
        """Return the runs whose entries hold some words (the hash of a file); oldest first."""
        rows = self.database.execute(
            "select id, document from runs where instr(document, ?) order by executed_at, id",
            (words,),
        )
        return [search_runs.from_entry(json.loads(document), id) for id, document in rows]

    def keys(self) -> list[str]:
        """Return all keys, in order."""
        return [row[0] for row in self.database.execute("select key from records order by key")]

    def keys_as_added(self) -> list[str]:
        """Return all keys by the run that first brought them, oldest first, then by key."""
        query = """
            select a.key from appearances a join runs r on r.id = a.run
            group by a.key order by min(r.executed_at || ' ' || r.id), a.key
        """
        return [row[0] for row in self.database.execute(query)]

    def identifiers(self) -> Iterator[tuple[str, str | None, str | None]]:
        """Stream key, PMID and DOI of every record, by key."""
        yield from self.database.execute("select key, pmid, doi from records order by key")

    def count(self) -> int:
        """Return how many records there are."""
        return int(self.database.execute("select count(*) from records").fetchone()[0])

    def is_empty(self) -> bool:
        """Return whether there is no record at all."""
        return self.database.execute("select 1 from records limit 1").fetchone() is None

    def record(self, key: str) -> StoredRecord | None:
        """Return one record, or None when no record has this key."""
        return next(self.records([key]), None)

    def records(self, keys: Sequence[str] | None = None) -> Iterator[StoredRecord]:
        """Stream records in the order of ``keys`` (those that exist), or all by key."""
        if keys is None:
            yield from self._select("order by r.key", ())
            return
        for batch in _batched(keys, _BATCH):
            marks = ",".join("?" * len(batch))
            found = {each.key: each for each in
                     self._select(f"where r.key in ({marks})", tuple(batch))}  # fmt: skip
            yield from (found[key] for key in batch if key in found)

    def holding(self, wanted: Iterable[str]) -> Iterator[str]:
        """Stream the keys of the records that hold all of ``wanted``: folded words and phrases."""
        rows = self.database.execute("select key, document from records order by key")
        return holding(rows, wanted)

    def _select(self, clause: str, values: tuple[str, ...]) -> Iterator[StoredRecord]:
        query = f"""
            select r.key, r.document,
                (select group_concat(runs.source || char(31) || runs.id, char(30))
                 from (select run from appearances where key = r.key order by run) met
                 join runs on runs.id = met.run)
            from records r {clause}
        """  # noqa: S608  clauses of our own, values bound
        for key, document, appearances in self.database.execute(query, values):
            met = sorted(part.split("\x1f") for part in (appearances or "").split("\x1e") if part)
            yield StoredRecord(
                key,
                from_document(json.loads(document)),
                tuple(Appearance(source, run) for source, run in
                      sorted(met, key=lambda pair: pair[1])),
            )  # fmt: skip

    def keys_by_run(self, keys: Iterable[str] | None = None) -> dict[str, Collection[str]]:
        """Return for each run the keys of the records that appeared in it: of all, or of some.

        Each is quick to be asked whether it holds a key.
        """
        runs = [
            id for (id,) in self.database.execute("select id from runs order by executed_at, id")
        ]
        if keys is None:
            # as one text, which takes a third of the time of a row for each key
            query = "select json_group_array(key) from appearances where run = ?"
            rows = ((run, self.database.execute(query, (run,)).fetchone()) for run in runs)
            return {run: dict.fromkeys(json.loads(keys)) for run, (keys,) in rows}
        found: dict[str, set[str]] = {run: set() for run in runs}
        for batch in _batched(keys, _BATCH):
            marks = ",".join("?" * len(batch))
            query = f"select key, run from appearances where key in ({marks})"  # noqa: S608
            for key, run in self.database.execute(query, tuple(batch)):
                found[run].add(key)
        return {**found}

    def met_elsewhere(self, keys: Iterable[str], run: str) -> set[str]:
        """Return those of ``keys`` that another run than ``run`` has brought."""
        found: set[str] = set()
        for batch in _batched(keys, _BATCH):
            marks = ",".join("?" * len(batch))
            rows = self.database.execute(
                f"select key from appearances where key in ({marks}) and run <> ?",  # noqa: S608
                (*batch, run),
            )
            found.update(key for (key,) in rows)
        return found

    def naming(self, keys: Iterable[str]) -> dict[str, Naming]:
        """Return what names those records of ``keys`` that are here."""
        found: dict[str, Naming] = {}
        for batch in _batched(keys, _BATCH):
            marks = ",".join("?" * len(batch))
            rows = self.database.execute(
                f"select key, title, pmid, doi from records where key in ({marks})",  # noqa: S608
                tuple(batch),
            )
            found |= {key: Naming(fold(title), pmid, doi) for key, title, pmid, doi in rows}
        return found

    def contents(self, plain_keys: Iterable[str]) -> dict[str, dict[str, str]]:
        """Return for each plain key that is in use its records: content hash to full key."""
        found: dict[str, dict[str, str]] = {}
        for batch in _batched(plain_keys, _BATCH):
            marks = ",".join("?" * len(batch))
            rows = self.database.execute(
                f"select plain_key, content, key from records where plain_key in ({marks})",  # noqa: S608
                tuple(batch),
            )
            for plain, content, key in rows:
                found.setdefault(plain, {})[content] = key
        return found


def _watched(values: Iterable[T], advance: Callable[[int], None]) -> Iterator[T]:
    """Give the values on, and tell of every `_BATCH` of them."""
    for number, value in enumerate(values, start=1):
        yield value
        if number % _BATCH == 0:
            advance(_BATCH)


def _batched(values: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """Cut an iterable into tuples of at most ``size`` (itertools.batched came with 3.12)."""
    iterator = iter(values)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch
