"""The catalogue as tables: the same in the review's database and in the published one.

Claims point to their evidence, countries and relations to their initiatives; lists are JSON.
"""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from catalogue.entries.initiatives import Initiative
from catalogue.exporting.table_rows import rows_of
from search.sqlite import Database

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
    with db.atomic():
        for name in (*FILLED, *_WORDS):
            db.execute(f"delete from {name}")  # noqa: S608  names of our own
        for name, rows in rows_of(initiatives, day):
            _insert(db, name, rows)
        for name in ("initiatives_fts", "claims_fts"):
            db.execute(f"insert into {name} ({name}) values ('rebuild')")  # noqa: S608


def _insert(db: Database, table: str, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows that all have the same columns; twice as fast as where each may differ."""
    remaining = iter(rows)
    first = next(remaining, None)
    if first is None:
        return
    columns = ", ".join(f'"{name}"' for name in first)
    values = ", ".join("?" for _ in first)  # by place: twice as fast as by name
    db.conn.executemany(
        f'insert into "{table}" ({columns}) values ({values})',  # noqa: S608  names of our own
        (tuple(row.values()) for row in itertools.chain([first], remaining)),
    )
