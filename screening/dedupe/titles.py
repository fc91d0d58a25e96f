"""Titles as they are compared: folded, without notes, the numbers in them read. Pure."""

from __future__ import annotations

import html
import re

from screening.dedupe.notices import without_place
from search.records import fold

# What stands at the end of a title as a note about it, such as "[Review] [53 refs]".
_END_NOTE = re.compile(r"\s*\[([^\[\]]*)\]\s*\.?\s*$")
# "Translated title. [Russian] Title as printed": MEDLINE by way of some hosts.
_LANGUAGE_NOTE = re.compile(
    r"\s*\[(?:afrikaans|bulgarian|chinese|croatian|czech|danish|dutch|english|finnish|french|german"
    r"|greek|hebrew|hungarian|italian|japanese|korean|norwegian|persian|polish|portuguese|romanian"
    r"|russian|serbian|slovak|spanish|swedish|turkish|ukrainian)\]\.?\s+(?=\S)",
    re.I,
)
# "[Erratum appears in Some J. 2009;9(9):2205 Note: Name[added]]": to the end, whatever is in it.
_APPEARS = re.compile(
    r"\s*\[\s*(?:\w+ )?(?:erratum|correct\w*|comment|retract\w*|corrigendum|summary)[^\[\]]{0,30}"
    r"\b(?:appears?|in|on|published)\b.*$",
    re.I | re.S,
)
_DAMAGED = re.compile(r"#(?:NAME\?|VALUE!|REF!|N/A|NUM!|DIV/0!|NULL!)")
_MARKUP = re.compile(r"</?[a-z]{1,4}( [^<>]*)?>", re.I)
_LEAST_TRANSLATION = 25  # letters: a shorter note in brackets is no title in another language
_NOTE_WORDS = re.compile(r"\b(appears?|erratum|comment|refs?|published|correct\w*|see)\b", re.I)
# Letters that a decomposition leaves as they are, and Greek ones by their names.
LETTERS = str.maketrans({
    "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "AE",
    "œ": "oe", "Œ": "OE", "ß": "ss", "®": " ", "™": " ", "©": " ",
})  # fmt: skip
_GREEK_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega",
}  # fmt: skip
_GREEK = str.maketrans({
    **_GREEK_LETTERS,
    **{letter.upper(): name for letter, name in _GREEK_LETTERS.items()},
    "µ": "mu", "ς": "sigma", "ϕ": "phi",
})  # fmt: skip
_ROMAN = {
    "ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9", "xi": "11",
    "xii": "12",
}  # fmt: skip
_ROMAN_LETTERS = {"i": "1", "v": "5", "x": "10"}
NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20",
}  # fmt: skip
_NUMBERING = frozenset([*_ROMAN, *_ROMAN_LETTERS, *NUMBER_WORDS])
_COUNTED = frozenset(
    ["part", "type", "phase", "stage", "class", "grade", "factor", "chapter", "series", "section",
     "step", "report", "study"]
)  # fmt: skip
_DIGITS = re.compile(r"\d+")


def title_of(title: str | None) -> str:
    """Return a title folded, without the notes in brackets at its end."""
    return titles_of(title, None)[0]


def titles_of(title: str | None, vernacular: str | None) -> tuple[str, tuple[str, ...]]:
    """Return a title folded, and what else it is called: in the vernacular, or in brackets."""
    kept = "" if not title or (title[0] == "#" and _DAMAGED.match(title)) else title
    if "[" in kept:
        kept = _APPEARS.sub("", kept) or kept
    others: list[str] = []
    while kept.endswith(("]", "].", "] ")) and (found := _END_NOTE.search(kept)):
        before = kept[: found.start()]
        if not before.strip(" ."):
            break  # all of it stands in brackets: a translated title, not a note
        note = found.group(1)
        if len(note) >= _LEAST_TRANSLATION and not _NOTE_WORDS.search(note):
            others.append(folded_text(note))
        kept = before
    if "[" in kept and len(parts := _LANGUAGE_NOTE.split(kept, maxsplit=1)) == 2 and parts[0]:
        kept = parts[0]
        others.append(folded_text(parts[1]))
    if vernacular:
        others.append(folded_text(vernacular))
    folded = folded_text(without_place(kept))
    return folded, tuple(dict.fromkeys(other for other in others if other and other != folded))


def folded_text(text: str) -> str:
    """Return a text folded, without markup, entities and letters of other alphabets."""
    if "<" in text:
        text = _MARKUP.sub("", text)
    if "&" in text:
        text = html.unescape(html.unescape(text)).replace("&", " and ")
    if not text.isascii():
        text = text.translate(LETTERS).translate(_GREEK)
    return fold(text)


def numbers_of(title: str) -> tuple[str, ...]:
    """Return the numbers of a folded title in order: "part ii at six months" has 2 and 6.

    A single letter is a number only behind a word that counts: "part v", not "v wave".
    """
    words = title.split()
    if not _DIGITS.search(title) and _NUMBERING.isdisjoint(words):
        return ()
    found: list[str] = []
    before = ""
    for word in words:
        if word in _ROMAN:
            found.append(_ROMAN[word])
        elif word in _ROMAN_LETTERS and before in _COUNTED:
            found.append(_ROMAN_LETTERS[word])
        elif word in NUMBER_WORDS:
            found.append(NUMBER_WORDS[word])
        elif not word.isalpha():
            found += _DIGITS.findall(word)
        before = word
    return tuple(found)


def counted_of(title: str) -> tuple[str, ...]:
    """Return which part, phase, study, … a folded title says that it is: of "part ii" 2."""
    pairs = zip(words := title.split(), words[1:], strict=False)
    numbers = {**_ROMAN, **_ROMAN_LETTERS}
    found = (numbers.get(word, word) for before, word in pairs if before in _COUNTED)
    return tuple(number for number in found if number.isdigit())
