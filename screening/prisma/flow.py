"""The flow: PRISMA 2020's numbers, each the size of a set of record keys that can be listed.

Pure. A record is one entry of one source; a report is a duplicate set, named in each arm by one of
its records; a study is an initiative. A record belongs to exactly one arm: to the databases if a
search of a database or register met it, else to the other methods. A report that was found in both
arms counts once, in the databases' arm (PF-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from screening.looked_again import Looked
from screening.prisma.boxes import (
    DATABASES,
    IDENTIFIED,
    LABELS,
    OTHER,
    PARTS,
)
from screening.prisma.flow_relations import check
from screening.prisma.origins import Origin, open_runs_of, origins_of
from screening.prisma.placing import (
    AT_FULL_TEXT,
    AWAITING_FIRST,
    AWAITING_SECOND,
    CONFLICT_FIRST,
    CONFLICT_SECOND,
    NONE,
    NOT_SCREENED,
    Arm,
    Keys,
)
from screening.state import TITLE_ABSTRACT, ReviewState
from screening.stops import Stop
from search.errors import BadInput
from search.faults import nearest
from search.records import OFFLINE_CORPUS
from search.runs import SearchRun


@dataclass(frozen=True)
class Flow:
    """All boxes as sets of keys. ``studies`` maps each included initiative to its reports.

    ``open_runs`` are searches that failed or broke off and were not made good since. ``as_of`` is
    the UTC time of the newest run or event.
    """

    boxes: Mapping[str, Keys]
    parts: Mapping[str, Mapping[str, Keys]]
    studies: Mapping[str, Keys] | None
    names: Mapping[str, str]  # of each report: the key that names it here, to that of its set
    reason_texts: Mapping[str, str]  # of exclusion codes, from the protocol
    offline: tuple[str, ...]  # labels of databases that the offline corpus stands in for
    open_runs: tuple[SearchRun, ...]
    lossy_imports: tuple[SearchRun, ...]
    stop: Stop | None  # of title and abstract screening, before all was read
    log_faults: int  # faults of the decision logs for which a judgement may be missing
    never_searched: bool  # no search has been run and nothing imported
    as_of: str | None
    second_looks: Mapping[str, Looked] = field(default_factory=dict)  # by stage

    def size(self, box: str) -> int | None:
        """Return the number in a box; None for studies where nobody counted them."""
        if box == "new_studies":
            return None if self.studies is None else len(self.studies)
        return len(self.boxes[box])

    @property
    def unread(self) -> int:
        """Return how many records nobody judged since screening was stopped."""
        return sum(len(self.boxes[box]) for box in
                   ("records_not_screened", "other_records_not_screened"))  # fmt: skip

    @property
    def undecided(self) -> int:
        """Return how many records and reports still wait for somebody."""
        return sum(len(self.boxes[box]) for box in (
            "awaiting_title_abstract", "awaiting_full_text", "conflicts"))  # fmt: skip

    @property
    def is_interim(self) -> bool:
        """Return whether anything is undecided, a search not whole, a log damaged (PF-03).

        So is a review that nobody has searched for: its zeros are no findings.
        """
        return bool(self.undecided or self.open_runs or self.log_faults or self.never_searched)

    def keys(self, box: str) -> list[str]:
        """Return the keys in a box, in order; "BOX:PART" is one part of it (PF-16)."""
        whole, _, part = box.partition(":")
        if part and part in self.parts.get(whole, {}):
            return sorted(self.parts[whole][part])
        if box == "new_studies":
            return sorted(self.studies or {})
        if box in self.boxes:
            return sorted(self.boxes[box])
        if box in PARTS:
            return sorted(self.boxes[PARTS[box]])
        raise _no_box(box, self)

    def boxes_of(self, key: str) -> list[str]:
        """Return every box and part that holds a key, in the diagram's order."""
        found = [box for box in LABELS if key in self.boxes.get(box, NONE)]
        return found + [
            f"{box}:{part}" for box, parts in self.parts.items() for part, keys in parts.items()
            if key in keys
        ]  # fmt: skip


def _no_box(box: str, flow: Flow) -> BadInput:
    parts = [f"{name}:{part}" for name, each in flow.parts.items() for part in each]
    known = [*LABELS, *PARTS, *parts]
    guess = nearest(box, known)
    return BadInput(
        f"the flow has no box {box!r}.",
        remedy=f"Did you mean {guess!r}?" if guess else f"Boxes are: {', '.join(LABELS)}.",
    )


def flow_of(state: ReviewState, initiatives: Mapping[str, Collection[str]] | None = None) -> Flow:
    """Count the flow of a review.

    ``initiatives`` gives for each initiative what it rests on: record keys, "pmid:N" or "doi:X";
    None where nobody counts them. SarcatError, naming the relation, if the flow does not add up.
    """
    origins = origins_of(state.runs, state.keys_by_run)
    arms = {DATABASES: Arm(DATABASES), OTHER: Arm(OTHER)}
    known: set[str] = set()
    for name, members in state.members.items():
        of_databases = [key for key in members if origins[key].arm == DATABASES]
        mine = of_databases or list(members)
        if of_databases:
            known.update(set(members) - set(of_databases))
        arms[DATABASES if of_databases else OTHER].place(mine, name, state)
    flow = _assemble(state, origins, arms, frozenset(known), initiatives)
    check(flow, state)
    return flow


