"""The life of one record on a page: found, merged, judged, and its place in the flow.

Blinded: while a set waits for further reviewers at a stage, only who has judged it is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from screening.decision_logs.decisions import Decision, Outcome
from screening.dedupe.sets import Link, Refusal
from screening.prisma.flow_values import Flow
from screening.selection import document_of
from screening.state import ReviewState
from search.errors import BadInput
from search.faults import nearest
from search.fulltext import of_set
from search.records import StoredRecord
from search.runs import SearchRun


def resolve(state: ReviewState, wanted: str) -> str:
    """Return the key of the record that is meant; BadInput, with the nearest, where none is.

    Also taken are "pmid:N" or "doi:X" of a record whose key is another one, and a bare PMID.
    """
    keys = {key for members in state.members.values() for key in members}
    given = f"pmid:{wanted}" if wanted.isascii() and wanted.isdigit() else wanted.strip()
    if given in keys:
        return given
    if found := state.identifiers.get(given.lower()):
        return found
    alike = sorted(key for key in keys if key.startswith((f"{given}@", f"{given}#")))
    if len(alike) == 1:
        return alike[0]
    guess = alike or [found for found in [nearest(given, sorted(keys))] if found]
    raise BadInput(
        f"there is no record {wanted!r}.",
        remedy=f"Did you mean {' or '.join(guess[:5])}?" if guess
        else "`sarcat records` lists the keys.",
    )  # fmt: skip


def explain(
    state: ReviewState, flow: Flow, key: str, members: Sequence[StoredRecord]
) -> dict[str, Any]:
    """Return everything that is known of a record as JSON values.

    ``members`` are the records of its duplicate set, the representative first.
    """
    name = state.duplicates.representative_of(key)
    runs = {run.id: run for run in state.runs}
    duplicates = state.duplicates.by_key.get(key)
    return {
        "key": key,
        "representative": name,
        "record": document_of(state, list(members)),
        "found": [_of_run(record.key, runs[met.run])
                  for record in members for met in record.sources],
        "duplicates": [_of_link(link) for link in duplicates.links] if duplicates else [],
        "uncertain": [_of_refusal(each) for each in state.duplicates.uncertain
                      if set(each.link.keys) & {record.key for record in members}],
        "screening": [_of_stage(state, name, stage.name) for stage in state.protocol.stages
                      if name in state.outcomes[stage.name]],
        "not_retrieved": name in state.not_retrieved,
        "full_text": [{"site": at.site, "url": at.url, "open": at.is_open}
                      for at in of_set(each.record for each in members)],
        "initiatives": sorted(state.ties.get(name, ())),
        "flow": {record.key: flow.boxes_of(record.key) for record in members},
    }  # fmt: skip


def _of_run(key: str, run: SearchRun) -> dict[str, Any]:
    names = ("kind", "source", "database", "platform", "executed_at", "state", "strategy", "query",
             "translation")  # fmt: skip
    return {"key": key, "run": run.id, **{name: getattr(run, name) for name in names},
            "file": run.file.name if run.file else None}  # fmt: skip


def _of_link(link: Link) -> dict[str, Any]:
    return {
        "keys": list(link.keys),
        "rule": link.rule,
        "reasons": [{"field": each.field, "values": list(each.values)} for each in link.reasons],
    }


def _of_refusal(refusal: Refusal) -> dict[str, Any]:
    against = refusal.against
    return {
        **_of_link(refusal.link),
        "against": {"field": against.field, "values": list(against.values)},
    }


def _of_stage(state: ReviewState, name: str, stage: str) -> dict[str, Any]:
    outcome = state.outcomes[stage][name]
    blinded = state.is_open(name, stage)
    settled = state.settled(name, stage)
    return {
        "stage": stage,
        "outcome": outcome.value,
        "blinded": blinded,
        "reason": None if blinded else state.exclusion_reason(name, stage)
        if outcome is Outcome.EXCLUDED else None,
        "decisions": [_of_decision(each, blinded) for each in state.held(name, stage)]
        + [{"reviewer": who} for who in sorted(state.sealed_by(name, stage))],
        "settled": _of_decision(settled, False) if settled else None,
    }  # fmt: skip


def _of_decision(decision: Decision, blinded: bool) -> dict[str, Any]:
    if blinded:
        return {"reviewer": decision.reviewer}
    return {
        "reviewer": decision.reviewer,
        "record": decision.key,
        "verdict": decision.verdict,
        "reason": decision.reason,
        "note": decision.note,
        "time": decision.time,
        "criteria": decision.criteria,
    }


# --- as text -----------------------------------------------------------------------------------


def lines(document: dict[str, Any]) -> Iterator[str]:
    """Give the page as text."""
    record = document["record"]
    yield document["key"]
    yield record["title"] or "(no title)"
    names = "; ".join(record["authors"][:3]) + (" …" if len(record["authors"]) > 3 else "")
    about = (names, record["journal"], record["year"])
    yield ". ".join(str(each) for each in about if each)
    for heading, part in (
        ("Found by", _found(document)),
        ("Duplicates", _duplicates(document)),
        ("Screening", _screening(document)),
        ("In the flow", _places(document)),
        ("Full text", _full_text(document)),
        ("Merged view", _merged(record)),
    ):
        yield ""
        yield heading
        yield from (f"  {line}" for line in part)


def _full_text(document: dict[str, Any]) -> Iterator[str]:
    for at in document["full_text"]:
        yield f"{'open' if at['open'] else '    '}  {at['url']}  ({at['site']})"
    if not document["full_text"]:
        yield "No address is known."


def _found(document: dict[str, Any]) -> Iterator[str]:
    for met in document["found"]:
        mark = "" if met["state"] == "ok" else f" [{met['state']}]"
        yield f"{met['executed_at']}  {met['database']}  {met['key']}  (run {met['run']}){mark}"
        if met["query"]:
            yield f"  query: {_in_brief(' '.join(met['query'].split()), met['run'])}"
        if met["file"]:
            yield f"  file: {met['file']}"


_QUERY = 200  # letters of a query that are told here


def _in_brief(query: str, run: str) -> str:
    """Return a query, or its beginning and where the whole of it stands."""
    if len(query) <= _QUERY:
        return query
    return (f"{query[:_QUERY].rpartition(' ')[0]} … ({len(query):,} letters; the whole is in "
            f"searches/{run}/run.json)")  # fmt: skip


def _duplicates(document: dict[str, Any]) -> Iterator[str]:
    if not document["duplicates"] and not document["uncertain"]:
        yield "none"
    for link in document["duplicates"]:
        yield f"{link['keys'][0]} = {link['keys'][1]}: {_reasons(link['reasons'])}"
    for pair in document["uncertain"]:
        yield (
            f"{pair['keys'][0]} ? {pair['keys'][1]}: for {_reasons(pair['reasons'])}; "
            f"against {_reasons([pair['against']])}"
        )
    if document["representative"] != document["key"]:
        yield f"stands under {document['representative']}"


def _reasons(reasons: list[dict[str, Any]]) -> str:
    return ", ".join(
        f"{each['field']} {left}" if left == right else f"{each['field']} {left} / {right}"
        for each in reasons
        for left, right in [each["values"]]
    )


def _screening(document: dict[str, Any]) -> Iterator[str]:
    for stage in document["screening"]:
        reason = f" ({stage['reason']})" if stage["reason"] else ""
        yield f"{stage['stage']}: {stage['outcome']}{reason}"
        for decision in stage["decisions"]:
            yield f"  {_judged(decision)}"
        if stage["settled"]:
            yield f"  settled by {_judged(stage['settled'])}"
    if document["not_retrieved"]:
        yield "report not retrieved"
    if document["initiatives"]:
        yield f"report about {', '.join(document['initiatives'])}"


def _judged(decision: dict[str, Any]) -> str:
    if "verdict" not in decision:
        return f"{decision['reviewer']}: has judged (not shown until all have)"
    reason = f" {decision['reason']}" if decision["reason"] else ""
    note = f" “{decision['note']}”" if decision["note"] else ""
    return (
        f"{decision['reviewer']}: {decision['verdict']}{reason}{note}  "
        f"{decision['time']}  on {decision['record']}"
    )


def _places(document: dict[str, Any]) -> Iterator[str]:
    for key, boxes in document["flow"].items():
        yield f"{key}: {', '.join(boxes)}"


def _merged(record: dict[str, Any]) -> Iterator[str]:
    origins: dict[str, str] = record.get("merged_from", {})
    if not origins:
        yield f"all fields from {record['key']}"
    by_record: dict[str, list[str]] = {}
    for name, key in origins.items():
        by_record.setdefault(key, []).append(name)
    yield from (f"{key}: {', '.join(names)}" for key, names in by_record.items())
