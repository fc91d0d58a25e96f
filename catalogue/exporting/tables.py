"""The catalogue as tables: the same in the review's database and in the published one.

Claims point to their evidence, countries and relations to their initiatives; lists are JSON.
"""

from __future__ import annotations

import datetime
import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlite_utils import Database

from catalogue.entries import vocabulary
from catalogue.entries.completeness import completeness
from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation
from catalogue.entries.sources import address
from catalogue.entries.wording import claim_text, country_name

SCHEMA = """
create table terms (
    list text not null,
    code text not null,
    label text not null,
    help text not null,
    broader text,
    orpha text,
    icd_o text,
    who text,
    primary key (list, code)
);
create table countries (
    code text primary key,
    name text not null,
    alpha_3 text not null,
    numeric text not null
);
create table fields (
    name text primary key,
    label text not null,
    "group" text not null,
    shape text not null,
    need text not null,
    help text not null
);
create table initiatives (
    id text primary key,
    name text not null,
    acronym text,
    aliases text not null,
    kind text not null,
    scope text not null,
    summary text not null,
    confidence text,
    completeness integer not null,
    first_published text,
    last_checked text,
    next_check text,
    version integer not null,
    confirmed text,
    words text not null
);
create table evidence (
    id text primary key,
    initiative text not null references initiatives (id),
    name text not null,
    source text not null,
    address text not null,
    title text,
    year integer,
    locator text,
    checked text not null,
    second_checked text,
    "of" text not null,
    role text not null,
    supports text not null,
    note text
);
create index evidence_initiative on evidence (initiative);
create table claims (
    id integer primary key,
    initiative text not null references initiatives (id),
    field text not null references fields (name),
    state text not null,
    value text,
    text text not null,
    as_of text,
    note text,
    looked text not null
);
create index claims_initiative on claims (initiative);
create index claims_field on claims (field);
create table claim_evidence (
    claim integer not null references claims (id),
    evidence text not null references evidence (id),
    primary key (claim, evidence)
) without rowid;
create table places (
    initiative text not null references initiatives (id),
    country text not null references countries (code),
    role text not null,
    primary key (initiative, country)
) without rowid;
create table relations (
    id integer primary key,
    initiative text not null references initiatives (id),
    type text not null,
    "to" text not null,
    other text references initiatives (id),
    note text,
    evidence text not null
);
create view initiative_texts as
    select i.rowid as id, i.name, i.acronym, i.aliases, i.summary, i.words, (
        select group_concat(said, ' · ') from (
            select f.label || ': ' || c.text || coalesce(' (' || c.note || ')', '') as said
            from claims c join fields f on f.name = c.field
            where c.initiative = i.id and c.state in ('known', 'disputed')
            order by c.id
        )
    ) as facts
    from initiatives i;
create virtual table initiatives_fts using fts5 (
    name, acronym, aliases, summary, words, facts,
    content = initiative_texts, content_rowid = id, tokenize = "unicode61 remove_diacritics 2"
);
create virtual table claims_fts using fts5 (
    text, note, content = claims, tokenize = "unicode61 remove_diacritics 2"
);
"""

#: Tables in the order in which they are emptied: what points to others first.
FILLED = ("relations", "places", "claim_evidence", "claims", "evidence", "initiatives")
_WORDS = ("fields", "countries", "terms")


def fill(db: Database, initiatives: Sequence[Initiative], day: datetime.date | None) -> None:
    """Replace what the tables hold by ``initiatives``; ages are counted back from ``day``."""
    ordered = sorted(initiatives, key=lambda each: each.id)
    ids = {each.id for each in ordered}
    with db.atomic():
        for name in (*FILLED, *_WORDS):
            db.execute(f"delete from {name}")  # noqa: S608  names of our own
        _insert(db, "terms", _terms())
        _insert(db, "countries", _countries())
        _insert(db, "fields", _fields())
        _insert(db, "initiatives", (_initiative(each, day) for each in ordered))
        _insert(db, "evidence", (_evidence(e, each) for each in ordered for e in _sorted(each)))
        claims = [(each, claim) for each in ordered for claim in each.claims]
        _insert(db, "claims", (_claim(at, *pair) for at, pair in enumerate(claims, start=1)))
        _insert(db, "claim_evidence", _ties(claims))
        _insert(db, "places", (place for each in ordered for place in _places(each)))
        relations = [(each, relation) for each in ordered for relation in each.relations]
        _insert(
            db,
            "relations",
            (_relation(at, ids, *pair) for at, pair in enumerate(relations, start=1)),
        )
        for name in ("initiatives_fts", "claims_fts"):
            db.execute(f"insert into {name} ({name}) values ('rebuild')")  # noqa: S608


