"""Begin an entry: a commented file that the check can read, its faults what is still to do."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

from catalogue.entries.vocabulary import FIELDS, GROUPS, Field
from search.records import Record

_EXAMPLES = {
    "code": '"…"',
    "codes": '["…"]',
    "count": '{ n = 0, unit = "…", qualifier = "exact", period = "2004/2018" }',
    "date": "2004",
    "domains": '{ surgery = "yes", genomic = "part" }',
    "organisations": '[{ name = "…", country = "FR" }]',
    "places": '[{ code = "FR", role = "covers" }]',
    "url": '"https://…"',
    "works": '["pmid:…"]',
}


def draft(id: str, today: datetime.date, record: Record | None = None) -> str:
    """Return the text of a new entry.

    ``record`` is the paper it is drafted from: it becomes the first evidence. Required fields begin
    as not yet looked for; what only a person can write is left empty, and the check asks for it.
    """
    return "\n".join((*_head(id), *_record(today), *_evidence(today, record), *_claims())) + "\n"


def quoted(text: str) -> str:
    """Return any text as a TOML string in quotes, on one line."""
    escaped = json.dumps(" ".join(text.split()), ensure_ascii=False).replace("\x7f", "\\u007f")
    return escaped.encode("utf-8", "replace").decode()


def source_of(record: Record) -> str | None:
    """Return the source's key of a paper: its PMID, else its DOI, else its first address."""
    if record.pmid:
        return f"pmid:{record.pmid}"
    if record.doi:
        return f"doi:{record.doi}"
    return f"url:{record.urls[0]}" if record.urls else None


def _head(id: str) -> Iterator[str]:
    yield "# The format, field by field: docs/entry-format.md. What is still to do is named by"
    yield "#   sarcat catalogue check"
    yield f"id = {quoted(id)}"
    yield 'name = ""'
    yield '# acronym = ""'
    yield '# aliases = [""]'
    yield '# name_local = { fr = "" }'
    yield "kind = []                # clinical-registry, biobank, trial-group-database, …"
    yield 'scope = ""               # single-centre, regional, national, multinational'
    yield 'confidence = "low"       # how well the entry stands: high, medium, low'
    yield "# 40 to 120 plain words of our own: what it is, whom it covers, what it holds, access."
    yield 'summary = ""'


def _record(today: datetime.date) -> Iterator[str]:
    yield ""
    yield "[record]"
    yield f"last_checked = {today}"
    yield f"next_check = {_a_year_on(today)}"
    yield "version = 1"


def _a_year_on(day: datetime.date) -> datetime.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)


def _evidence(today: datetime.date, record: Record | None) -> Iterator[str]:
    yield ""
    yield "[evidence.e1]"
    yield f"source = {quoted((source_of(record) if record else None) or '')}"
    if record and (record.title or record.vernacular_title):
        yield f"title = {quoted(record.title or record.vernacular_title or '')}"
    if record and record.year:
        yield f"year = {record.year}"
    yield f"checked = {today}     # the day you read it"
    yield '# locator = "Methods, p. 3; Table 1"'


def _claims() -> Iterator[str]:
    for group, label in GROUPS.items():
        held = [field for field in FIELDS.values() if field.group == group]
        yield ""
        yield f"# --- {label} ".ljust(88, "-")
        for field in held:
            if field.need != "optional":
                yield from _claim(field)
        further = [field for field in held if field.need == "optional"]
        if further:
            yield from ("", "# Where a source speaks of it:")
            yield from (f"# [claims.{each.name}]".ljust(30) + f"# {each.help}" for each in further)


def _claim(field: Field) -> Iterator[str]:
    """Yield a claim that is asked for, as not yet looked for, with an example of a value."""
    yield ""
    yield f"# {field.help}"
    yield f"[claims.{field.name}]"
    yield 'state = "not_sought"     # once looked for: a value with evidence, or "unknown"'
    yield f"# value = {_EXAMPLES[field.shape]}"
    yield '# evidence = ["e1"]'
