"""The catalogue against the review: does each cited paper stand in it, and is each report used?

Asked for apart (`catalogue check --evidence`), since an entry may be drafted before the review has
caught up; what is published should pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from catalogue.checking.checks import cited_papers
from catalogue.entries.initiatives import Initiative
from catalogue.entries.reading import Entry
from search.faults import Fault

#: A tag that a reviewer gives an included report which no entry cites, with a note that says why.
NO_ENTRY = "no-entry"


@dataclass(frozen=True)
class Reports:
    """What the review says of papers.

    ``held`` maps every source that a record bears ("pmid:N", "doi:X", its key) to the duplicate set
    it belongs to. ``included`` are the sets that passed the last stage, ``undecided`` those that
    may still pass it, ``tied`` those that a person tied to an initiative, ``excused`` those tagged
    NO_ENTRY.
    """

    held: Mapping[str, str]
    included: Collection[str]
    retracted: Collection[str]
    undecided: Collection[str] = ()
    tied: Collection[str] = ()
    excused: Collection[str] = ()


def check_evidence(entries: Sequence[Entry], reports: Reports) -> list[Fault]:
    """Return what is wrong between entries and review, by file and line."""
    read = [(entry, entry.initiative) for entry in entries if entry.initiative]
    faults = [fault for entry, each in read for fault in _of_entry(entry, each, reports)]
    faults += _unused([each for _, each in read], reports)
    return sorted(faults, key=lambda fault: (fault.file, fault.line or 0, fault.what))


def _of_entry(entry: Entry, initiative: Initiative, reports: Reports) -> Iterator[Fault]:
    background = {each.source for each in initiative.evidence.values() if each.role == "background"}
    for source, place in sorted(cited_papers(initiative).items()):
        name = reports.held.get(source)
        if name is None:
            remedy = "Import it as found by other methods, and screen it."
            what = f"the review holds no record of {source}."
            yield entry.fault("paper-unknown", entry.line(*place), what, remedy)
        elif name in reports.retracted:
            remedy = "Rest the claim on another source."
            what = f"{source} is retracted."
            yield entry.fault("retracted", entry.line(*place), what, remedy)
        elif (
            name not in reports.included
            and name not in reports.undecided
            and (source not in background)
        ):
            remedy = 'Write role = "background" if it only gives context, or judge it again.'
            what = f"{source} was not included in the review."
            yield entry.fault("not-included", entry.line(*place), what, remedy, "warning")


def _unused(initiatives: Iterable[Initiative], reports: Reports) -> Iterator[Fault]:
    cited = {reports.held.get(source) for each in initiatives for source in cited_papers(each)}
    for name in sorted(set(reports.included) - cited - set(reports.tied) - set(reports.excused)):
        yield Fault(
            "decisions", None, "report-unused", f"{name} is included, and no entry cites it.",
            f"Cite it, tie it to an entry, or say why not: tag it {NO_ENTRY}, with a note.",
            "warning",
        )  # fmt: skip
