"""What stands around a record on the full screen: progress above, keys below, at any size.

Pure: sizes in, text out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from screening.sitting import Counters

Key = tuple[str, str]  # the key, and what it does in a word; "" where there is no room for words

ALL_KEYS: tuple[Key, ...] = (
    ("i", "include"), ("e", "exclude"), ("m", "maybe"), ("l", "later"), ("u", "undo"),
    ("n", "next"), ("p", "previous"), ("t", "note"), ("g", "tag"), ("h", "highlight"),
    ("/", "find"), (":", "go to"), ("f", "filter"), ("c", "criteria"), ("k", "keywords"),
    ("v", "versions"), ("o", "addresses"), ("?", "help"), ("q", "quit"),
)  # fmt: skip
FULL_TEXT_KEYS: tuple[Key, ...] = (
    *ALL_KEYS[:4], ("s", "initiative"), ("r", "not retrieved"), *ALL_KEYS[4:]
)  # fmt: skip
WHY: Key = ("w", "why here")  # where the order is ranked
# Where there is no room for every word, these keep theirs: they are what a record needs.
_NEEDED = frozenset("iemlusr?q")
# Where there is no room for every key, those that `?` will tell of go first.
_SPARE = "ovwsrfkcgpnth:/l"
_GAP = "  "
WRITING: tuple[Key, ...] = (("Enter", "done"), ("Esc", "leave"))
BESIDE = 110  # columns from which an aside stands beside the record, not below it


def giving_reason(choices: Collection[str]) -> tuple[Key, ...]:
    """Return the keys of the reasons of an exclusion; "0" is another than those of the protocol."""
    given = _spans([key for key in choices if key != "0"])
    reasons = ((given, "the reason"),) if given else ()
    return (*reasons, ("0", "another"), ("Esc", "do not exclude"))


def picking(choices: Collection[str]) -> tuple[Key, ...]:
    """Return the keys of a choice."""
    return (_spans(choices), "one of these"), ("Esc", "leave")


def _spans(choices: Collection[str]) -> str:
    """Return the keys that choose as "1–9 a–c"."""
    digits = sorted(key for key in choices if key.isdecimal())
    letters = sorted(key for key in choices if key.isalpha())
    spans = (found if found[1:] != found[:1] else found[:1]
             for found in ([each[0], each[-1]] for each in (digits, letters) if each))  # fmt: skip
    return " ".join("–".join(span) for span in spans)


def keys_of(*, full_text: bool, ranked: bool) -> tuple[Key, ...]:
    """Return the keys of a sitting."""
    keys = FULL_TEXT_KEYS if full_text else ALL_KEYS
    return (*keys[:-2], WHY, *keys[-2:]) if ranked else keys


def key_rows(keys: Sequence[Key], width: int, rows: int) -> list[list[Key]]:
    """Return the keys in at most ``rows`` lines of ``width`` columns, with as many words as fit."""
    some = [(key, word if key in _NEEDED else "") for key, word in keys]
    none = [(key, "") for key, _word in keys]
    for wanted in (list(keys), some, none):
        folded = _fold(wanted, width)
        if len(folded) <= rows:
            return folded
    for spare in _SPARE:
        none = [each for each in none if each[0] != spare]
        if len(folded := _fold(none, width)) <= rows:
            return folded
    return _fold(none, width)[:rows]


def row_width(row: Sequence[Key]) -> int:
    """Return how many columns a line of keys takes."""
    gap = len(_GAP) if any(word for _key, word in row) else 1
    return sum(len(key) + (len(word) + 1 if word else 0) for key, word in row) + gap * (
        len(row) - 1
    )


def gap_of(row: Sequence[Key]) -> str:
    """Return what stands between the keys of a line."""
    return _GAP if any(word for _key, word in row) else " "


def _fold(keys: Sequence[Key], width: int) -> list[list[Key]]:
    rows: list[list[Key]] = [[]]
    for key in keys:
        if rows[-1] and row_width([*rows[-1], key]) > width:
            rows.append([])
        rows[-1].append(key)
    return rows


def most_key_rows(height: int) -> int:
    """Return how many lines of a screen the keys may take."""
    return 1 if height < 14 else 2 if height < 20 else 3


def is_airy(height: int) -> bool:
    """Return whether there is room for blank lines between the parts of a record."""
    return height >= 20


def aside_width(width: int) -> int:
    """Return the columns of an aside that stands beside the record."""
    return min(60, width * 2 // 5)


def aside_rows(lines: int, height: int, most: int | None = None) -> int:
    """Return the rows of an aside of so many lines that stands below the record.

    It leaves the title in sight where the screen is not too low for that.
    """
    if most is None:
        most = (height - 4) * 3 // 5 if height >= 14 else height - 4
    return max(3, min(lines + 1, most))


def choice_rows(height: int, *, beside: bool = False) -> int:
    """Return how many lines are in sight of what is to be chosen from: the record can wait.

    The rest is for progress, message and keys, two rules, and below a record for its title.
    """
    frame = 5 if has_rules(height) else 3
    return max(3, height - frame - (0 if beside else 4))


def has_rules(height: int) -> bool:
    """Return whether there is room for a line between the parts of the screen."""
    return height >= 16


def progress_line(who: str, counters: Counters, width: int) -> tuple[str, str]:
    """Return what stands left and right above the record, in ``width`` columns.

    The number decided always shows; then what is left, the bar, this day's, and who screens.
    """
    done = f"{counters.decided}/{counters.total}"
    left = f"left {counters.left}"
    today = f"today {counters.today}"
    bars = [_bar(counters, length) for length in (20, 10)] if counters.total else []
    for parts in (
        *([done, bar, today, left] for bar in bars),
        [done, today, left],
        [done, left],
    ):
        right = " · ".join(parts)
        if len(who) + 2 + len(right) <= width:
            return who, right
    brief = f"{done} · {today} · {left}"
    name = who.rpartition(" · ")[2]  # who it is, where there is no room for the stage too
    if len(name) + 2 + len(brief) <= width:
        return name, brief
    for text in (brief, f"{done} · {left}"):
        if len(text) <= width:
            return "", text
    return "", done[:width]


def _bar(counters: Counters, length: int) -> str:
    """Return progress as a bar; full only when all are decided, and begun as soon as one is."""
    share = counters.decided / counters.total
    filled = int(share * length)
    if counters.decided and not filled:
        filled = 1
    return "━" * filled + "╌" * (length - filled) + f" {int(share * 100)} %"


def rule_line(said: str, width: int) -> str:
    """Return a line from edge to edge, with words near its right end."""
    end = f" {said} ──" if said else ""
    return "─" * (width - len(end)) + end
