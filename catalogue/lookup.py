"""Find what a person means: the entry of an id, a free place for a new one, the papers at hand."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from catalogue.checking.checks import cited_papers
from catalogue.entries.entry_toml import ID
from catalogue.entries.initiatives import Initiative
from catalogue.entries.reading import Entry
from search.errors import BadInput, FaultyFile
from search.faults import nearest
from search.records import Record, base_of_key, clean_doi, fold
from search.store import Store


def find(id: str, entries: Sequence[Entry]) -> Initiative:
    """Return the initiative of this id or of this former id.

    BadInput when there is none; FaultyFile, with all its faults, when its file has any.
    """
    entry = _entry_of(id, entries)
    if entry.initiative is None or not entry.sound:
        raise FaultyFile(entry.faults)
    return entry.initiative


def file_of(id: str, folder: Path, entries: Sequence[Entry]) -> Path:
    """Return the file of the entry of this id or former id, sound or not; BadInput if none."""
    return folder / f"{_entry_of(id, entries).id}.toml"


def _entry_of(id: str, entries: Sequence[Entry]) -> Entry:
    by_id = {each.id: each for each in entries}
    entry = by_id.get(id) or former_ids(entries).get(id)
    if entry is None:
        guess = nearest(id, sorted(by_id)) or _of_name(id, entries)
        remedy = f"Did you mean {guess!r}?" if guess else "`sarcat catalogue list` names all."
        raise BadInput("no entry of the catalogue has this id.", where=repr(id), remedy=remedy)
    return entry


def _of_name(text: str, entries: Sequence[Entry]) -> str | None:
    """Return the id of the entry whose acronym, alias or name is, or is nearly, what was typed."""
    by_name: dict[str, str] = {}
    for each in entries:
        if (read := each.initiative) is not None:
            for name in filter(None, (read.acronym, *read.aliases, read.name)):
                by_name.setdefault(fold(name), each.id)
    found = nearest(fold(text), sorted(by_name))
    return by_name[found] if found else None


def former_ids(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Return the entries by the ids that they bore before."""
    return {
        former: entry
        for entry in entries
        for former in (entry.initiative.former_ids if entry.initiative else ())
    }


def free_place(id: str, folder: Path, entries: Sequence[Entry]) -> Path:
    """Return where a new entry will be; BadInput when the id is none, or has been used."""
    if not ID.fullmatch(id):
        remedy = f"Use a-z, 0-9 and single hyphens, such as {_id_like(id)}."
        raise BadInput("this cannot be an id.", where=repr(id), remedy=remedy)
    path = folder / f"{id}.toml"
    if path.exists():
        raise BadInput("this entry exists already.", where=str(path), remedy="Edit it.")
    before = former_ids(entries).get(id)
    if before:
        remedy = "An id is never used again: choose another."
        raise BadInput(f"{before.file} bore this id before.", where=repr(id), remedy=remedy)
    return path


def _id_like(text: str) -> str:
    """Return an id made of what was typed, a name perhaps."""
    plain = unicodedata.normalize("NFKD", text.removesuffix(".toml")).encode("ascii", "ignore")
    made = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")
    return made if ID.fullmatch(made) else "example-registry"


def known_papers(store: Store, entries: Iterable[Entry]) -> dict[str, bool]:
    """Return the cited papers that the review holds, each with whether a record says retracted."""
    read = [entry.initiative for entry in entries if entry.initiative]
    cited = {source for each in read for source in cited_papers(each)}
    held: dict[str, list[str]] = {}
    for key, pmid, doi in store.identifiers():
        for source in (f"pmid:{pmid}", f"doi:{doi}", base_of_key(key)):
            if source in cited:
                held.setdefault(source, []).append(key)
    return {
        source: any(each.record.retracted for each in store.records(keys))
        for source, keys in held.items()
    }


def record_of(store: Store, key: str) -> Record:
    """Return the record of a key, or of a PMID or DOI written as one; BadInput when there is none.

    A paper that came from another source than PubMed has a longer key than its PMID or DOI.
    """
    found = store.record(key)
    if found is None:
        scheme, _, rest = key.partition(":")
        wanted = {"pmid": rest, "doi": clean_doi(rest)}.get(scheme)
        column = 2 if scheme == "doi" else 1
        keys = [row[0] for row in store.identifiers() if wanted and row[column] == wanted]
        found = next(store.records(keys), None)
    if found is None:
        remedy = "`sarcat records` names all keys."
        raise BadInput("the review has no record of this key.", where=repr(key), remedy=remedy)
    return found.record
