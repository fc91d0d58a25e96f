"""Where two texts differ, word by word: between signs, so that nothing rests on colour.

Pure. The signs are two letters that no text of ours or anybody's bears (of Unicode's private use)
until the text has been cut into lines; then they become braces, with or without colour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from rapidfuzz.distance import LCSseq

from search.records import fold

OPEN, CLOSE = "\ue000", "\ue001"
BRIGHT, PLAIN = "\x1b[1;33m", "\x1b[0m"
_AWAY = str.maketrans("", "", OPEN + CLOSE)


def marked(left: str, right: str) -> tuple[str, str]:
    """Return two texts with the words between signs that the other has not, or not there.

    Case, accents and punctuation make no difference. Two texts without a common word are left as
    they are: all of them differs.
    """
    ours, theirs = (text.translate(_AWAY).split() for text in (left, right))
    a, b = _parts(ours), _parts(theirs)
    alike = [
        block for block in LCSseq.opcodes([each for each, _word in a], [each for each, _word in b])
        if block.tag == "equal"
    ]  # fmt: skip
    in_a = {place for block in alike for place in range(block.src_start, block.src_end)}
    in_b = {place for block in alike for place in range(block.dest_start, block.dest_end)}
    only_a, only_b = _others(a, in_a), _others(b, in_b)
    if len(only_a) == len(ours) and len(only_b) == len(theirs):
        return " ".join(ours), " ".join(theirs)
    return _between(ours, only_a), _between(theirs, only_b)


def _parts(words: Iterable[str]) -> list[tuple[str, int]]:
    """Return what is compared and the place of its word: of "soft-tissue" two, of "–" nothing."""
    return [
        (part, place) for place, word in enumerate(words)
        for part in (fold(word).split() or [word] * word.isalnum())
    ]  # fmt: skip


def _others(parts: Iterable[tuple[str, int]], alike: Collection[int]) -> set[int]:
    return {word for place, (_part, word) in enumerate(parts) if place not in alike}


def _between(words: list[str], others: Collection[int]) -> str:
    """Return words as a line, each run of the ``others`` between one pair of signs."""
    pieces = []
    for place, word in enumerate(words):
        before = OPEN if place in others and place - 1 not in others else ""
        after = CLOSE if place in others and place + 1 not in others else ""
        pieces.append(f"{before}{word}{after}")
    return " ".join(pieces)


def painted(lines: Iterable[str], *, colour: bool) -> Iterator[str]:
    """Give lines with braces for the signs, in colour also where one run goes over several."""
    bright, plain = (BRIGHT, PLAIN) if colour else ("", "")
    is_open = False
    for line in lines:
        start = bright if is_open else ""
        is_open = line.rfind(OPEN) > line.rfind(CLOSE) or (is_open and CLOSE not in line)
        end = plain if is_open else ""
        shown = line.replace(OPEN, f"{bright}{{").replace(CLOSE, f"}}{plain}")
        yield f"{start}{shown}{end}"
