"""Deduplicate a file: records in, sets or unique records out, for people who want only that."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from screening.dedupe.duplicates import in_order, settle
from screening.dedupe.file_records import Source, full_records, source_of
from screening.dedupe.matching import Advance, match
from screening.dedupe.merged import merged
from screening.dedupe.normalise import Copy
from screening.dedupe.sets import DuplicateSet, DuplicateSets
from search.collecting import uncollected
from search.errors import BadInput
from search.exporters import format_of, writer_of
from search.files import check_place, packing, replacing
from search.records import Record, StoredRecord

Watch = Callable[[Iterable[Copy]], Iterable[Copy]]
_TABLES = ("csv", "tsv")
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Places:
    """Where to write what; at least one of the first two.

    ``sets`` gets `id,cluster` in the order of the file, a record alone being its own cluster; or,
    where its ending is that of a format of records (.ris, .nbib, …), the same as ``unique``: the
    records themselves, one for each publication. ``pairs`` gets `id1,id2,reasons`.
    """

    sets: Path | None = None
    unique: Path | None = None
    pairs: Path | None = None

    @property
    def named(self) -> list[Path]:
        """Return the places that are named."""
        return [each for each in (self.sets, self.unique, self.pairs) if each]


def dedupe_file(
    path: Path,
    places: Places,
    *,
    watch: Watch = iter,
    advance: Advance = lambda _done, _all: None,
) -> tuple[DuplicateSets, Source]:
    """Find the duplicate sets of a file and write them; returns them and what was read.

    BadInput for a file that cannot be meant, SarcatError for a damaged one; nothing is written
    then. ``watch`` sees each record as it is read; ``advance`` is told how many pairs were
    compared, of how many.
    """
    _check_places(path, places)
    source = source_of(path)
    with uncollected():
        matches = match(in_order(watch(source.copies())), advance=advance)
        found = settle(matches, explained=False)
    for place in filter(None, (places.unique, places.sets)):
        if place is places.unique or gives_records(place):
            _write_records(place, unique_records(full_records(source), found, source.id_of))
        else:
            rows = ((source.id_of(key), source.id_of(found.representative_of(key)))
                    for key in source.keys)  # fmt: skip
            _write(place, ("id", "cluster"), rows)
    if places.pairs:
        _write(places.pairs, ("id1", "id2", "reasons"), _pairs(found, source))
    return found, source


def gives_records(output: Path) -> bool:
    """Return whether the ending asks for records, not for the table of sets."""
    try:
        return format_of(output).name not in _TABLES
    except BadInput:
        return False


def unique_records(
    records: Iterable[StoredRecord], found: DuplicateSets, id_of: Callable[[str], str]
) -> Iterator[Record]:
    """Give one record for each publication, in the order of the file.

    A set is given where the last of its records stands, each field from its best record, with a
    note of the ids of all. Memory: the sets that are not whole yet.
    """
    waiting: dict[str, list[StoredRecord]] = {}
    for stored in records:
        each = found.by_key.get(stored.key)
        if each is None:
            yield stored.record
            continue
        met = waiting.setdefault(each.representative, [])
        met.append(stored)
        if len(met) == len(each.members):
            yield _one_of(each, waiting.pop(each.representative), id_of)


def _one_of(
    each: DuplicateSet, records: list[StoredRecord], id_of: Callable[[str], str]
) -> Record:  # fmt: skip
    by_key = {stored.key: stored for stored in records}
    view, _origins = merged([by_key[key] for key in each.members])
    note = f"Merged from records {'; '.join(id_of(stored.key) for stored in records)}"
    return replace(view, notes=(*view.notes, note))


def _pairs(found: DuplicateSets, source: Source) -> Iterator[tuple[str, str, str]]:
    for refusal in found.uncertain:
        left, right = map(source.id_of, refusal.link.keys)
        speaks_for = "; ".join(map(str, refusal.link.reasons))
        yield left, right, f"for: {speaks_for}. against: {refusal.against}"


def _check_places(path: Path, places: Places) -> None:
    """Refuse what cannot be written, before the work is done and not after it."""
    if places.unique:
        format_of(places.unique)
    for place in places.named:
        check_place(place)
    named = [each.resolve() for each in (path, *places.named)]
    if len(set(named)) < len(named):
        raise BadInput("one file is named for two purposes.", where=str(path),
                       remedy="Give the input and each output a name of its own.")  # fmt: skip


def _write_records(place: Path, records: Iterable[Record]) -> None:
    from search.exporters.targets import Losses
    from search.exporters.writing import write

    write(place, writer_of(format_of(place)), records, Losses(None), lambda _losses: None)


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table whole; compressed where the name ends in .gz."""
    with replacing(path) as raw:
        is_packed = path.name.lower().endswith(".gz")
        with packing(raw) if is_packed else nullcontext(raw) as out:
            for part in _parts(header, rows):
                out.write(part.encode("utf-8", "surrogatepass"))


def _parts(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for number, row in enumerate(rows, start=1):
        writer.writerow(row)
        if number % _ROWS_AT_ONCE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()
