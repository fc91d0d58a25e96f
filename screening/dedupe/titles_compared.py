"""Two titles held against each other: how alike, whether one is part of the other, which words.

Pure.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from rapidfuzz import fuzz

from screening.dedupe.normalise import Copy
from screening.dedupe.titles import NUMBER_WORDS

LEAST_BEGINNING = 12  # letters that two titles share at least where one begins the other
# Words whose exchange makes another study, though a letter or two is all that differs.
_CONTRASTS = (
    ("hypo", "hyper"), ("pre", "post"), ("intra", "extra"), ("intra", "inter"), ("mono", "bi"),
    ("uni", "bi"), ("male", "female"), ("men", "women"), ("man", "woman"), ("vitro", "vivo"),
    ("systolic", "diastolic"), ("acute", "chronic"), ("endo", "exo"), ("macro", "micro"),
    ("micro", "nano"), ("short", "long"), ("low", "high"), ("upper", "lower"), ("left", "right"),
    ("agonist", "antagonist"), ("up", "down"), ("anti", ""), ("non", ""), ("un", ""),
    ("increas", "decreas"), ("ascend", "descend"), ("afferent", "efferent"),
    ("inspirat", "expirat"), ("abduct", "adduct"), ("mater", "pater"), ("pre", "peri"),
    ("ante", "post"), ("benign", "malignant"), ("sensitive", "resistant"), ("positive", "negative"),
)  # fmt: skip
_DENIALS = ("a", "in", "im", "ir", "dis")  # before a word: "asymptomatic", "independent"
_ONE_WORD = 0.75  # below this, two words that stand for each other are not spellings of one


def likeness(a: Copy, b: Copy) -> float:
    """Return how alike two titles are, 0 to 1, spaces aside; 0 where one has none."""
    return fuzz.ratio(a.letters, b.letters) / 100 if a.letters and b.letters else 0.0


def best_of_all(a: Copy, b: Copy) -> float:
    """Return how alike the two most alike titles of two copies are, 0 to 1."""
    return max((fuzz.ratio(x, y) / 100 for x in a.titles for y in b.titles), default=0.0)


def titles_held(a: Copy, b: Copy) -> tuple[str, str]:
    """Return the titles of two copies; those most alike where one has none in English."""
    pairs = [(x, y) for x in a.titles for y in b.titles]
    if not pairs or (a.title and b.title):
        return a.title, b.title
    return max(pairs, key=lambda pair: fuzz.ratio(*pair))


def begins(a: Copy, b: Copy) -> bool:
    """Return whether one title begins the other and the rest brings no number, part or notice."""
    short, long = sorted((a, b), key=lambda copy: len(copy.title))
    if len(short.title) < 30 or not long.title.startswith(short.title + " "):
        return False
    rest = long.title[len(short.title) :].split()
    return long.numbers == short.numbers and not _APART & set(rest)


def is_part(left: str, right: str) -> bool:
    """Return whether one title, without spaces, begins or ends the other."""
    short, long = sorted((left, right), key=len)
    return len(short) >= 8 and (long.startswith(short) or long.endswith(short))


def is_begun(a: Copy, b: Copy) -> bool:
    """Return whether one title begins the other, whatever the rest says."""
    short, long = sorted((a.letters, b.letters), key=len)
    return len(short) >= LEAST_BEGINNING and long.startswith(short)


_ENGLISH = frozenset(
    ["the", "of", "and", "in", "for", "with", "on", "by", "from", "to", "an", "is", "are", "their"]
)


@lru_cache(maxsize=4096)
def is_english(title: str) -> bool:
    """Return whether a folded title has a word that only English has."""
    return any(word in _ENGLISH for word in title.split())


# Words that a title has or lacks without becoming another.
_SMALL = frozenset(
    ["a", "an", "the", "of", "in", "and", "for", "on", "to", "with", "s", "is", "by", "at", "as",
     "from", "de", "la", "le", "der", "die", "das"]
)  # fmt: skip
_APART = frozenset(
    ["i", "part", "reply", "comment", "erratum", "protocol", "correction", "response"]
)


@lru_cache(maxsize=4096)
def same_words(left: str, right: str) -> bool:
    """Return whether each word of one title has its like in the other, whatever the spaces."""
    ours, theirs = ([NUMBER_WORDS.get(word, word) for word in title.split()]
                    for title in (left, right))  # fmt: skip
    only_left, only_right = _beyond(ours, theirs), _beyond(theirs, ours)
    if not only_left or not only_right:
        return set(only_left + only_right) <= _SMALL
    joined = "".join(only_left), "".join(only_right)
    if joined[0] == joined[1]:
        return True
    if _contrast(*joined):
        return False
    if len(only_left) != len(only_right):
        return fuzz.ratio(*joined) / 100 >= 0.85
    return all(
        fuzz.ratio(x, y) / 100 >= _ONE_WORD and not _contrast(x, y)
        for x, y in zip(only_left, only_right, strict=True)
    )


def _beyond(words: list[str], others: list[str]) -> list[str]:
    """Return the words that stand here more often than there: "older adults" is not "adults"."""
    left = Counter(others)
    left.subtract(words)
    return [word for word in dict.fromkeys(words) if left[word] < 0]


def _contrast(left: str, right: str) -> bool:
    short, long = sorted((left, right), key=len)
    if len(short) > 4 and long.endswith(short) and long[: -len(short)] in _DENIALS:
        return True
    for one, other in _CONTRASTS:
        for x, y in ((left, right), (right, left)):
            if one in x and x.replace(one, other, 1) == y:
                return True
    return False
