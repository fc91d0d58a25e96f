"""A run in words, and in the JSON form of the contract: for every command that makes one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from search.console import say

if TYPE_CHECKING:
    from search.runs import SearchRun

_MOST_WARNINGS = 5  # lines; a strategy of many phrases may have a hundred


def tell(run: SearchRun) -> None:
    """Say in words how a run ended."""
    counted = "did not answer" if run.count is None else f"counted {run.count:,} records"
    say(f"{run.strategy or run.kind}: {run.database} {counted}; {run.fetched:,} fetched, "
        f"{run.parsed:,} read, {run.new:,} new. Kept as {run.id}, state {run.state}.")  # fmt: skip
    say_warnings(run)
    if run.problem:
        say(f"sarcat: {run.strategy or run.kind}: {run.problem}")


def say_warnings(run: SearchRun) -> None:
    """Say what there is to be warned of, the first few of many."""
    for warning in run.warnings[:_MOST_WARNINGS]:
        say(f"  warning: {warning}")
    if len(run.warnings) > _MOST_WARNINGS:
        say(f"  … and {len(run.warnings) - _MOST_WARNINGS} more; --json shows all.")


def document(run: SearchRun) -> dict[str, Any]:
    """Return a run in the JSON form of the contract; a count that was not kept has no id."""
    return {
        "id": run.id or None,
        "state": run.state,
        "strategy": run.strategy,
        "database": run.database,
        "query": run.query,
        "translation": run.translation,
        "count": run.count,
        "fetched": run.fetched,
        "parsed": run.parsed,
        "new": run.new,
        "missing": list(run.missing),
        "warnings": list(run.warnings),
        "problem": run.problem,
    }
