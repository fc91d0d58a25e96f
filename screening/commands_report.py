"""`sarcat report`: the searches as they must be reported (PRISMA-S, TARCiS)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from search.console import JsonOption, ReviewOption, say, show, show_json
from search.review import find_review

if TYPE_CHECKING:
    from screening.prisma.prisma_s import Item, Report
    from search.runs import SearchRun

reports = typer.Typer(
    name="report", no_args_is_help=True, rich_markup_mode=None,
    help="What a publication must report, from the files of the review.",
    epilog="Example: sarcat report prisma-s",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(reports)


@reports.command("prisma-s", epilog="Example: sarcat report prisma-s > searches.txt")
def prisma_s(review: ReviewOption = None, as_json: JsonOption = False) -> None:
    """Report the searches by PRISMA-S: 16 items, and every strategy as it was sent.

    What neither the runs nor the protocol say is marked "not stated"; keys under [reporting] in the
    protocol say it. A query of the appendix can be pasted into the database as it stands.
    """
    from screening.prisma.prisma_s import report_of
    from screening.state import load

    state = load(find_review(review))
    report = report_of(state.protocol, state.runs, state.duplicates)
    if as_json:
        show_json(_document(report))
        return
    _show(report)
    if missing := [item for item in report.items if not item.lines]:
        numbers = ", ".join(str(item.number) for item in missing)
        say(f"Not stated: items {numbers}.")


@reports.command("citation-search", epilog="Example: sarcat report citation-search")
def citation_search(review: ReviewOption = None, as_json: JsonOption = False) -> int:
    """Report citation searching by TARCiS: seeds, directions, indexes, iterations, numbers.

    Exit status 3 where citations were searched and no database or register was: alone it is not
    enough for a complete review.
    """
    from screening.prisma.tarcis import citation_report, stands_alone
    from screening.state import load

    state = load(find_review(review))
    items = citation_report(state)
    alone = bool(items) and stands_alone(state)
    if as_json:
        show_json({"standard": "TARCiS", "stands_alone": alone, "items": _items(items)})
    elif items:
        show("Citation searching, reported by TARCiS (10.1136/bmj-2023-078384)")
        _show_items(items)
    else:
        show("No citation searching was done. `sarcat citations` does it.")
    return 3 if alone else 0


def _show(report: Report) -> None:
    show("Searches, reported by PRISMA-S (10.1186/s13643-020-01542-z)")
    _show_items(report.items)
    for number, run in enumerate(report.appendix, start=1):
        _show_strategy(number, run)


def _show_items(items: Sequence[Item]) -> None:
    for item in items:
        show()
        show(f"{item.number}. {item.name}")
        for line in item.lines or (_not_stated(item.missing),):
            show(f"   {line}")


def _items(items: Sequence[Item]) -> list[dict[str, Any]]:
    return [{"number": item.number, "name": item.name, "stated": bool(item.lines),
             "lines": list(item.lines), "key": item.missing} for item in items]  # fmt: skip


def _not_stated(key: str | None) -> str:
    if key is None:
        return "Not stated: no search has been run."
    return f'Not stated. Write {key} = "…" under [reporting] in protocol.toml.'


def _show_strategy(number: int, run: SearchRun) -> None:
    show()
    name = f"strategy {run.strategy}" if run.strategy else run.id
    show(f"Appendix {number}. {run.database}, {name}, {run.executed_at} (UTC), state {run.state}")
    show("As sent:")
    show()
    show(run.query or "")
    show()
    if run.translation:
        show("As understood:")
        show()
        show(run.translation)
        show()
    show(f"Records: {'no count' if run.count is None else f'{run.count:,} counted'}, "
         f"{run.fetched:,} fetched, {run.parsed:,} read.")  # fmt: skip
    for warning in run.warnings:
        show(f"Warning: {warning}")


def _document(report: Report) -> dict[str, Any]:
    return {
        "standard": "PRISMA-S",
        "items": _items(report.items),
        "appendix": [
            {"run": run.id, "strategy": run.strategy, "database": run.database,
             "platform": run.platform, "executed_at": run.executed_at, "state": run.state,
             "query": run.query, "translation": run.translation, "count": run.count,
             "fetched": run.fetched, "parsed": run.parsed, "warnings": list(run.warnings)}
            for run in report.appendix
        ],
    }  # fmt: skip
