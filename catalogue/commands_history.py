"""`sarcat catalogue history`: the life of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catalogue.commands_catalogue import IdArgument, catalogue, entries_of, today
from search.console import JsonOption, ReviewOption, say, show, show_json
from search.review import Review, find_review

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalogue.history.change_log import KeptChange


@catalogue.command("history", epilog="Example: sarcat catalogue history netsarc-plus")
def history_of(id: IdArgument, review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """Show what changed in an entry, when and why, the newest change first.

    From version control (git), where the reasons are the subjects of its commits; without it, from
    changes.jsonl. ID may be a former id: the entry is followed through its renaming.
    """
    from catalogue.history.changes import lines, to_document
    from catalogue.lookup import find

    opened = find_review(review)
    found = find(id, entries_of(opened))
    told = _history(opened, (found.id, *found.former_ids))[::-1]
    if as_json:
        changes = [{"day": each.day.isoformat(), "commit": each.upto or None,
                    **to_document(each.change)} for each in told]  # fmt: skip
        show_json({"id": found.id, "former_ids": list(found.former_ids), "changes": changes})
        return
    for each in told:
        show(f"{each.day if each.upto else 'not committed yet'}")
        for line in lines([each.change]):
            show(f"  {line}")
    if not told:
        say("Nothing is kept of this entry's changes yet.")


def _history(review: Review, ids: Sequence[str]) -> list[KeptChange]:
    """Return the changes, the oldest first; from the change log where there is no git."""
    from catalogue.history.change_log import NAME, kept_changes
    from catalogue.history.entry_history import history, of_entry
    from catalogue.history.versions import steps_of
    from search.errors import SarcatError

    names = [f"{id}.toml" for id in ids]
    now = {name: path.read_text("utf-8", "replace")
           for name in names if (path := review.initiatives / name).is_file()}  # fmt: skip
    try:
        return list(history(ids, steps_of(review.initiatives, names), now, today()))
    except SarcatError as error:
        kept = kept_changes(review)
        if not kept:
            raise
        say(f"{error} What follows is from {NAME}.")
        return of_entry(ids, kept)
