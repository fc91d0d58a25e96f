"""A CSV file of records with their labels, as benchmarks and ASReview give them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screening.dedupe.csv_records import CsvRecords
from search.errors import BadInput
from search.records import StoredRecord, fold

# The first of these columns that is there holds the labels.
LABELS = ("label_included", "included", "label", "final_included", "included_label",
          "included_final", "included_flag", "include", "asreview_label")  # fmt: skip
_MEANS = {"1": True, "0": False, "true": True, "false": False, "yes": True, "no": False,
          "": None, "-1": None}  # fmt: skip
_HEADINGS = ("keywords", "mesh")
_BETWEEN = re.compile(r"\s*;\s*")


@dataclass
class LabelledRecords(CsvRecords):
    """Records of a CSV file with ``labels`` by id; those without a label are in ``unlabelled``."""

    labels: dict[str, bool] = field(default_factory=dict)
    unlabelled: list[str] = field(default_factory=list)
    column: str = ""

    def _columns(self, header: list[str]) -> dict[str, int]:
        columns = super()._columns(header)
        self.column = next((name for name in LABELS if name in columns), "")
        if not self.column:
            raise BadInput(
                "no column holds the labels.",
                where=f"{self.path}:1",
                remedy=f"Name one of the columns {', '.join(LABELS[:3])}, with 1 for included "
                "and 0 for excluded.",
            )
        return columns

    def _record(
        self, cells: tuple[str, ...], row: list[str], columns: dict[str, int], line: int
    ) -> tuple[str, dict[str, Any]]:
        id, fields = super()._record(cells, row, columns, line)
        value = row[columns[self.column]].strip().lower()
        if value not in _MEANS:
            raise BadInput(
                f"the label of {id!r} is {value!r}, not 0 or 1.",
                where=f"{self.path}:{line}",
                remedy=f"Write 1 (included), 0 (excluded) or nothing in {self.column!r}.",
            )
        label = _MEANS[value]
        if label is None:
            self.unlabelled.append(id)
        else:
            self.labels[id] = label
        named = (row[columns[name]] for name in _HEADINGS if name in columns)
        headings = tuple(part for text in named for part in _BETWEEN.split(text.strip()) if part)
        return id, {"title": fields["title"], "abstract": fields["abstract"], "keywords": headings}


def labelled(path: Path) -> tuple[list[StoredRecord], LabelledRecords]:
    """Read a labelled file whole: the records that have a label, in the file's order.

    BadInput for a file without labels, or in which all labels are the same.
    """
    file = LabelledRecords(path)
    records = [each for each in file if each.key in file.labels]
    if not records:
        raise BadInput("no record has a label.", where=str(path),
                       remedy="Give 1 or 0 to those that were screened.")  # fmt: skip
    if len(set(file.labels.values())) == 1:
        which = "included" if any(file.labels.values()) else "excluded"
        raise BadInput(f"all {len(records)} labelled records are {which}: there is nothing to "
                       "tell apart.", where=str(path),
                       remedy="A replay needs both.")  # fmt: skip
    return records, file


def contradictions(
    records: list[StoredRecord], labels: dict[str, bool]
) -> Iterator[tuple[str, str]]:
    """Give the pairs of records that have one text and two labels: the first, and each other."""
    by_text: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in records:
        by_text[fold(each.record.title), fold(each.record.abstract)].append(each.key)
    for (title, abstract), (first, *others) in by_text.items():
        if title or abstract:
            yield from ((first, other) for other in others if labels[other] != labels[first])
