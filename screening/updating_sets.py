"""The sets of a review brought up to date: by what is new, or by comparing all again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from screening.dedupe.duplicates import in_order, settle
from screening.dedupe.matching import match
from screening.dedupe.normalise import copy_of
from screening.dedupe.sets import RULES_VERSION
from screening.dedupe.updating import Update, update
from screening.judgements import Judgements
from screening.kept_memory import KeptMemory
from screening.kept_sets import sums, write_sets, write_update
from screening.memory_rows import Damaged
from search.records import StoredRecord
from search.sqlite import Database
from search.store import Store

Watch = Callable[[Iterable[StoredRecord]], Iterable[StoredRecord]]
_MOST = 0.25  # of what is known: if more is new, comparing all takes no longer


def work_out(
    database: Database, store: Store, mark: str, runs: list[list[str]], judged: Judgements,
    *, afresh: bool, watch: Watch,
) -> None:  # fmt: skip
    """Bring the sets up to ``runs`` and judgements; ``mark`` is what names these.

    ``afresh`` compares all records. Whoever asks holds a transaction.
    """
    memory = KeptMemory(database)
    found = None if afresh else _updated(database, memory, store, runs, judged, watch)
    if found:
        write_update(database, mark, found)
    else:
        memory = KeptMemory(database)
        matches = match(in_order(map(copy_of, watch(store.records()))), indexed=True)
        memory.fill(matches)
        write_sets(database, mark, settle(matches, judged.same, judged.different))
    memory.seal(_foundation(runs, judged), sums(database))


def _foundation(runs: list[list[str]], judged: Judgements) -> dict[str, Any]:
    return {
        "rules": RULES_VERSION,
        "runs": runs,
        "same": sorted(judged.same),
        "different": sorted(judged.different),
    }


def _updated(
    database: Database, memory: KeptMemory, store: Store, runs: list[list[str]],
    judged: Judgements, watch: Watch,
) -> Update | None:  # fmt: skip
    """Compare what is new alone; None where all has to be compared."""
    try:
        known = memory.foundation(sums(database))
        if not known or known["rules"] != RULES_VERSION:
            return None
        if any(run not in runs for run in known["runs"]):
            return None  # changed or withdrawn: no record of it tells what it said before
        keys = _keys_of(database, [id for id, digest in runs if [id, digest] not in known["runs"]])
        if len(keys) > _MOST * memory.count():
            return None
        changed = {each.key: copy_of(each) for each in watch(store.records(keys))}
        told = {key for pair in _differences(known, judged) for key in pair}
        return update(memory, changed, told, judged.same, judged.different)
    except Damaged:
        return None


def _keys_of(database: Database, runs: list[str]) -> list[str]:
    """Return the keys of all records that appeared in one of these runs."""
    query = "select key from appearances where run = ?"
    return sorted({key for run in runs for (key,) in database.execute(query, (run,))})


def _differences(known: dict[str, Any], judged: Judgements) -> set[tuple[str, str]]:
    """Return the pairs of which persons said something else before."""
    same, different = ({(a, b) for a, b in known[name]} for name in ("same", "different"))
    return (same ^ judged.same) | (different ^ judged.different)
