"""Relations between initiatives, as the page of each tells them: its own, and those of others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from catalogue.entries.claim_lines import EntryView
from catalogue.entries.initiatives import Initiative
from catalogue.entries.rows import path_of
from catalogue.entries.vocabulary import RELATIONS


class Tie(NamedTuple):
    """One relation from one side: its words, the other's id, our note, its evidence.

    A relation that the other entry states has no evidence here: its sources stand there.
    """

    words: str
    other: str
    note: str | None
    evidence: tuple[str, ...]


def ties_of(initiatives: Sequence[Initiative]) -> dict[str, list[Tie]]:
    """Return each initiative's relations, those that others state about it turned round.

    Where both state one, each page keeps its own.
    """
    ties: dict[str, list[Tie]] = {each.id: [] for each in initiatives}
    for each in initiatives:
        for said in each.relations:
            term = RELATIONS.get(said.type)
            words = term.label if term else said.type
            ties[each.id].append(Tie(words, said.to, said.note, said.evidence))
    for each in initiatives:
        for said in each.relations:
            term = RELATIONS.get(said.type)
            words = term.inverse if term else f"{said.type}, says the other"
            own = {(tie.words, tie.other) for tie in ties.get(said.to, ())}
            if said.to in ties and (words, each.id) not in own:
                ties[said.to].append(Tie(words, each.id, said.note, ()))
    return ties


def relation(tie: Tie, names: Mapping[str, str], view: EntryView) -> dict[str, Any]:
    """Return what the page shows of a relation."""
    known = tie.other in names
    note = tie.note
    if not tie.evidence:
        note = f"{note.rstrip('.')}. Source: see that entry." if note else "Source: see that entry."
    return {
        "label": tie.words[:1].upper() + tie.words[1:],
        "name": names[tie.other] if known else tie.other,
        "path": path_of(tie.other) if known else None,
        "note": note,
        "marks": view.marks(tie.evidence),
    }
