"""What a reviewer may have shown alone: by what he did with the records, or by what they are."""

from __future__ import annotations

from collections.abc import Iterator

from screening.decision_logs.events import Act, Verdict
from screening.engine import Engine
from screening.walk import Filter
from search.records import StoredRecord


def filters(engine: Engine) -> Iterator[Filter]:
    """Give the filters there are, always in the same order; tags of the reviewer's own come last.

    Conflicts are those of the reviewer's own verdicts, on records that all who are to have judged.
    """
    sitting, keys = engine.sitting, frozenset(engine.sitting.keys)
    verdicts = {key: event.val for key, event in engine.standing(Act.DECIDE)}

    def judged(verdict: Verdict) -> frozenset[str]:
        return frozenset(key for key, each in verdicts.items() if each == verdict)

    yield Filter("undecided", frozenset(key for key in keys if engine.is_open(key)))
    yield Filter("maybe", judged(Verdict.MAYBE) & keys)
    put_off = (key for key, _event in engine.standing(Act.LATER))
    yield Filter("put off", frozenset(key for key in put_off if engine.is_open(key)))
    yield Filter("included", judged(Verdict.INCLUDE) & keys)
    yield Filter("excluded", judged(Verdict.EXCLUDE) & keys)
    yield Filter("in conflict with another", sitting.conflicts & keys)
    yield Filter("with duplicates", keys & sitting.sets.keys())
    yield Filter("perhaps another version", keys & sitting.apart.keys())
    yield Filter("with a note", keys & {key for key, _event in engine.standing(Act.NOTE)})
    yield Filter("without an abstract", of_record=lambda stored: not stored.record.abstract)
    yield Filter("not in English", of_record=_is_foreign)
    tagged: dict[str, set[str]] = {}
    for key, event in engine.standing(Act.TAG, every=True):
        tagged.setdefault(event.val or "", set()).add(key)
    for tag in sorted(tagged):
        yield Filter(f"tagged {tag}", keys & tagged[tag])


def _is_foreign(stored: StoredRecord) -> bool:
    languages = stored.record.language
    return bool(languages) and not {"eng", "en", "english"} & {each.lower() for each in languages}
