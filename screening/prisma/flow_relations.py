"""The relations of METHODS 2.1 that a flow must satisfy; one that fails is never drawn.

All are checked on the sets of keys, not on their sizes: two errors cannot cancel each other out.
PF-05, PF-09 and PF-12 are soft in part: the caption says where this review differs (`notes_of`).
PF-13 is about the totals of an updated review and has nothing to hold against in a first version.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from screening.decision_logs.events import Verdict
from screening.prisma.boxes import DATABASES, IDENTIFIED, LABELS, OTHER, PARTS, PLACES
from screening.state import TITLE_ABSTRACT
from search.errors import SarcatError
from search.words import counted

if TYPE_CHECKING:
    from screening.prisma.flow_values import Flow
    from screening.prisma.placing import Keys
    from screening.state import ReviewState

Relation = tuple[str, bool, str]  # id, whether it holds, what it says


def check(flow: Flow, state: ReviewState) -> None:
    """Raise SarcatError naming every hard relation that does not hold."""
    broken = [f"{id} ({words})" for id, holds, words in relations(flow, state) if not holds]
    if broken:
        raise SarcatError(
            f"the flow does not add up: {'; '.join(broken)}.",
            remedy="This is a fault in Sarcat itself: please report it with your decision logs.",
        )


def relations(flow: Flow, state: ReviewState) -> Iterator[Relation]:
    """Give every hard relation with whether it holds."""
    yield from _of_identification(flow)
    yield from _of_screening(flow, state)
    yield from _of_reports(flow)
    yield from _of_inclusion(flow)
    yield from _of_the_whole(flow, state)


def _are_parts(whole: Keys, parts: Iterable[Keys]) -> bool:
    """Return whether each key of the whole is in exactly one part, and no other key in any."""
    listed = [key for part in parts for key in part]
    return len(listed) == len(whole) and set(listed) == whole


def _of_identification(flow: Flow) -> Iterator[Relation]:
    for parts, whole in PARTS.items():
        if parts.endswith("_specific_results"):
            holds = _are_parts(flow.boxes[whole], flow.parts[parts].values())
            yield "PF-01", holds, f"{parts} adds up to {whole}"
    box = flow.boxes
    identified = box["database_results"] | box["register_results"]
    removed = box["duplicates"] | box["excluded_automatic"] | box["excluded_other"]
    removed |= box["records_not_screened"]
    yield (
        "PF-02",
        removed <= identified and box["records_screened"] == identified - removed,
        "records_screened is what was identified without what was removed before screening",
    )


def _of_screening(flow: Flow, state: ReviewState) -> Iterator[Relation]:
    box = flow.boxes
    yield (
        "PF-03",
        _are_parts(
            box["records_screened"],
            (box["records_excluded"], box["records_awaiting"], box["dbr_sought_reports"]),
        ),
        "records_screened is excluded, forwarded or undecided",
    )
    excluded = box["records_excluded"] | box["other_records_excluded"]
    yield (
        "PF-04",
        all(_a_person_excluded(flow.names.get(key), state) for key in excluded),
        "each record excluded was excluded by a person",
    )
    sought = box["dbr_sought_reports"] | box["other_sought_reports"]
    yield (
        "PF-05",
        sought <= flow.names.keys() and len({flow.names[key] for key in sought}) == len(sought),
        "each report sought is another report",
    )


def _a_person_excluded(name: str | None, state: ReviewState) -> bool:
    if name is None:
        return False
    settled = state.settled(name, TITLE_ABSTRACT)
    judged = [settled] if settled else state.held(name, TITLE_ABSTRACT)
    return any(decision.verdict == Verdict.EXCLUDE for decision in judged)


def _of_reports(flow: Flow) -> Iterator[Relation]:
    box = flow.boxes
    for arm, id, sums in (("dbr", "PF-06", "PF-08"), ("other", "PF-10", "PF-10")):
        sought, lost = box[f"{arm}_sought_reports"], box[f"{arm}_notretrieved_reports"]
        yield (
            id,
            _are_parts(sought, (lost, box[f"{arm}_assessed"])),
            f"{arm}_assessed is {arm}_sought_reports without {arm}_notretrieved_reports",
        )
        yield (
            "PF-07",
            _are_parts(box[f"{arm}_excluded"], flow.parts[f"{arm}_excluded"].values()),
            f"each report of {arm}_excluded has one reason",
        )
        ends = (box[f"{arm}_{end}"] for end in ("excluded", "included", "awaiting"))
        yield (
            sums,
            _are_parts(box[f"{arm}_assessed"], ends),
            f"{arm}_assessed is excluded, included or undecided",
        )


def _of_inclusion(flow: Flow) -> Iterator[Relation]:
    box = flow.boxes
    included = (box["dbr_included"], box["other_included"])
    yield (
        "PF-11",
        _are_parts(box["new_reports"], included)
        and len({flow.names.get(key) for key in box["new_reports"]}) == len(box["new_reports"]),
        "new_reports are the included reports of both arms, each once",
    )
    studies = flow.studies or {}
    yield (
        "PF-12",
        all(keys and keys <= box["new_reports"] for keys in studies.values())
        and (is_about_several(flow) or len(studies) <= len(box["new_reports"])),
        "each study has an included report, and there are no more studies than reports",
    )


def is_about_several(flow: Flow) -> bool:
    """Return whether some report is about several studies: then there may be more of these."""
    listed = [key for keys in (flow.studies or {}).values() for key in keys]
    return len(listed) > len(set(listed))


def _of_the_whole(flow: Flow, state: ReviewState) -> Iterator[Relation]:
    for arm in (DATABASES, OTHER):
        identified = frozenset().union(*(flow.boxes[each] for each in IDENTIFIED[arm]))
        yield (
            "PF-14" if arm == DATABASES else "PF-09",
            _are_parts(identified, (flow.boxes[place] for place in PLACES[arm])),
            f"each record identified by {arm} stands in exactly one place",
        )
    yield "PF-15", _each_set_stands_once(flow, state), "a set of k records leaves k - 1 duplicates"
    listed = set(flow.boxes) | {"new_studies"}
    yield "PF-16", listed == set(LABELS), "every box is counted"


def _each_set_stands_once(flow: Flow, state: ReviewState) -> bool:
    removed = flow.boxes["duplicates"] | flow.boxes["other_duplicates"] | flow.boxes["other_known"]
    return all(
        sum(member in removed for member in members) == len(members) - 1
        for members in state.members.values()
    )


def notes_of(flow: Flow) -> list[str]:
    """Return the sentences that must stand under the figure, in order."""
    return [*_whole_notes(flow), *_other_notes(flow), *_study_notes(flow)]


def _whole_notes(flow: Flow) -> Iterator[str]:
    if flow.is_interim:
        day = f", as of {flow.as_of[:10]}" if flow.as_of else ""
        yield f"Interim{day}: {_undecided(flow)}."
    for run in flow.open_runs:
        yield (
            f"The search run {run.id} {'failed' if run.state == 'failed' else 'broke off'}"
            f"{f' ({run.problem})' if run.problem else ''}: records may be missing."
        )
    for run in flow.lossy_imports:
        yield f"The import {run.id} was kept although not every record could be read."
    if flow.stop and (unread := flow.unread):
        yield f"{unread} records were not screened: {flow.stop}."
    for stage, looked in flow.second_looks.items():
        yield (f"At {stage} {counted(looked.at, 'exclusion')} that the ranking put high "
               f"{'was' if looked.at == 1 else 'were'} judged again by the same reviewer; "
               f"{looked.changed} changed.")  # fmt: skip
    if flow.log_faults:
        yield "The decision logs are damaged: judgements may be missing."
    if by_hand := [f"“{label}”" for label in flow.offline]:
        were = "was" if len(by_hand) == 1 else "were"
        yield f"{', '.join(by_hand)} {were} compiled by hand: not the answer of a live search."


def _undecided(flow: Flow) -> str:
    sizes = ((flow.size(box) or 0, box) for box in
             ("awaiting_title_abstract", "awaiting_full_text", "conflicts"))  # fmt: skip
    words = {
        "awaiting_title_abstract": "awaiting screening on title and abstract",
        "awaiting_full_text": "awaiting assessment of the full text",
        "conflicts": "in conflict",
    }
    waiting = [f"{size} {words[box]}" for size, box in sizes if size]
    if flow.never_searched:
        waiting.insert(0, "nothing has been searched or imported yet")
    return ", ".join(waiting) if waiting else "a search or a decision log is not whole"


def _other_notes(flow: Flow) -> Iterator[str]:
    count = sum(flow.size(box) or 0 for box in IDENTIFIED[OTHER])
    if not count:
        return
    named = (
        ("other_known", "already known from databases"),
        ("other_duplicates", "duplicates of one another"),
        ("other_records_excluded", "excluded on title and abstract"),
        ("other_records_not_screened", "not screened"),
        ("other_records_awaiting", "not yet decided"),
    )
    gone = [f"{flow.size(box)} {words}" for box, words in named if flow.size(box)]
    yield (
        f"Records found by other methods were screened on title and abstract as well, for which "
        f"the PRISMA 2020 figure has no box: of {count}, {', '.join(gone) or 'none was excluded'}; "
        f"{flow.size('other_sought_reports')} went on."
    )


def _study_notes(flow: Flow) -> Iterator[str]:
    if is_about_several(flow):
        yield "Some reports are about several studies."
