"""The recall curve as SVG: how many relevant records were found, by how many were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from xml.sax.saxutils import escape

Scale = Callable[[float], float]
_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 16, 44, 56
_STYLE = """
.curve{color:#1a1a1a;background:#fff;font-family:Helvetica,Arial,"Liberation Sans",sans-serif}
.curve .found{stroke:#0b4a8f}.curve .stop{stroke:#a33b00}
@media (prefers-color-scheme:dark){.curve{color:#ececec;background:#161616}
.curve .found{stroke:#9cc7ff}.curve .stop{stroke:#ffb48a}}
""".replace("\n", "")


def to_svg(
    relevant_at: Sequence[int],
    total: int,
    *,
    title: str = "Recall by records read",
    stop_at: int | None = None,
    relevant: int | None = None,
) -> str:
    """Return the curve; the same figures give the same bytes.

    ``relevant_at`` are the places from 1; ``relevant`` is how many there are in all, where more are
    known than were found. ``stop_at`` draws where a rule would have stopped.
    """
    all_relevant = max(relevant or 0, len(relevant_at), 1)
    across = _WIDTH - _LEFT - _RIGHT
    down = _HEIGHT - _TOP - _BOTTOM

    def x(read: float) -> float:
        return _LEFT + across * read / max(total, 1)

    def y(found: float) -> float:
        return _TOP + down * (1 - found / all_relevant)

    said = _in_words(relevant_at, total, all_relevant, stop_at)
    parts = [
        *_axes(total, all_relevant, x(0), x(total), y(0), y(all_relevant)),
        f'<line x1="{x(0):.1f}" y1="{y(0):.1f}" x2="{x(total):.1f}" y2="{y(all_relevant):.1f}" '
        'stroke="currentColor" stroke-dasharray="3 5" opacity="0.5"/>',
        f'<path class="found" d="{_steps(relevant_at, total, x, y)}" fill="none" '
        'stroke="currentColor" stroke-width="2"/>',
        _text(_LEFT, 24, title, size=15, bold=True),
    ]
    if stop_at is not None:
        parts.append(
            f'<line class="stop" x1="{x(stop_at):.1f}" y1="{_TOP}" x2="{x(stop_at):.1f}" '
            f'y2="{_HEIGHT - _BOTTOM}" stroke="currentColor" stroke-width="1.5"/>'
        )
        parts.append(_text(x(stop_at) - 4, _TOP + 14, f"stop at {stop_at:,}", anchor="end"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="curve" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" role="img" aria-labelledby="title desc">'
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(said)}</desc>'
        f"<style>{_STYLE}</style>{''.join(parts)}</svg>\n"
    )


def _in_words(relevant_at: Sequence[int], total: int, relevant: int, stop_at: int | None) -> str:
    words = f"{len(relevant_at)} of {relevant} relevant records found in {total} records."
    if relevant_at:
        words += f" The last one came at place {max(relevant_at)}."
    return words + (f" The rule stops at {stop_at}." if stop_at is not None else "")


def _steps(relevant_at: Sequence[int], total: int, x: Scale, y: Scale) -> str:
    path = [f"M{x(0):.1f} {y(0):.1f}"]
    for found, place in enumerate(sorted(relevant_at), start=1):
        path.append(f"H{x(place):.1f}V{y(found):.1f}")
    return "".join([*path, f"H{x(total):.1f}"])


def _axes(
    total: int, relevant: int, left: float, right: float, bottom: float, top: float
) -> Iterable[str]:
    yield (f'<path d="M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}" fill="none" '
           'stroke="currentColor"/>')  # fmt: skip
    for share in (0, 0.25, 0.5, 0.75, 1):
        height, place = bottom + (top - bottom) * share, left + (right - left) * share
        yield _text(left - 8, height + 4, f"{share * 100:.0f} %", anchor="end")
        yield _text(place, bottom + 18, f"{round(total * share):,}", anchor="middle")
        if share:
            yield (f'<line x1="{left:.1f}" y1="{height:.1f}" x2="{right:.1f}" y2="{height:.1f}" '
                   'stroke="currentColor" opacity="0.15"/>')  # fmt: skip
    yield _text((left + right) / 2, bottom + 40, "records read", anchor="middle")
    yield _text(left, top - 6, f"of {relevant:,} relevant records found", size=11)


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, bold: bool = False
) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}"{weight} '
        f'fill="currentColor">{escape(text)}</text>'
    )
