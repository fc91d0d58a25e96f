"""An entry's TOML as an initiative: its head, its record, its evidence, its claims, its relations.

Every fault is noted with its line; what could be read is returned all the same.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation, State
from catalogue.entries.shapes import Part
from catalogue.entries.values import read_date, read_part, read_source, read_term, read_value
from search.toml_text import Table

FORMAT = 1  # of the entry's file; raised when a key changes its meaning
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EVIDENCE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")
_YEAR = Part("whole")
_STATES = {state.value: state for state in State}
_WITH_VALUE = (State.KNOWN, State.DISPUTED)
_WITH_EVIDENCE = (State.KNOWN, State.DISPUTED, State.NONE)
_HEAD = ("name", "acronym", "name_local", "aliases", "kind", "scope", "summary")


def read_initiative(top: Table, id: str) -> Initiative:
    """Read a whole entry; ``id`` is its file's name. Faults are noted in the table's document."""
    _format(top)
    head = _head(top, id)
    record = _record(top)
    evidence = _evidence(top)
    claims = tuple(_claims(top))
    relations = tuple(_relations(top))
    top.done()
    _cited(top, claims, relations, evidence)
    return Initiative(
        **head,
        **record,
        claims=claims,
        evidence=evidence,
        relations=relations,
        file=top.document.file,
    )


def _format(top: Table) -> None:
    found = top.integer("format", FORMAT, least=1)
    if found > FORMAT:
        what = f"the entry has format {found}; this Sarcat reads up to {FORMAT}."
        top.fault("format", "format", what, "Use a newer Sarcat.")


def _head(top: Table, id: str) -> dict[str, Any]:
    written = top.text("id", required=True)
    if written and not ID.fullmatch(written):
        remedy = "Use a-z, 0-9 and single hyphens."
        top.fault("id", "id", f"{written!r} is no id.", remedy)
    elif written and written != id:
        other = f", or write id = {_quoted(id)}" if ID.fullmatch(id) else ""
        remedy = f"Name the file {written}.toml{other}."
        top.fault("id", "id", f"the id {written!r} is not the file's name.", remedy)
    kind = Part("terms", "kinds", required=True, words='["clinical-registry"]')
    scope = Part("term", "scopes", required=True, words='"national"')
    former = top.texts("former_ids")
    for wrong in (each for each in former if not ID.fullmatch(each)):
        top.fault("former_ids", "id", f"{wrong!r} is no id.", "Use a-z, 0-9 and single hyphens.")
    return {
        "id": id,
        "name": top.text("name", required=True) or "",
        "acronym": top.text("acronym"),
        "name_local": _local_names(top),
        "aliases": top.texts("aliases"),
        "former_ids": former,
        "kind": tuple(read_part(top, "kind", kind) or ()),
        "scope": read_part(top, "scope", scope) or "",
        "summary": top.text("summary", required=True) or "",
        "confidence": read_term(top, "confidence", "confidence"),
    }


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _local_names(top: Table) -> dict[str, str]:
    table = top.table("name_local")
    if table is None:
        return {}
    names = {}
    for tag in table.values:
        name = table.text(tag)
        if not _LANGUAGE.fullmatch(tag):
            table.fault(tag, "language", f"{tag!r} is no language tag.", 'Write "fr" or "ja".')
        elif name:
            names[tag] = name
    return names


def _record(top: Table) -> dict[str, Any]:
    table = top.table("record")
    if table is None:
        if "record" not in top.values:
            remedy = "Add [record] with last_checked = 2026-11-24."
            top.fault(None, "missing", "the entry has no [record].", remedy)
        return {}
    record = {
        "first_published": table.date("first_published"),
        "last_checked": table.date("last_checked", required=True),
        "next_check": table.date("next_check"),
        "version": table.integer("version", 1, least=1),
        "confirmed": table.date("confirmed"),
        "confirmed_by": table.text("confirmed_by"),
    }
    table.done()
    return record


def _evidence(top: Table) -> dict[str, Evidence]:
    tables = top.table("evidence")
    found = {}
    for id in tables.values if tables else ():
        assert tables is not None
        table = tables.table(id)
        if not _EVIDENCE_ID.fullmatch(id):
            tables.fault(id, "id", f"{id!r} is no id of evidence.", "Name it e1, e2, …")
        if table is not None:
            each = _one_evidence(table, id)
            if each:
                found[id] = each
    if not tables or not tables.values:
        remedy = "Add [evidence.e1] with source and checked."
        top.fault("evidence", "missing", "the entry has no evidence.", remedy)
    return found


def _one_evidence(table: Table, id: str) -> Evidence | None:
    source = read_source(table, "source", required=True)
    checked = table.date("checked", required=True)
    supports = table.texts("supports")
    for wrong in (each for each in supports if each not in _HEAD):
        remedy = f"It lists keys of the top ({', '.join(_HEAD)}); claims cite evidence themselves."
        table.fault("supports", "vocabulary", f"supports names {wrong!r}.", remedy)
    year = read_part(table, "year", _YEAR)
    rest: dict[str, Any] = {
        "title": table.text("title"),
        "year": year,
        "locator": table.text("locator"),
        "of": read_term(table, "of", "evidence_of") or "claim",
        "role": read_term(table, "role", "evidence_roles") or "support",
        "note": table.text("note"),
        "by": table.text("by"),
        "second_checked": table.date("second_checked"),
        "second_by": table.text("second_by"),
    }
    table.done()
    if source is None or checked is None:
        return None
    return Evidence(id=sys.intern(id), source=source, checked=checked, supports=supports, **rest)


def _relations(top: Table) -> Iterator[Relation]:
    for table in top.tables("relations"):
        type = _relation_type(table)
        to = table.text("to", required=True)
        note = table.text("note")
        evidence = table.texts("evidence")
        table.done()
        if to and not ID.fullmatch(to):
            table.fault("to", "id", f"{to!r} is no id.", "Use a-z, 0-9 and single hyphens.")
        elif type and to:
            if not evidence:
                remedy = 'Add evidence = ["e1"].'
                table.fault(None, "evidence", "the relation has no evidence.", remedy)
            yield Relation(type, to, note, evidence, _number(table) or 0)


def _relation_type(table: Table) -> str | None:
    word = table.text("type", required=True)
    for known in vocabulary.RELATIONS.values():
        if word in known.opposite:
            remedy = f'Write it in the other entry, as type = "{known.code}".'
            table.fault("type", "vocabulary", f"{word!r} is said from the other side.", remedy)
            return None
    return read_term(table, "type", "relations") if word else None


# --- claims --------------------------------------------------------------------------------------


def _claims(top: Table) -> Iterator[Claim]:
    tables = top.table("claims")
    if tables is None:
        if "claims" not in top.values:
            top.fault(None, "missing", "the entry has no claims.", "Add [claims.status] and so on.")
        return
    tables.known.update(vocabulary.FIELDS)
    for named in vocabulary.FIELDS.values():
        if named.name in tables.values or named.required:
            yield from _claims_on(tables, named)
    tables.done()


def _claims_on(tables: Table, named: vocabulary.Field) -> Iterator[Claim]:
    if named.name not in tables.values:
        what = f"the entry says nothing of {named.name}."
        remedy = f'Add [claims.{named.name}] with a value, or with state = "not_sought".'
        tables.fault(None, "missing", what, remedy)
        return
    written = tables.values[named.name]
    if isinstance(written, list):
        claims = list(tables.tables(named.name))
        if not claims and not written:
            tables.fault(named.name, "empty", "the list of claims is empty.", "Remove it.")
    elif isinstance(written, dict):
        only = tables.table(named.name)
        claims = [only] if only else []
    else:
        what = f"{named.name} must be a claim, not a bare value."
        tables.fault(named.name, "type", what, f"Write [claims.{named.name}] and below it value =")
        return
    read = [_claim(each, named) for each in claims]
    if len(read) == 1 and read[0].state is State.DISPUTED:
        remedy = f"Give each source's value: [[claims.{named.name}]] twice or more."
        claims[0].fault("state", "disputed", "one claim alone cannot be disputed.", remedy)
    yield from read


def _claim(table: Table, named: vocabulary.Field) -> Claim:
    word = read_term(table, "state", "states")
    state = _STATES[word or "known"]
    value = read_value(table, named)
    claim = Claim(
        field=named.name,
        state=state,
        value=value,
        as_of=read_date(table, "as_of"),
        note=table.text("note"),
        evidence=tuple(map(sys.intern, table.texts("evidence"))),
        looked=table.texts("looked"),
        number=_number(table),
    )
    table.done()
    if word or "state" not in table.values:
        _state_rules(table, claim)
    return claim


def _number(table: Table) -> int | None:
    """Return the place of a table in the list it stands in; None where it stands in none."""
    last = table.path[-1]
    return last if isinstance(last, int) else None


def _state_rules(table: Table, claim: Claim) -> None:
    name, state = claim.field, claim.state
    if state in _WITH_VALUE and "value" not in table.values:
        remedy = 'Add value = …, or state = "unknown" (looked for) or "not_sought" (not yet).'
        table.fault(None, "missing", f"{name} is {state.value} and has no value.", remedy)
    if state not in _WITH_VALUE and "value" in table.values:
        remedy = "Remove the value, or the state."
        table.fault("value", "state", f"{name} is {state.value} and yet has a value.", remedy)
    if state in _WITH_EVIDENCE and not claim.evidence:
        remedy = 'Add evidence = ["e1"], or leave the claim out.'
        table.fault(None, "evidence", f"{name} is {state.value} without evidence.", remedy)
    if state is State.NOT_SOUGHT and (claim.evidence or claim.looked):
        remedy = 'If it was looked for and not found, write state = "unknown".'
        table.fault("state", "state", f"{name} is not_sought and yet cites evidence.", remedy)
    if claim.looked and state is not State.UNKNOWN:
        remedy = "Only a claim that is unknown says where it was looked for."
        table.fault("looked", "state", f"{name} is {state.value}.", remedy)


def _cited(
    top: Table,
    claims: tuple[Claim, ...],
    relations: tuple[Relation, ...],
    evidence: dict[str, Evidence],
) -> None:
    """Note a fault for each id of evidence that is cited and does not exist."""
    written = top.values.get("evidence")
    known = set(evidence) | (set(written) if isinstance(written, dict) else set())
    citing: list[Claim | Relation] = [*claims, *relations]
    for each in citing:
        for id in each.evidence:
            if id not in known:
                what = f"it cites evidence {id!r}, which the entry does not have."
                remedy = (
                    f"Add [evidence.{id}], or cite one of {', '.join(sorted(known)) or 'none'}."
                )
                top.document.fault(each.place, "evidence", what, remedy)
