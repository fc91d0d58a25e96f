"""`sarcat screen`, `sarcat decide`, `sarcat verify`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.errors import BadInput, FaultsFound
from search.faults import nearest
from search.protocol import STAGES, Stage
from search.review import Review, find_review

AsOption = Annotated[str, typer.Option("--as", metavar="NAME", help="Who decides.")]
StageOption = Annotated[str, typer.Option("--stage", help="title-abstract or full-text.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: sarcat screen --as reviewer-a")(screen)
    app.command(epilog="Example: sarcat decide pmid:29117335 include --as reviewer-a")(decide)
    app.command(epilog="Example: sarcat verify")(verify)


def screen(
    name: AsOption,
    stage: StageOption = "title-abstract",
    order: Annotated[
        str | None, typer.Option(help="random or added (default: the protocol's).")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="Line by line, for pipes.")] = False,
    review: ReviewOption = None,
) -> None:
    """Screen records: one key a decision, each on disk before the next record shows."""
    from screening import queue
    from screening.engine import Screening, check_reviewer
    from screening.logs import open_log, read_logs
    from screening.terminal import plain as terminal

    opened = find_review(review)
    rules = _stage(opened, stage)
    check_reviewer(opened.protocol, name)
    logs = read_logs(opened.decisions)
    keys = queue.keys_for(opened, rules, name, order or opened.protocol.order, logs)
    if not plain:
        say("The full-screen mode is not there yet: this is the plain one.")
    with open_log(opened.decisions, name) as log:
        engine = Screening(opened.protocol, rules, name, keys, opened.store.record, log,
                           read_logs(opened.decisions))  # fmt: skip
        terminal.run(engine, _ask, lambda text: print(text, flush=True))


def _ask(prompt: str) -> str | None:
    print(prompt, end="", flush=True)
    line = sys.stdin.readline()
    return line if line else None


def decide(
    key: Annotated[str, typer.Argument(metavar="KEY", show_default=False)],
    verdict: Annotated[str, typer.Argument(metavar="include|exclude|maybe", show_default=False)],
    name: AsOption,
    stage: StageOption = "title-abstract",
    reason: Annotated[str | None, typer.Option(metavar="CODE", help="Why excluded.")] = None,
    note: Annotated[str | None, typer.Option(metavar="TEXT")] = None,
    review: ReviewOption = None,
) -> None:
    """Decide on one record, from a script."""
    from screening import queue
    from screening.engine import check_reason, check_reviewer
    from screening.events import Act, Verdict
    from screening.logs import open_log, read_logs

    opened = find_review(review)
    rules = _stage(opened, stage)
    check_reviewer(opened.protocol, name)
    if verdict not in list(Verdict):
        raise BadInput(f"{verdict!r} is no verdict.", remedy="Use include, exclude or maybe.")
    check_reason(opened.protocol, rules, verdict, reason)
    record = opened.store.record(key)
    if record is None:
        guess = nearest(key, opened.store.keys())
        hint = f"Did you mean {guess}?" if guess else "Look it up in searches/."
        raise BadInput(f"no record has the key {key!r}.", remedy=hint)
    queue.check_forwarded(opened, rules, key, read_logs(opened.decisions))
    with open_log(opened.decisions, name) as log:
        log.append(Act.DECIDE, rec=key, stage=stage, val=verdict, reason=reason, note=note,
                   seen=record.seen, crit=opened.protocol.criteria_hash)  # fmt: skip
    say(f"{key}: {verdict}{f' ({reason})' if reason else ''}, by {name}.")


def verify(review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """Check the decision logs: torn, rewritten or removed lines are named; exit 3 if any."""
    from screening.logs import read_logs

    logs = read_logs(find_review(review).decisions)
    if as_json:
        show_json({"events": len(logs.events), "faults": [
            {"file": f.file, "line": f.line, "rule": f.rule, "level": f.level, "what": f.what}
            for f in logs.faults]})  # fmt: skip
    else:
        for fault in logs.faults:
            show(str(fault))
        say(f"{len(logs.events)} events read.")
    errors = [fault for fault in logs.faults if fault.level == "error"]
    if errors:
        raise FaultsFound(f"{len(errors)} faults in the decision logs.")


def _stage(opened: Review, name: str) -> Stage:
    if name not in STAGES:
        raise BadInput(f"{name!r} is no stage.", remedy=f"Use {' or '.join(STAGES)}.")
    return opened.protocol.stage(name)
