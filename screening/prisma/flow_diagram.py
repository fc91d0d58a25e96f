"""The flow as PRISMA 2020's figure: an SVG of real text, the same bytes for the same flow.

Boxes of ours, which the official figure lacks, have a broken edge. Inline, the figure takes colour
and font from the page (`currentColor`, classes ``flow-*``); standalone it brings a style of its own
for light and dark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from screening.prisma.boxes import STUDY_AND_REPORT
from screening.prisma.flow_layout import GAP, INDENT, LINE, PAD, STAGE, Box, Row, lay_out
from screening.prisma.flow_list import to_list
from screening.prisma.flow_relations import notes_of
from screening.prisma.flow_values import Flow
from screening.prisma.text_width import SIZE, wrap

LinkOf = Callable[[str], str | None]

_STYLE = """
.flow{color:#1a1a1a;background:#fff;font-family:Helvetica,Arial,"Liberation Sans",sans-serif}
.flow-box{fill:#fff}.flow-added{fill:#f6f6f4}.flow-head,.flow-stage{fill:#e9eef5}
.flow-interim{fill:#fff3d6}.flow a{color:#0b4a8f;text-decoration:underline}
@media (prefers-color-scheme:dark){
.flow{color:#ececec;background:#161616}.flow-box{fill:#161616}.flow-added{fill:#222}
.flow-head,.flow-stage{fill:#263142}.flow-interim{fill:#4a3a10}.flow a{color:#9cc7ff}}
""".replace("\n", "")


def to_svg(flow: Flow, *, link_of: LinkOf | None = None, standalone: bool = False) -> str:
    """Return the diagram as SVG.

    ``link_of`` gives the address of a box's records, or of a part's ("BOX:PART"), or None. With
    links the figure is a group of links to assistive technology, without them one image.
    """
    placed = lay_out(flow)
    width, bottom = placed.width, placed.bottom
    captions = notes_of(flow)[1:] if flow.is_interim else notes_of(flow)  # the banner has the first
    notes = [line for note in (STUDY_AND_REPORT, *captions) for line in wrap(note, width - 8)]
    height = bottom + 16 + LINE * len(notes) + 8
    shapes = [
        *(_draw(box, link_of) for box in placed.heads),
        *_draw_stages(placed.rows),
        *_draw_arrows(placed.rows, len(placed.columns)),
        *(_draw(box, link_of) for row in placed.rows for cell in row.cells for box in cell),
        *(_text(4, bottom + 16 + LINE * (place + 0.7), line) for place, line in enumerate(notes)),
    ]
    return _document(flow, width, height, shapes, link_of is not None, standalone)


# --- drawing -----------------------------------------------------------------------------------


def _draw(box: Box, link_of: LinkOf | None) -> str:
    edge = ' stroke-dasharray="5 4"' if box.kind == "added" else ""
    parts = [
        f'<rect class="flow-{box.kind}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
        f'height="{box.height:g}" rx="3" fill="none" stroke="currentColor"{edge}/>'
    ]
    bold = ' font-weight="bold"' if box.kind in ("head", "interim") else ""
    for number, (text, id) in enumerate(box.lines):
        indent = INDENT * (len(text) - len(text.lstrip("\t")))
        y = box.y + PAD + LINE * (number + 0.72)
        drawn = _text(box.x + PAD + indent, y, text.strip("\t"), bold)
        href = link_of(id) if link_of and id else None
        parts.append(f"<a href={quoteattr(href)}>{drawn}</a>" if href else drawn)
    return "".join(parts)


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" fill="currentColor"{more}>{escape(_clean(text))}</text>'


def _clean(text: str) -> str:
    """Take out what XML cannot hold: a database's name comes from outside."""
    return "".join(
        letter for letter in text
        if letter in "\t\n" or (letter >= " " and not "\ud800" <= letter <= "\udfff"
                                and letter not in "\ufffe\uffff")
    )  # fmt: skip


def _draw_stages(rows: list[Row]) -> Iterable[str]:
    for stage in dict.fromkeys(row.stage for row in rows):
        mine = [row for row in rows if row.stage == stage]
        top = mine[0].y
        height = max(mine[-1].y + mine[-1].height - top, 92)
        middle = top + height / 2
        yield (
            f'<rect class="flow-stage" x="1" y="{top:g}" width="{STAGE}" height="{height:g}" '
            f'rx="3" fill="none" stroke="currentColor"/>'
            f'<text transform="translate({STAGE / 2 + 6:g} {middle:g}) rotate(-90)" '
            f'text-anchor="middle" fill="currentColor" font-weight="bold">{stage}</text>'
        )


def _draw_arrows(rows: list[Row], columns: int) -> Iterable[str]:
    for column in range(0, columns, 2):
        stations = [cell[0] for row in rows if (cell := row.cells[column])]
        for above, below in pairwise(stations):
            x = above.x + above.width / 2
            yield _arrow([(x, above.y + above.height), (x, below.y)])
        for row in rows:
            if row.cells[column]:
                main = row.cells[column][0]
                for side in row.cells[column + 1]:
                    yield _side_arrow(main, side)
    included = rows[-1].cells[0][0]
    if columns > 2:
        last = rows[-2].cells[2][0]
        x = last.x + last.width / 2
        end = (included.x + included.width, included.middle)
        yield _arrow([(x, last.y + last.height), (x, included.middle), end])


def _side_arrow(main: Box, side: Box) -> str:
    start, end = main.x + main.width, side.x
    if main.y < side.middle < main.y + main.height:
        return _arrow([(start, side.middle), (end, side.middle)])
    bend = start + GAP / 2
    return _arrow([(start, main.middle), (bend, main.middle), (bend, side.middle),
                   (end, side.middle)])  # fmt: skip


def _arrow(points: list[tuple[float, float]]) -> str:
    (x0, _), (x, y) = points[-2:]
    if x == x0:
        head = f"M{x - 4:g} {y - 7:g}L{x:g} {y:g}L{x + 4:g} {y - 7:g}Z"
    else:
        back = 7 if x < x0 else -7
        head = f"M{x + back:g} {y - 4:g}L{x:g} {y:g}L{x + back:g} {y + 4:g}Z"
    line = "L".join(f"{px:g} {py:g}" for px, py in points)
    return (
        f'<path class="flow-line" d="M{line}" fill="none" stroke="currentColor"/>'
        f'<path d="{head}" fill="currentColor"/>'
    )


def _document(
    flow: Flow, width: float, height: float, shapes: Iterable[str], links: bool, standalone: bool
) -> str:
    mark = f" (interim, {(flow.as_of or '')[:10]})" if flow.is_interim else ""
    said = [line for entry in to_list(flow) for line in (entry, *entry.parts)]
    style = f"<style>{_STYLE}</style>" if standalone else ""
    described = ". ".join([*map(str, said), STUDY_AND_REPORT, *notes_of(flow)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="{"group" if links else "img"}"'
        f' aria-labelledby="flow-title flow-desc" viewBox="-6 -6 {width + 12:g} {height + 12:g}"'
        f' width="{width + 12:g}" height="{height + 12:g}" font-size="{SIZE}"'
        f' font-family="Helvetica, Arial, Liberation Sans, sans-serif">'
        f'<title id="flow-title">PRISMA 2020 flow diagram{mark}</title>'
        f'<desc id="flow-desc">{escape(_clean(described))}</desc>'
        f"{style}{''.join(shapes)}</svg>\n"
    )