def _assemble(
    state: ReviewState,
    origins: Mapping[str, Origin],
    arms: Mapping[str, Arm],
    known: Keys,
    initiatives: Mapping[str, Collection[str]] | None,
) -> Flow:
    dbr, other = arms[DATABASES], arms[OTHER]
    screened = dbr.keys("excluded at screening", "not retrieved", AWAITING_FIRST, CONFLICT_FIRST,
                        *AT_FULL_TEXT)  # fmt: skip
    boxes: dict[str, Keys] = {
        **_identified(origins),
        "duplicates": dbr.keys("duplicates"),
        # Nothing but duplicates leaves the flow before a person has looked at it.
        "excluded_automatic": NONE,
        "excluded_other": NONE,
        "records_not_screened": dbr.keys(NOT_SCREENED),
        "records_screened": screened,
        "records_excluded": dbr.keys("excluded at screening"),
        "records_awaiting": dbr.keys(AWAITING_FIRST, CONFLICT_FIRST),
        "other_known": known,
        "other_duplicates": other.keys("duplicates"),
        "other_records_not_screened": other.keys(NOT_SCREENED),
        "other_records_excluded": other.keys("excluded at screening"),
        "other_records_awaiting": other.keys(AWAITING_FIRST, CONFLICT_FIRST),
        **_reports(dbr, "dbr"),
        **_reports(other, "other"),
        "awaiting_title_abstract": dbr.keys(AWAITING_FIRST) | other.keys(AWAITING_FIRST),
        "awaiting_full_text": dbr.keys(AWAITING_SECOND) | other.keys(AWAITING_SECOND),
        "conflicts": dbr.keys(CONFLICT_FIRST, CONFLICT_SECOND)
        | other.keys(CONFLICT_FIRST, CONFLICT_SECOND),
        "new_reports": dbr.keys("included") | other.keys("included"),
    }
    names = dbr.names | other.names
    return Flow(
        boxes=boxes,
        parts={
            "database_specific_results": _by_label(origins, "database_results"),
            "register_specific_results": _by_label(origins, "register_results"),
            "other_specific_results": _by_label(origins, "other_results"),
            "dbr_excluded": _in_order(dbr.reasons, state),
            "other_excluded": _in_order(other.reasons, state),
        },
        studies=_studies(boxes["new_reports"], names, state, initiatives),
        names=names,
        reason_texts={each.code: each.text for each in state.protocol.exclusion},
        offline=_offline_labels(state.runs, origins),
        open_runs=open_runs_of(state.runs),
        lossy_imports=tuple(run for run in state.runs if run.file and run.state == "partial"),
        stop=state.stops.get(TITLE_ABSTRACT),
        log_faults=sum(fault.level == "error" for fault in state.faults),
        never_searched=not state.runs,
        as_of=state.as_of,
        second_looks=state.second_looks,
    )


def _reports(arm: Arm, prefix: str) -> dict[str, Keys]:
    return {
        f"{prefix}_sought_reports": arm.keys("not retrieved", *AT_FULL_TEXT),
        f"{prefix}_notretrieved_reports": arm.keys("not retrieved"),
        f"{prefix}_assessed": arm.keys(*AT_FULL_TEXT),
        f"{prefix}_excluded": arm.keys("excluded at full text"),
        f"{prefix}_awaiting": arm.keys(AWAITING_SECOND, CONFLICT_SECOND),
        f"{prefix}_included": arm.keys("included"),
    }


def _identified(origins: Mapping[str, Origin]) -> dict[str, Keys]:
    found: dict[str, set[str]] = {box: set() for each in IDENTIFIED.values() for box in each}
    for key, origin in origins.items():
        found[origin.box].add(key)
    return {box: frozenset(keys) for box, keys in found.items()}


def _by_label(origins: Mapping[str, Origin], box: str) -> dict[str, Keys]:
    found: dict[str, set[str]] = defaultdict(set)
    for key, origin in origins.items():
        if origin.box == box:
            found[origin.label].add(key)
    return {label: frozenset(found[label]) for label in sorted(found)}


def _in_order(reasons: Mapping[str, set[str]], state: ReviewState) -> dict[str, Keys]:
    """Return the reasons that occur, in the protocol's order, others after them (PF-07)."""
    order = [criterion.code for criterion in state.protocol.exclusion]
    known = [code for code in order if code in reasons]
    return {code: frozenset(reasons[code]) for code in known + sorted(set(reasons) - set(known))}


def _offline_labels(runs: Iterable[SearchRun], origins: Mapping[str, Origin]) -> tuple[str, ...]:
    labels = {run.database for run in runs if run.source == OFFLINE_CORPUS}
    return tuple(sorted(labels & {each.label for each in origins.values()}))


def _studies(
    included: Keys,
    names: Mapping[str, str],
    state: ReviewState,
    initiatives: Mapping[str, Collection[str]] | None,
) -> dict[str, Keys] | None:
    """Return the initiatives that an included report is about, each with these reports (PF-12)."""
    if initiatives is None:
        return None
    reports = {names[key]: key for key in included}
    about = {id: {state.find(each) for each in rests_on} for id, rests_on in initiatives.items()}
    for name, tied in state.ties.items():
        for id in tied & about.keys():
            about[id].add(name)
    return {
        id: found for id in sorted(about)
        if (found := frozenset(reports[name] for name in about[id] if name in reports))
    }  # fmt: skip
