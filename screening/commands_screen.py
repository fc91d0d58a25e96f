"""`sarcat screen`, `sarcat conflicts`, `sarcat verify`."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from search.console import JsonOption, ReviewOption, say, say_damage, show, show_json
from search.errors import BadInput, FaultsFound
from search.review import Review, find_review
from search.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from screening.engine import Engine
    from screening.lists import Which
    from screening.terminal.dialog import Dialog
    from screening.terminal.tying import Tying
    from screening.ties import Catalogue

    GiveCatalogue = Callable[[], Catalogue]

AsOption = Annotated[
    str, typer.Option("--as", metavar="NAME", help="The reviewer, by the protocol's name.")
]
StageOption = Annotated[
    str, typer.Option("--stage", metavar="STAGE", help="title-abstract or full-text.")
]
_MOST_COLUMNS = 100  # longer lines are hard to read


def register(app: typer.Typer, catalogue: GiveCatalogue) -> None:
    """Add the commands; ``catalogue`` gives what only the package above knows."""
    app.command(name="screen", epilog="Example: sarcat screen --as reviewer-a")(
        _screen_with(catalogue)
    )
    app.command(epilog="Example: sarcat conflicts --json")(conflicts)
    app.command(epilog="Example: sarcat verify")(verify)


def _screen_with(catalogue: GiveCatalogue) -> Callable[..., None]:
    def screen(
        name: AsOption,
        stage: StageOption = "title-abstract",
        order: Annotated[
            str | None,
            typer.Option(
                metavar="ORDER",
                help="ranked, random (the reviewer's own) or added; default: the protocol's.",
            ),
        ] = None,
        plain: Annotated[
            bool, typer.Option("--plain", help="Line by line, for pipes and screen readers.")
        ] = False,
        outdated: Annotated[
            bool,
            typer.Option(
                "--outdated",
                help="Only what you judged by criteria that have changed since; see `outdated`.",
            ),
        ] = False,
        second_look: Annotated[
            bool,
            typer.Option(
                "--second-look",
                help="Only what you excluded and the ranking puts where your includes stand.",
            ),
        ] = False,
        pilot: Annotated[
            bool,
            typer.Option(
                "--pilot", help="Only the first few that all judge; see `agreement --pilot`."
            ),
        ] = False,
        review: ReviewOption = None,
    ) -> None:
        """Screen records, one key a decision; each is on disk before the next record shows.

        Goes on where the reviewer stopped. Other reviewers' verdicts are never shown.
        """
        from search.collecting import uncollected
        from search.protocol import STAGES

        opened = find_review(review)
        which = _which(outdated=outdated, second_look=second_look, pilot=pilot)
        with ExitStack() as entered:
            with uncollected(for_good=True):
                from screening.session import open_engine

                engine, faults = entered.enter_context(
                    open_engine(opened, name, stage, order, which=which)
                )
            tying = _tying(engine, opened, catalogue) if stage == STAGES[-1] else None
            notes = [f"note: {fault}" for fault in faults if fault.level != "info"]
            if second_look:
                notes.append(_about_second_look(len(engine.sitting.keys)))
            _sit(engine, tying, notes, plain)
            if engine.kept_back:
                say(_wrapped(
                    f"{counted(engine.kept_back, 'line')} of yours stay sealed on this device "
                    f"until all have judged: `sarcat reveal --as {name}`."
                ))  # fmt: skip

    return screen


def _which(**lists: bool) -> Which:
    from screening.lists import Which

    chosen = [name.replace("_", "-") for name, is_wanted in lists.items() if is_wanted]
    if len(chosen) > 1:
        raise BadInput(f"--{chosen[0]} and --{chosen[1]} are two lists.",
                       remedy="Give one of them.")  # fmt: skip
    return Which(chosen[0]) if chosen else Which.QUEUE


def _about_second_look(count: int) -> str:
    return (
        f"{counted(count, 'record')} that you excluded rank as high as half of those you "
        "included. Your verdict stands unless you give another."
    )


def _tying(engine: Engine, review: Review, catalogue: GiveCatalogue) -> Tying:
    from screening.terminal.tying import Tying

    return Tying(engine, review, catalogue())


def _sit(engine: Engine, tying: Tying | None, notes: list[str], plain: bool) -> None:
    """Screen in the mode that was asked for, or the one this terminal can have."""
    from screening.terminal.modes import plain_because, run_full_screen

    is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    because = plain_because(os.environ, is_terminal, sys.stdout.encoding)
    if not plain and not because:
        run_full_screen(engine, notes, tying)
        for line in _left_with(engine):
            show(_wrapped(line))
        return
    from screening.terminal.plain import Plain

    for note in notes:
        say(note)
    if not plain:
        told = f"This is the plain mode, line by line: a key, then Enter; {because}."
        say(_wrapped(told))
    Plain(engine, dialog(), tying).run()


def _left_with(engine: Engine) -> Iterator[str]:
    """Give what stays on the terminal when the full screen is gone."""
    from screening.terminal.asides import what_next
    from screening.terminal.wording import none_waits, progress

    counters = engine.counters()
    if not counters.total:
        yield none_waits(engine)
        return
    yield f"Everything is kept: {progress(counters)}."
    if not counters.left:
        yield from (each.text for each in what_next(engine))


def _wrapped(text: str) -> str:
    """Return a line of ours in as many as this terminal needs."""
    return textwrap.fill(text, max(20, min(_columns(), _MOST_COLUMNS)), break_on_hyphens=False)


def _read() -> str | None:
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _columns() -> int:
    return shutil.get_terminal_size((80, 24)).columns


def dialog() -> Dialog:
    """Return a dialog over this terminal, or over the pipes that stand for one."""
    from screening.terminal.dialog import Dialog

    # A locale that cannot write a letter, or input in another encoding, must not end a sitting.
    # What is written `speak_anywhere` has seen to.
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    width = max(20, min(_columns(), _MOST_COLUMNS))
    return Dialog(_read, _write, width, sys.stdin.isatty())


def conflicts(
    resolve: Annotated[
        bool, typer.Option("--resolve", help="Go through them and settle each, with --as.")
    ] = False,
    name: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="Who settles; the protocol says who.")
    ] = None,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what reviewers disagree on, and every maybe that is to be talked over.

    A record shows here only when as many have judged it as the protocol asks for.
    """
    from screening.decision_logs.logs import read_logs
    from screening.state import load
    from screening.team import conflicts as found

    opened = find_review(review)
    if resolve:
        _resolve(opened, name)
        return
    logs = read_logs(opened.decisions)
    state = load(opened, logs)
    say_damage(logs.faults)
    titled = [
        (conflict, record.record.title if (record := opened.store.record(conflict.key)) else None)
        for conflict in found.conflicts(state)
    ]
    if as_json:
        show_json({"conflicts": [found.document(*each) for each in titled],
                   "log_faults": [str(fault) for fault in logs.faults]})  # fmt: skip
        return
    for each in titled:
        for line in found.lines(*each):
            show(line)
    say(f"{len(titled)} to be talked over.")


