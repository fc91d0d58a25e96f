"""Check a folder of entries: each rule a small function, every fault of every file in one pass.

`entries.reading` finds what one file's form can show. Here is the rest: what is wrong within an
entry (`text_rules`, `date_rules`, `claim_rules`), among the entries, and with the papers they cite.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from catalogue.checking import claim_rules, date_rules, text_rules
from catalogue.entries.initiatives import Initiative
from catalogue.entries.reading import Entry, read_entries
from catalogue.entries.vocabulary import RELATIONS
from search.faults import Fault, nearest
from search.records import fold
from search.toml_lines import KeyPath
from search.toml_text import Document


def check(
    folder: Path,
    known_records: Mapping[str, bool] | None = None,
    *,
    today: datetime.date | None = None,
) -> list[Fault]:
    """Return every fault of every entry in ``folder``, by file and line.

    ``known_records`` maps the base key of each record of the review ("pmid:N", "doi:X", …) to
    whether it is retracted; without it cited papers are not looked up. ``today`` is the day that
    nothing may lie behind; without it the newest day on which an entry was checked or published.
    """
    return check_entries(read_entries(folder), known_records, today=today)


def not_read(folder: Path) -> Iterator[Fault]:
    """Warn of each file among the entries that is passed over, as one saved as text would be."""
    for path in sorted(folder.glob("*")):
        if path.suffix != ".toml" and path.is_file() and not path.name.startswith("."):
            what = "this file is not read: the file of an entry ends in .toml."
            remedy = "Rename it, or keep it elsewhere."
            yield Fault(f"{folder.name}/{path.name}", None, "not-read", what, remedy, "warning")


Known = Mapping[str, bool]
EntryRule = Callable[[Entry], Iterator[Fault]]


def check_entries(
    entries: Iterable[Entry],
    known_records: Known | Callable[[Sequence[Entry]], Known | None] | None = None,
    *,
    today: datetime.date | None = None,
    also: Sequence[EntryRule] = (),
) -> list[Fault]:
    """Return every fault of entries that were read; see `check`.

    The entries may be a stream: each is checked by itself and let go but for what the others need
    of it, so that memory grows by a tenth of the entries. Without ``today`` their dates wait until
    all were seen: then each is held as well, but for its document. ``also`` are further rules for
    each entry; ``known_records`` may be a function of what was kept.
    """
    faults: list[Fault] = []
    kept: list[Entry] = []
    waiting: list[Entry] = []
    for entry in entries:
        faults += entry.faults
        faults += _by_itself(entry)
        for rule in also if entry.initiative else ():
            faults += rule(entry)
        if today:
            faults += _dated(entry, today)
        else:
            waiting.append(replace(entry, document=_bare(entry.document)))
        kept.append(_slim(entry, cited=known_records is not None))
    latest = _latest(waiting)
    faults += (fault for entry in waiting for fault in _dated(entry, latest))
    faults += (*_ids(kept), *_names(kept), *_relations(kept))
    known = known_records(kept) if callable(known_records) else known_records
    if known is not None:
        faults += _papers(kept, known)
    return sorted(faults, key=lambda fault: (fault.file, fault.line or 0, fault.rule, fault.what))


def _by_itself(entry: Entry) -> Iterator[Fault]:
    if entry.initiative is not None:
        for rule in (*text_rules.RULES, *claim_rules.RULES):
            yield from rule(entry, entry.initiative)


def _dated(entry: Entry, day: datetime.date | None) -> Iterator[Fault]:
    if entry.initiative is not None:
        for rule in date_rules.RULES:
            yield from rule(entry, entry.initiative, day)


def _bare(document: Document | None) -> Document | None:
    """Return what tells the lines of a document, and of its values the id alone."""
    if document is None:
        return None
    return Document(document.file, {"id": document.values.get("id")}, document.text)


def _slim(entry: Entry, *, cited: bool) -> Entry:
    """Return of an entry what the rules among entries need: names, ties, ``cited`` papers."""
    initiative = entry.initiative
    if initiative is not None:
        # made anew and not `replace`d: what stands for an entry in a file cannot be
        initiative = Initiative(
            id=initiative.id,
            name=initiative.name,
            kind=(),
            scope="",
            summary="",
            claims=initiative.claims_on("outputs") if cited else (),
            evidence=initiative.evidence if cited else {},
            relations=initiative.relations,
            former_ids=initiative.former_ids,
        )
    return replace(entry, initiative=initiative, document=_bare(entry.document), faults=())


def newest_check(initiatives: Iterable[Initiative]) -> datetime.date | None:
    """Return the newest day on which an entry was checked: the date of the data themselves."""
    return max((each.last_checked for each in initiatives if each.last_checked), default=None)


def _latest(entries: Iterable[Entry]) -> datetime.date | None:
    read = [entry.initiative for entry in entries if entry.initiative]
    days = [newest_check(read), *(each.first_published for each in read)]
    return max((day for day in days if day), default=None)


# --- the entries among one another ---------------------------------------------------------------


def _written_id(entry: Entry) -> str:
    written = entry.document.values.get("id") if entry.document else None
    return written if isinstance(written, str) else entry.id


def _ids(entries: Sequence[Entry]) -> Iterator[Fault]:
    """Two entries with one id, or an id that another entry bore before."""
    holders: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        holders[_written_id(entry)].append(entry)
    for id, sharing in holders.items():
        for entry in sharing[1:]:
            what = f"two entries have the id {id!r}: this one and {sharing[0].file}."
            yield entry.fault("id-twice", entry.line("id"), what, "Give one another id.")
    former: dict[str, Entry] = {}
    for entry in entries:
        for id in entry.initiative.former_ids if entry.initiative else ():
            other = former.setdefault(id, entry)
            taken = holders[id][0] if id in holders else (other if other is not entry else None)
            if taken is not None:
                what = f"the former id {id!r} is also that of {taken.file}."
                remedy = "An id is never used again: remove it here, or give the other a new one."
                yield entry.fault("id-twice", entry.line("former_ids"), what, remedy)


def _names(entries: Sequence[Entry]) -> Iterator[Fault]:
    first: dict[str, Entry] = {}
    for entry in entries:
        name = fold(entry.initiative.name) if entry.initiative else ""
        other = first.setdefault(name, entry) if name else entry
        if other is not entry:
            what = f"its name is also that of {other.file}."
            remedy = "Make the two one entry, or tell their names apart."
            yield entry.fault("name-twice", entry.line("name"), what, remedy, "warning")


def _relations(entries: Sequence[Entry]) -> Iterator[Fault]:
    ids = {entry.id for entry in entries}
    moved = {
        former: entry.id
        for entry in entries
        for former in (entry.initiative.former_ids if entry.initiative else ())
    }
    said: dict[tuple[str, ...], Entry] = {}
    for entry in entries:
        for relation in entry.initiative.relations if entry.initiative else ():
            if relation.to == entry.id:
                what = "the entry is tied to itself."
                yield entry.fault(
                    "relation", entry.line(*relation.place), what, "Name another entry."
                )
                continue
            if relation.to not in ids:
                guess = moved.get(relation.to) or nearest(relation.to, sorted(ids))
                remedy = f'Did you mean "{guess}"?' if guess else "Add that entry first."
                what = f"the relation leads to {relation.to!r}, which is no entry."
                yield entry.fault("relation", entry.line(*relation.place), what, remedy)
            ends = [entry.id, relation.to]
            key = (relation.type, *(sorted(ends) if RELATIONS[relation.type].symmetric else ends))
            if key in said:
                what = f"the same relation stands in {said[key].file} already."
                remedy = "Keep one of them."
                yield entry.fault(
                    "relation-twice", entry.line(*relation.place), what, remedy, "warning"
                )
            said.setdefault(key, entry)


# --- the papers of the review --------------------------------------------------------------------


def _papers(entries: Sequence[Entry], known: Mapping[str, bool]) -> Iterator[Fault]:
    """A cited paper that is retracted, or that the review does not hold."""
    for entry in entries:
        if entry.initiative is None:
            continue
        for source, place in sorted(cited_papers(entry.initiative).items()):
            if source not in known:
                what = f"the review holds no record of {source}."
                remedy = "Import it, so that readers see how it was found."
                yield entry.fault("paper-unknown", entry.line(*place), what, remedy, "warning")
            elif known[source]:
                what = f"{source} is retracted."
                remedy = "Rest the claim on another source."
                yield entry.fault("retracted", entry.line(*place), what, remedy)


def cited_papers(initiative: Initiative) -> dict[str, KeyPath]:
    """Return each paper that an entry cites or names as an output, and where it does so first."""
    found: dict[str, KeyPath] = {}
    for each in initiative.evidence.values():
        found.setdefault(each.source, each.place)
    for claim in initiative.claims_on("outputs"):
        for source in claim.value or ():
            found.setdefault(source, claim.place)
    return {source: place for source, place in found.items() if not source.startswith("url:")}
