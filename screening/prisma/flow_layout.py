"""Where the boxes of the flow diagram stand: their lines of text, folded, and their places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from screening.prisma.flow_list import Entry, has_other_methods, is_shown, parts_of, to_list
from screening.prisma.flow_relations import notes_of
from screening.prisma.flow_values import Flow
from screening.prisma.text_width import wrap

LINE, PAD, GAP, ROW_GAP, STAGE = 18, 10, 34, 36, 26  # pixels
COLUMNS = (236, 216, 226, 216)  # main and side of the databases' arm, then of other methods
LEFT, INDENT = STAGE + 12.0, 12


@dataclass
class Box:
    """A rectangle of text lines; each line may be a link to the records that it counts."""

    lines: list[tuple[str, str | None]] = field(default_factory=list)  # text, box id
    kind: str = "box"
    x: float = 0
    y: float = 0
    width: float = 0

    @property
    def height(self) -> float:
        """Return the height of its lines and the space around them."""
        return len(self.lines) * LINE + 2 * PAD

    @property
    def middle(self) -> float:
        """Return how far down its middle is."""
        return self.y + self.height / 2


@dataclass
class Row:
    """What stands at one height: for each column, boxes one below the other."""

    stage: str
    cells: list[list[Box]]

    @property
    def height(self) -> float:
        """Return the height of its tallest cell."""
        return max(_height(cell) for cell in self.cells)

    @property
    def y(self) -> float:
        """Return how far down its highest box begins."""
        return min(box.y for cell in self.cells for box in cell)


def _height(cell: list[Box]) -> float:
    return sum(box.height for box in cell) + 8 * max(len(cell) - 1, 0)


@dataclass
class Layout:
    """Everything placed: heads of the arms and banner, rows of boxes, and the size of it all."""

    heads: list[Box]
    rows: list[Row]
    columns: tuple[int, ...]
    width: float
    bottom: float


def lay_out(flow: Flow) -> Layout:
    """Place all boxes of a flow."""
    columns = COLUMNS if has_other_methods(flow) else COLUMNS[:2]
    width = LEFT + sum(columns) + GAP * (len(columns) - 1) + 2
    banner = _banner(flow, width)
    top = banner[0].y + banner[0].height + 12 if banner else 1.0
    heads = _heads(columns, top)
    rows = _rows(flow, columns)
    bottom = _place(rows, columns, top + max(head.height for head in heads) + 14)
    return Layout(banner + heads, rows, columns, width, bottom)


# --- what stands in the boxes ------------------------------------------------------------------


def _boxed(flow: Flow, *boxes: str, head: str | None = None, kind: str = "box") -> list[Box]:
    """Return one box that counts the given boxes of the flow, or none where none has a place."""
    entries = [entry for entry in to_list(flow) if entry.box in boxes and is_shown(flow, entry.box)]
    if not entries:
        return []
    lines: list[tuple[str, str | None]] = [(head, None)] if head else []
    for entry in entries:
        lines.append((str(_shortened(entry, head)), entry.box))
        lines += [(f"\t{part}", part.box) for part in parts_of(flow, entry.box)]
    return [Box(lines, kind)]


def _shortened(entry: Entry, head: str | None) -> Entry:
    """Take off the words that the head of the box already says."""
    words = entry.label
    if head:
        words = words.removeprefix("Records identified from ").removeprefix("Records ")
        words = words[0].upper() + words[1:]
    return Entry(entry.box, words, entry.number)


def _rows(flow: Flow, columns: tuple[int, ...]) -> list[Row]:
    others = len(columns) > 2
    identified, removed = "Records identified from:", "Records removed before screening:"
    cells = [
        ("Identification", [
            _boxed(flow, "database_results", "register_results", head=identified),
            _boxed(flow, "duplicates", "excluded_automatic", "excluded_other",
                   "records_not_screened", head=removed),
            _boxed(flow, "website_results", "organisation_results", "citations_results",
                   "other_results", head=identified),
            _boxed(flow, "other_known", "other_duplicates", "other_records_not_screened",
                   "other_records_excluded",
                   "other_records_awaiting", head="Records not taken forward:", kind="added"),
        ]),
        ("Screening", [
            _boxed(flow, "records_screened"),
            _boxed(flow, "records_excluded") + _boxed(flow, "records_awaiting", kind="added"),
            [], [],
        ]),
        ("Screening", [
            _boxed(flow, "dbr_sought_reports"), _boxed(flow, "dbr_notretrieved_reports"),
            _boxed(flow, "other_sought_reports"), _boxed(flow, "other_notretrieved_reports"),
        ]),
        ("Screening", [
            _boxed(flow, "dbr_assessed"),
            _boxed(flow, "dbr_excluded") + _boxed(flow, "dbr_awaiting", kind="added"),
            _boxed(flow, "other_assessed"),
            _boxed(flow, "other_excluded") + _boxed(flow, "other_awaiting", kind="added"),
        ]),
        ("Included", [_boxed(flow, "new_studies", "new_reports"), [], [], []]),
    ]  # fmt: skip
    return [Row(stage, row if others else row[:2]) for stage, row in cells]


def _banner(flow: Flow, width: float) -> list[Box]:
    if not flow.is_interim:
        return []
    lines = wrap(notes_of(flow)[0], width - 2 * PAD - 2)
    return [Box([(line, None) for line in lines], "interim", x=1, y=1, width=width - 2)]


_HEADS = (
    "Identification of studies via databases and registers",
    "Identification of studies via other methods",
)


def _heads(columns: tuple[int, ...], y: float) -> list[Box]:
    boxes = []
    for arm in range(len(columns) // 2):
        x = LEFT + sum(columns[: 2 * arm]) + 2 * arm * GAP
        width = columns[2 * arm] + GAP + columns[2 * arm + 1]
        lines = [(line, None) for line in wrap(_HEADS[arm], width - 2 * PAD)]
        boxes.append(Box([*lines], "head", x, y, width))
    return boxes


# --- where they stand --------------------------------------------------------------------------


def _place(rows: list[Row], columns: tuple[int, ...], y: float) -> float:
    """Fold every text to its column and give each box its place; returns the lowest edge."""
    for row in rows:
        for column, cell in enumerate(row.cells):
            for box in cell:
                box.x = LEFT + sum(columns[:column]) + GAP * column
                box.width = columns[column]
                box.lines = list(_folded(box))
        for cell in row.cells:
            top = y + (row.height - _height(cell)) / 2
            for box in cell:
                box.y = top
                top += box.height + 8
        y += row.height + ROW_GAP
    return y - ROW_GAP


def _folded(box: Box) -> Iterable[tuple[str, str | None]]:
    """Fold each line to the box; what runs on stands further in. A tab is one step inwards."""
    for text, id in box.lines:
        indent = "\t" if text.startswith("\t") else ""
        room = box.width - 2 * PAD - INDENT * (len(indent) + 1)
        whole = text.strip("\t").replace("n = ", "n\u00a0=\u00a0")
        for number, line in enumerate(wrap(whole, room)):
            yield indent + ("\t" if number else "") + line, id
