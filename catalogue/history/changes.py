"""What changed in the catalogue between two versions, entry by entry and field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative, Relation
from catalogue.entries.wording import claim_text

Kind = Literal["added", "changed", "renamed", "removed"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, in words; "" where it was or is absent."""

    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What happened to one entry. ``why`` are the reasons given, the oldest first."""

    initiative: str
    name: str
    kind: Kind
    fields: tuple[FieldChange, ...] = ()
    former: str | None = None  # the id it bore before, where it was renamed
    why: tuple[str, ...] = ()


def changes_between(
    old: Iterable[Initiative],
    new: Iterable[Initiative],
    why: Mapping[str, Sequence[str]] | None = None,
) -> list[EntryChange]:
    """Return every entry that differs, by id. ``why`` gives reasons by id."""
    before, after = {each.id: each for each in old}, {each.id: each for each in new}
    reasons = why or {}
    found = []
    for id, each in sorted(after.items()):
        former = next((past for past in each.former_ids if past in before), None)
        past = before.get(id) or (before[former] if former and former not in after else None)
        change = _change(past, each, tuple(reasons.get(id, ())))
        if change:
            found.append(change)
    moved = {each.former for each in found if each.former}
    gone = sorted(before.keys() - after.keys() - moved)
    found += [EntryChange(id, before[id].name, "removed", why=tuple(reasons.get(id, ())))
              for id in gone]  # fmt: skip
    return sorted(found, key=lambda each: each.initiative)


def _change(old: Initiative | None, new: Initiative, why: tuple[str, ...]) -> EntryChange | None:
    if old is None:
        return EntryChange(new.id, new.name, "added", why=why)
    fields = tuple(field_changes(old, new))
    if old.id != new.id:
        return EntryChange(new.id, new.name, "renamed", fields, former=old.id, why=why)
    return EntryChange(new.id, new.name, "changed", fields, why=why) if fields else None


def field_changes(old: Initiative, new: Initiative) -> Iterator[FieldChange]:
    """Yield what differs between two versions of one entry, in the order of its page."""
    before, after = dict(_said(old)), dict(_said(new))
    for field in dict.fromkeys((*after, *before)):
        label = (after.get(field) or before[field])[0]
        past, present = (said[field][1] if field in said else "" for said in (before, after))
        if past != present:
            yield FieldChange(field, label, past, present)


def _said(each: Initiative) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield every field of an entry with its label and its words."""
    yield "name", ("Name", each.name)
    yield "acronym", ("Acronym", each.acronym or "")
    yield "aliases", ("Other names", "; ".join((*each.aliases, *each.name_local.values())))
    yield "kind", ("Kind", "; ".join(vocabulary.label("kinds", code) for code in each.kind))
    yield "scope", ("Scope", vocabulary.label("scopes", each.scope))
    yield "summary", ("Summary", " ".join(each.summary.split()))
    for name, field in vocabulary.FIELDS.items():
        claims = [claim_text(claim) for claim in each.claims_on(name)]
        if any(claims):
            yield name, (field.label, " | ".join(claims))
    ties = "; ".join(_tie(relation) for relation in each.relations)
    yield "relations", ("Relations", ties)
    sources = sorted({source.source for source in each.evidence.values()})
    yield "evidence", ("Sources", "; ".join(sources))


def _tie(relation: Relation) -> str:
    return f"{vocabulary.label('relations', relation.type)} {relation.to}"


def to_document(change: EntryChange) -> dict[str, Any]:
    """Return a change as JSON values."""
    return {
        "initiative": change.initiative,
        "name": change.name,
        "kind": change.kind,
        "former_id": change.former,
        "fields": [
            {"field": each.field, "label": each.label, "old": each.old, "new": each.new}
            for each in change.fields
        ],
        "why": list(change.why),
    }


def lines(changes: Iterable[EntryChange], width: int = 96) -> Iterator[str]:
    """Give changes as text for the terminal."""
    for change in changes:
        words = f"renamed from {change.former}" if change.former else change.kind
        yield f"{change.initiative}  {words}  {change.name}"
        for each in change.fields:
            yield f"    {each.label}: {_short(each.old, width)} → {_short(each.new, width)}"
        for reason in change.why:
            yield f"    because: {reason}"


def _short(text: str, width: int) -> str:
    if not text:
        return "(nothing)"
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"
