"""The flow: PRISMA 2020's numbers, each the size of a set of record keys that can be listed.

Pure. A record is one entry of one source; a report is a duplicate set, named in each arm by one of
its records; a study is an initiative. A record belongs to exactly one arm: to the databases if a
search of a database or register met it, else to the other methods. A report that was found in both
arms counts once, in the databases' arm (PF-11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from screening.prisma.boxes import (
    DATABASES,
    IDENTIFIED,
    OTHER,
)
from screening.prisma.flow_relations import check
from screening.prisma.flow_values import Flow
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
from search.records import OFFLINE_CORPUS
from search.runs import SearchRun


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
