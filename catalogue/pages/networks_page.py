"""Networks and relations: who is part of what, who feeds whom, who shares patients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import Initiative, Relation
from catalogue.entries.rows import path_of
from catalogue.entries.sources import address, source_text
from catalogue.pages.rendering import Page

_MEMBERS = "part_of"


def networks_page(initiatives: Sequence[Initiative], names: Mapping[str, str]) -> Page:
    """Return the page: every relation once, as its entry states it, with its sources."""
    said = [(each, relation) for each in initiatives for relation in each.relations]
    groups = [
        {
            "code": code,
            "label": term.label[:1].upper() + term.label[1:],
            "arrow": "↔" if term.symmetric else "→",
            "words": term.label,
            "rows": sorted(
                (_row(each, relation, names) for each, relation in said if relation.type == code),
                key=lambda row: (row["name"].casefold(), row["other"].casefold()),
            ),
        }
        for code, term in vocabulary.RELATIONS.items()
    ]
    context = {
        "section": "catalogue.html",
        "networks": list(_networks(said, names)),
        "groups": [group for group in groups if group["rows"]],
        "total": len(said),
        "tied": len({id for each, relation in said for id in (each.id, relation.to)}),
        "initiatives": len(initiatives),
    }
    return Page("networks.html", "networks.html", context)


def _networks(
    said: Sequence[tuple[Initiative, Relation]], names: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Give each initiative that others are part of, with its members; the largest first."""
    members: dict[str, list[Initiative]] = {}
    for each, relation in said:
        if relation.type == _MEMBERS and relation.to in names:
            members.setdefault(relation.to, []).append(each)
    ordered = sorted(members.items(), key=lambda pair: (-len(pair[1]), names[pair[0]].casefold()))
    for id, parts in ordered:
        yield {
            "path": path_of(id),
            "name": names[id],
            "members": [
                {"path": path_of(each.id), "name": each.name}
                for each in sorted(parts, key=lambda each: each.name.casefold())
            ],
        }


def _name(source: str) -> str:
    """Return how a cell names a source: by its number, or what it is."""
    kinds = {"url": "web page", "sha": "report of the review"}
    return kinds.get(source.partition(":")[0], source_text(source))


def _row(each: Initiative, relation: Relation, names: Mapping[str, str]) -> dict[str, Any]:
    known = relation.to in names
    return {
        "path": path_of(each.id),
        "name": each.name,
        "other": names[relation.to] if known else relation.to,
        "other_path": path_of(relation.to) if known else None,
        "note": relation.note,
        "sources": [
            {"address": address(found.source), "name": _name(found.source),
             "checked": found.checked}
            for id in relation.evidence
            if (found := each.evidence.get(id))
        ],
    }  # fmt: skip
