"""`sarcat simulate`, `evaluate`, `stop`: the ranking replayed; when to stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, progress, say, show, show_json
from search.review import find_review
from search.words import counted

if TYPE_CHECKING:
    from screening.ranking.simulating import Simulation
    from screening.stopping.stop_rules import Rule


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: sarcat simulate labelled.csv --output order.csv --seed 1")(
        simulate
    )
    app.command(epilog="Example: sarcat evaluate --curve curve.svg")(evaluate)
    app.command(epilog="Example: sarcat stop --as reviewer-a --json")(stop)


StopOption = Annotated[
    str | None,
    typer.Option(
        "--stop",
        metavar="RULE",
        help="Say where this rule would stop: hypergeometric:TARGET:CONFIDENCE, in-a-row:N, "
        "knee, 2399.",
    ),
]
PriorsOption = Annotated[
    str | None,
    typer.Option(metavar="A,B", help="Records known before; default: two drawn by --seed."),
]
SeedOption = Annotated[int, typer.Option(help="Of every drawing of lots.")]
ColdOption = Annotated[
    bool, typer.Option("--cold", help="Nothing known but the review's own words.")
]
BatchOption = Annotated[int, typer.Option(metavar="K", min=1, help="Learn after every K records.")]
CurveOption = Annotated[
    Path | None, typer.Option("--curve", metavar="SVG", help="Draw the recall curve.")
]


def simulate(
    source: Annotated[Path, typer.Argument(metavar="CSV", show_default=False)],
    output: Annotated[Path, typer.Option(metavar="CSV", help="Where to write order,id,prior.")],
    prior_ids: PriorsOption = None,
    seed: SeedOption = 1,
    cold: ColdOption = False,
    topic: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What is looked for: plain text, in own words."),
    ] = None,
    batch: BatchOption = 1,
    stop: StopOption = None,
    curve: CurveOption = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay a labelled set through the ranking, and say how early the includes came.

    CSV (.gz too) has the columns id, title, abstract and label_included (1 or 0); keywords are
    used where they are there. With --cold the words come from --topic, else from the review.
    """
    from screening.ranking import simulating
    from screening.stopping.stop_rules import rule_of
    from search.files import write_whole

    rule = rule_of(stop) if stop else None
    words = simulating.words_for(topic, review, cold=cold)
    data = simulating.read(source)
    for note in data.notes:
        say(f"note: {note}")
    with progress("Replaying", data.relevant) as advance:
        done = simulating.simulate(data, words, _ids(prior_ids), cold=cold, seed=seed, batch=batch,
                                   watch=advance)  # fmt: skip
    write_whole(output, simulating.to_csv(done))
    _give(done, rule, curve, as_json)


def _ids(text: str | None) -> tuple[str, ...]:
    return tuple(id.strip() for id in text.split(",") if id.strip()) if text else ()


def _give(done: Simulation, rule: Rule | None, curve: Path | None, as_json: bool) -> None:
    from screening.ranking import simulating
    from search.files import write_whole

    stopped = simulating.stopped(done, rule, every=max(done.batch, 10)) if rule else None
    if curve:
        write_whole(curve, simulating.to_svg(done, stopped))
    if as_json:
        show_json(done.figures | ({"stop": stopped} if stopped else {}))
        return
    for line in simulating.lines(done, stopped):
        show(line)


def evaluate(
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="Over this reviewer's own verdicts alone."),
    ] = None,
    stage: Annotated[
        str, typer.Option(metavar="STAGE", help="title-abstract or full-text.")
    ] = "title-abstract",
    output: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Write order,id,prior.")
    ] = None,
    prior_ids: PriorsOption = None,
    seed: SeedOption = 1,
    cold: ColdOption = False,
    batch: BatchOption = 1,
    stop: StopOption = None,
    curve: CurveOption = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replay the ranking over the review's own finished decisions: what would it have spared?

    Finished are those on which as many reviewers agree as the protocol asks for, or that were
    settled. The review's own words (question, criteria, search terms) help as they do in screening.
    """
    from screening.decision_logs.judging import check_reviewer, check_stage
    from screening.ranking import simulating
    from screening.ranking.evaluating import labelled_review
    from screening.ranking.own_words import own_words
    from screening.state import load
    from screening.stopping.stop_rules import rule_of
    from search.files import write_whole

    opened = find_review(review)
    check_stage(opened.protocol, stage)
    if name:
        check_reviewer(opened.protocol, name)
    rule = rule_of(stop) if stop else None
    data = labelled_review(opened, load(opened), stage, name)
    for note in data.notes:
        say(f"note: {note}")
    with progress("Replaying", data.relevant) as advance:
        done = simulating.simulate(data, own_words(opened.protocol), _ids(prior_ids), cold=cold,
                                   seed=seed, batch=batch, watch=advance)  # fmt: skip
    if output:
        write_whole(output, simulating.to_csv(done))
    _give(done, rule, curve, as_json)


def stop(
    name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="The reviewer, by the protocol's name.")
    ],
    record: Annotated[
        bool, typer.Option("--record", help="Log the stop; only where the rule says so.")
    ] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take back one's own stop.")] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say by the protocol's rule whether the rest may stay unread, and what may be missed.

    Nothing is excluded: what nobody judged stays unread, and the flow says "not screened".
    """
    from screening import stop_screening
    from search.errors import BadInput

    opened = find_review(review)
    if record and withdraw:
        raise BadInput("--record and --withdraw contradict each other.", remedy="Give one of them.")
    if withdraw:
        say(f"Withdrawn: {stop_screening.withdraw(opened, name)}.")
        return
    if record:
        order = stop_screening.record(opened, name)
        say(
            f"Stopped: {counted(order.total - order.read, 'record')} of {name}'s queue stay unread."
        )
    found = stop_screening.look(opened, name)
    if as_json:
        show_json(stop_screening.document(*found))
        return
    for line in stop_screening.lines(*found):
        show(line)
