"""`sarcat tie`, `sarcat retrieved`: what is said of a report at full text, from a script."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import ReviewOption, say
from search.errors import BadInput
from search.review import Review, find_review

if TYPE_CHECKING:
    from screening.ties import Catalogue

    GiveCatalogue = Callable[[], Catalogue]

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", show_default=False)]
AsOption = Annotated[
    str, typer.Option("--as", metavar="NAME", help="The reviewer, by the protocol's name.")
]


def register(app: typer.Typer, catalogue: GiveCatalogue) -> None:
    """Add the commands; ``catalogue`` gives what only the package above knows."""
    app.command(
        name="tie", epilog="Example: sarcat tie pmid:29117335 netsarc-plus --as reviewer-a"
    )(_tie_with(catalogue))
    app.command(epilog="Example: sarcat retrieved pmid:29117335 no --as reviewer-a")(retrieved)


def _tie_with(catalogue: GiveCatalogue) -> Callable[..., None]:
    def tie(
        key: KeyArgument,
        initiative: Annotated[str, typer.Argument(metavar="ID", show_default=False)],
        name: AsOption,
        off: Annotated[bool, typer.Option("--off", help="Take the tie off.")] = False,
        review: ReviewOption = None,
    ) -> None:
        """Tie a report to the initiative (PRISMA's study) of the catalogue that it is about."""
        from screening.session import tie_one

        opened = find_review(review)
        _check_entry(catalogue(), opened, initiative)
        changed = tie_one(opened, key, initiative, name, on=not off)
        say(f"{key}: {'' if changed else 'already '}{'not ' if off else ''}tied to {initiative}, "
            f"by {name}.")  # fmt: skip

    return tie


def _check_entry(catalogue: Catalogue, review: Review, id: str) -> None:
    ids = [each.id for each in catalogue.names(review)]
    if id in ids:
        return
    from search.faults import nearest

    guess = nearest(id, ids)
    remedy = f"Did you mean {guess!r}?" if guess else f"`sarcat catalogue new {id}` begins one."
    raise BadInput("no entry of the catalogue has this id.", where=repr(id), remedy=remedy)


def retrieved(
    key: KeyArgument,
    had: Annotated[str, typer.Argument(metavar="yes|no", show_default=False)],
    name: AsOption,
    review: ReviewOption = None,
) -> None:
    """Say whether the full text of a report could be had; "no" stands in the flow as such."""
    from screening.session import say_retrieved

    say_retrieved(find_review(review), key, had, name)
    say(f"{key}: {'retrieved' if had == 'yes' else 'not retrieved'}, by {name}.")