def _resolve(opened: Review, name: str | None) -> None:
    from screening.team.settling import open_settling
    from screening.terminal.settle import settle_all

    if name is None:
        raise BadInput("--resolve needs to know who settles.", remedy="Add --as NAME.")
    with open_settling(opened, name) as settling:
        settle_all(settling, dialog())


def verify(review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """Check the decision logs: each rewritten, missing or torn line is named.

    Exits 3 where one is. Warnings (a text that changed after it was judged) do not make it fail.
    """
    from screening.criteria import read_versions
    from screening.decision_logs.logs import read_logs
    from screening.decision_logs.verifying import check

    opened = find_review(review)
    logs = read_logs(opened.decisions)
    faults = check(logs, opened.protocol, {each.key: each.seen for each in opened.store.records()})
    faults += read_versions(opened.decisions)[1]
    if as_json:
        show_json({
            "events": len(logs.events),
            "sealed": len(logs.sealed),
            "logs": [{"file": name, "lines": lines} for name, lines in logs.files.items()],
            "faults": [fault.to_document() for fault in faults],
        })  # fmt: skip
    else:
        for fault in faults:
            show(str(fault))
    if logs.sealed:
        say(f"{counted(len(logs.sealed), 'line')} still sealed: who judged what is known, and no "
            "verdict.")  # fmt: skip
    errors = sum(fault.level == "error" for fault in faults)
    say(f"{counted(len(logs.files), 'log')} with {counted(len(logs.events), 'event')}: "
        f"{counted(errors, 'fault')}, {counted(len(faults) - errors, 'note')}.")  # fmt: skip
    if errors:
        raise FaultsFound("the decision logs are not as they were written.",
                          remedy="Each fault is named above with its line.")  # fmt: skip
