"""`sarcat pack`, `unpack`, `agreement`, `votes`: a team's decisions, and how far they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from search.console import JsonOption, ReviewOption, say, say_damage, show, show_json
from search.errors import SarcatError
from search.review import find_review
from search.words import counted

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: sarcat pack reviewer-a.zip --as reviewer-a")(pack)
    app.command(epilog="Example: sarcat unpack reviewer-a.zip")(unpack)
    app.command(epilog="Example: sarcat reveal --as reviewer-a")(reveal)
    app.command(epilog="Example: sarcat agreement --json")(agreement)
    app.command(epilog="Example: sarcat votes --as Jane=reviewer-a --log")(votes)


def pack(
    file: FileArgument,
    who: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="NAME", help="Only this reviewer's; may be given again."),
    ] = None,
    review: ReviewOption = None,
) -> None:
    """Put the decision logs into one zip, with the criteria they were made by, to send to others.

    The same logs give the same file. Send yours alone (--as) where others are still to judge. A log
    with a line that is damaged or was rewritten is named, and nothing is packed: nobody could take
    it in.
    """
    from screening.decision_logs.packing import damage, is_log, is_seals, left_out, logs_in
    from screening.decision_logs.packing import pack as packed
    from search.files import write_whole

    folder = find_review(review).decisions
    found = logs_in(folder, who or ())
    if faults := damage(found):
        say_damage(faults)
        raise SarcatError(
            "the logs are not whole, and nothing was packed.",
            where=str(folder),
            remedy="Mend what is named above; `sarcat verify` checks it.",
        )
    for name in left_out(folder):
        say(f"note: {name} is a copy that differs from its log, and is not packed.")
    write_whole(file, packed(found))
    logs = {name: data for name, data in found.items() if is_log(name)}
    lines = sum(data.count(b"\n") for data in logs.values())
    seals = sum(data.count(b"\n") - 1 for name, data in found.items() if is_seals(name))
    sealed = f", {counted(seals, 'seal')}" if seals else ""
    show(f"{file}: {counted(lines, 'line')} of {counted(len(logs), 'log')}{sealed}")


def unpack(file: FileArgument, review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """Take in the decisions of a pack; once or many times comes to the same.

    No line is ever rewritten: a log gets the lines it lacks. Where a log here and the one in the
    pack differ, both are kept, and `sarcat verify` names the line.
    """
    from screening.decision_logs.packing import is_criteria, read_pack
    from screening.decision_logs.packing import unpack as taken_in

    opened = find_review(review)
    taken = taken_in(read_pack(file), opened.decisions)
    if as_json:
        names = ("name", "how", "lines", "added", "kept_as")
        logs = [each for each in taken if not is_criteria(each.name)]
        show_json({"logs": [{name: getattr(each, name) for name in names} for each in logs],
                   "criteria": [{"name": each.name, "how": each.how} for each in taken
                                if is_criteria(each.name)]})  # fmt: skip
        return
    for each in taken:
        if is_criteria(each.name):
            if each.how == "new":
                show(f"{each.name}: criteria that decisions were made by")
            continue
        show(f"{each.name}: {counted(each.lines, 'line')}, {each.added} new")
        if each.how == "fork":
            say(f"{each.name} differs from the log here; it is kept as {each.kept_as}. "
                "`sarcat verify` names the line.")  # fmt: skip


def reveal(
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="Whose lines.")],
    every: Annotated[
        bool,
        typer.Option("--all", help="Also what others could still be told too early by."),
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Share the lines that were sealed, as far as all reviewers of their records have judged.

    For a review whose protocol says `sealed = true`. Lines are shared in the order in which they
    were written, up to the first on a record that still waits for a reviewer; screening does the
    same whenever it begins. Each is what was sealed, or `sarcat verify` names it.
    """
    from screening.decision_logs.judging import check_known
    from screening.decision_logs.sealed_log import has_seals, open_screening_log
    from screening.revealing import reveal_due
    from screening.state import load

    opened = find_review(review)
    check_known(opened.protocol, name)
    told = left = 0
    if has_seals(opened.decisions, name):
        every = every or not opened.protocol.sealed  # which asks for seals no more
        with open_screening_log(opened.decisions, name, sealed=True) as log:
            told = reveal_due(load(opened, log.logs), log, every=every)
            left = log.kept_back
    if as_json:
        show_json({"revealed": told, "sealed": left})
        return
    show(f"{counted(told, 'line')} revealed, {left} still sealed.")


def agreement(
    pilot: Annotated[
        bool, typer.Option("--pilot", help="Only the pilot's records, and whether to go on.")
    ] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show how far reviewers agree, and on which criteria they do not.

    For each stage and pair: agreement, on inclusions and on exclusions, Cohen's kappa with its
    interval, PABAK, Gwet's AC1, and the table they come from. Only first independent judgements
    count; nothing is shown of records that still wait for a second one.
    """
    from screening.decision_logs.logs import read_logs
    from screening.state import load
    from screening.team.agreeing import lines, pairs, to_document
    from screening.team.pilot import lines as lines_of_pilot
    from screening.team.pilot import pilot_of

    opened = find_review(review)
    logs = read_logs(opened.decisions)
    state = load(opened, logs)
    say_damage(logs.faults)
    pilots = [pilot_of(state, logs.told, stage) for stage in state.protocol.stages
              if pilot and stage.pilot]  # fmt: skip
    found = [pair for each in pilots for pair in each.pairs] if pilot else list(
        pairs(state, logs.told)
    )  # fmt: skip
    if as_json:
        show_json({
            "pairs": [to_document(pair) for pair in found],
            "pilot": [{"stage": each.stage.name, "sample": list(each.sample),
                       "waiting": dict(each.waiting), "goes_on": each.goes_on}
                      for each in pilots],
            "log_faults": [str(fault) for fault in logs.faults],
        })  # fmt: skip
        return
    for each in pilots:
        for line in lines_of_pilot(each):
            show(line)
    for pair in found:
        for line in lines(pair):
            show(line)
    if not found:
        say("No two reviewers have judged the same records yet.")


def votes(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="An import, by its id.")
    ] = None,
    names: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="USER=NAME", help="Which user of that program is which "
                     "reviewer here; NAME alone is for all. May be given again."),
    ] = None,
    stage: Annotated[
        str, typer.Option(metavar="STAGE", help="Where votes belong that do not say it themselves.")
    ] = "title-abstract",
    log: Annotated[bool, typer.Option("--log", help="Log them as decisions.")] = False,
    review: ReviewOption = None,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Show votes that imported files brought (ASReview, Rayyan, Covidence), or log them.

    A file's votes count as nothing until somebody says whose they are and logs them: each then
    becomes that reviewer's decision, with a note that says where it came from. What a reviewer has
    judged here stands.
    """
    from screening.decision_logs.taking_over import log_votes, look

    found = look(find_review(review), run, names or (), stage)
    written = log_votes(find_review(review), found.votes) if log else 0
    if as_json:
        show_json({"runs": found.users, "votes": found.summary, "logged": written})
        return
    for id, users in found.users.items():
        show(id)
        for user, count in users.items():
            show(f"  {counted(count, 'vote')} by {user}")
    for each in found.summary:
        kept = f" held back: {each['held_back']}" if each["held_back"] else ""
        show(f"  {each['votes']} {each['verdict']} at {each['stage']}, {each['who'] or '-'}{kept}")
    if not found.users:
        say("No import brought votes along.")
    elif log:
        say(f"{counted(written, 'decision')} logged.")
    else:
        say("Nothing was logged now. Say whose they are with --as USER=NAME, then add --log.")