def _insert(db: Database, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns; twice as fast as where each may differ."""
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        return
    columns = ", ".join(f'"{name}"' for name in first)
    values = ", ".join(f":{name}" for name in first)
    db.conn.executemany(
        f'insert into "{table}" ({columns}) values ({values})',  # noqa: S608  names of our own
        itertools.chain([first], remaining),
    )


_json = json.JSONEncoder(ensure_ascii=False).encode  # one for all: `dumps` makes one each time


def _iso(date: datetime.date | None) -> str | None:
    return date.isoformat() if date else None


# --- rows ----------------------------------------------------------------------------------------


def _terms() -> Iterator[dict[str, Any]]:
    for name, terms in sorted(vocabulary.TERMS.items()):
        for term in terms.values():
            tumour = term if isinstance(term, vocabulary.Tumour) else None
            yield {
                "list": name,
                "code": term.code,
                "label": term.label,
                "help": term.help,
                "broader": tumour.broader if tumour else None,
                "orpha": tumour.orpha if tumour else None,
                "icd_o": _json(tumour.icd_o) if tumour else None,
                "who": tumour.who if tumour else None,
            }


def _countries() -> Iterator[dict[str, Any]]:
    for each in vocabulary.COUNTRIES.values():
        yield {
            "code": each.code,
            "name": each.name,
            "alpha_3": each.alpha_3,
            "numeric": each.numeric,
        }


def _fields() -> Iterator[dict[str, Any]]:
    for each in vocabulary.FIELDS.values():
        yield {
            "name": each.name,
            "label": each.label,
            "group": vocabulary.GROUPS[each.group],
            "shape": each.shape,
            "need": each.need,
            "help": each.help,
        }


def _initiative(each: Initiative, day: datetime.date | None) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "acronym": each.acronym,
        "aliases": _json([*each.aliases, *each.name_local.values()]),
        "kind": _json(each.kind),
        "scope": each.scope,
        "summary": " ".join(each.summary.split()),
        "confidence": each.confidence,
        "completeness": completeness(each, day).level,
        "first_published": _iso(each.first_published),
        "last_checked": _iso(each.last_checked),
        "next_check": _iso(each.next_check),
        "version": each.version,
        "confirmed": _iso(each.confirmed),
        "words": " ".join(search_words(each)),
    }


def search_words(initiative: Initiative) -> Iterator[str]:
    """Yield what an initiative is found by beside its own texts: places, tumours, kinds in words.

    A tumour brings the wider terms it belongs to, and its other spellings.
    """
    yield vocabulary.label("scopes", initiative.scope)
    for code in initiative.kind:
        yield vocabulary.label("kinds", code)
    for code in initiative.countries:
        yield country_name(code)
    held = {code for claim in initiative.claims_on("tumours") for code in claim.value or ()}
    for code in sorted(held | {wider for c in held for wider in vocabulary.broader_tumours(c)}):
        term = vocabulary.TUMOURS.get(code)
        if term:
            spelt = [term.label, *(other.replace("-", " ") for other in term.also)]
            yield from {each.casefold(): each for each in reversed(spelt)}.values()


def _sorted(each: Initiative) -> list[Evidence]:
    return [each.evidence[id] for id in sorted(each.evidence)]


def _evidence(each: Evidence, initiative: Initiative) -> dict[str, Any]:
    return {
        "id": f"{initiative.id}/{each.id}",
        "initiative": initiative.id,
        "name": each.id,
        "source": each.source,
        "address": address(each.source),
        "title": each.title,
        "year": each.year,
        "locator": each.locator,
        "checked": each.checked.isoformat(),
        "second_checked": _iso(each.second_checked),
        "of": each.of,
        "role": each.role,
        "supports": _json(each.supports),
        "note": each.note,
    }


def _claim(number: int, initiative: Initiative, claim: Claim) -> dict[str, Any]:
    return {
        "id": number,
        "initiative": initiative.id,
        "field": claim.field,
        "state": claim.state.value,
        "value": None if claim.value is None else _json(claim.value),
        "text": claim_text(claim, initiative.checked(claim)),
        "as_of": claim.as_of,
        "note": claim.note,
        "looked": _json(claim.looked),
    }


def _ties(claims: Sequence[tuple[Initiative, Claim]]) -> Iterator[dict[str, Any]]:
    for number, (initiative, claim) in enumerate(claims, start=1):
        for id in sorted(set(claim.evidence) & initiative.evidence.keys()):
            yield {"claim": number, "evidence": f"{initiative.id}/{id}"}


def _places(initiative: Initiative) -> Iterator[dict[str, Any]]:
    roles: dict[str, str] = {}
    for claim in initiative.claims_on("countries"):
        for place in claim.value or ():
            roles.setdefault(place["code"], place.get("role", "contributes"))
    for code, role in sorted(roles.items()):
        if code in vocabulary.COUNTRIES:
            yield {"initiative": initiative.id, "country": code, "role": role}


def _relation(
    number: int, ids: set[str], initiative: Initiative, relation: Relation
) -> dict[str, Any]:
    return {
        "id": number,
        "initiative": initiative.id,
        "type": relation.type,
        "to": relation.to,
        "other": relation.to if relation.to in ids else None,
        "note": relation.note,
        "evidence": _json(relation.evidence),
    }
