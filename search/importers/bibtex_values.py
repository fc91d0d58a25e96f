"""The fields of a BibTeX entry: names and values, and what LaTeX writes for the signs in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from search.reading import Reading

Macros = dict[str, str]

_NAME = re.compile(r"[\s,]*([A-Za-z][\w.:+/-]{0,80})\s*=\s*")
# Where reading goes on behind something unreadable: a field at the beginning of a line, or behind
# a comma. It is bounded, as is all that may begin anywhere in a text of many megabytes.
_RESYNC = re.compile(
    r"[\n,]\s{0,99}([A-Za-z][\w.:+/-]{0,80})\s{0,99}=\s{0,99}(?=[{\"]|\w{1,99}\s{0,99}(?:,|$))"
)
_SIGNS = re.compile(r"\\.|[{}]", re.DOTALL)
_BRACES = re.compile(r"[{}]")
_NEXT = re.compile(r"(?:,[ \t]{0,99})?\n[ \t]{0,99}[A-Za-z][\w.:-]{0,60}\s{0,99}=\s{0,99}[{\"]")
_QUOTED = re.compile(r"\\.|[{}\"]", re.DOTALL)
_BARE = re.compile(r"[^\s,#{}\"]+")
_JOIN = re.compile(r"\s*#\s*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def fields_of(
    text: str, line: int, macros: Macros, reading: Reading, *, balanced: bool = True
) -> Iterator[tuple[str, str, int]]:
    """Yield name (small letters), value as it is written, and line of each field of an entry.

    Where the entry as a whole is not ``balanced``, a line that begins a field ends the one before.
    What belongs to no field, since braces do not balance, goes to the field before it: a repair.
    """
    at, name, value, place = 0, "", "", line
    while at < len(text):
        found = _NAME.match(text, at)
        if found:
            if name:
                yield name, value, place
            place = line + text.count("\n", 0, found.start(1))
            name = found[1].lower()
            value, at = _value(text, found.end(), macros, balanced)
            continue
        stop = _RESYNC.search(text, at)
        end = stop.start() if stop else len(text)
        if stop and end == at:  # a field right here whose name is no name: never twice
            end = at + 1
        left = text[at:end]
        if left.strip(" \t\n,}"):
            where = line + text.count("\n", 0, at)
            reading.repair(
                where,
                "words between fields, whose braces do not balance, are read as text of "
                f"{name or 'no field'}: {left.strip()[:60]!r}",
            )
            value += left if name else ""
        at = end
    if name:
        yield name, value, place


def _value(text: str, at: int, macros: Macros, balanced: bool) -> tuple[str, int]:
    """Return the value that begins at a place, its parts joined, and where it ends."""
    parts: list[str] = []
    while True:
        part, at = _part(text, at, macros, balanced)
        parts.append(part)
        more = _JOIN.match(text, at)
        if not more:
            return "".join(parts), at
        at = more.end()


def _part(text: str, at: int, macros: Macros, balanced: bool) -> tuple[str, int]:
    sign = text[at : at + 1]
    if sign == "{":
        end = _closing(text, at + 1, balanced)
        return text[at + 1 : end], min(end + 1, len(text))
    if sign == '"':
        end = _quote(text, at + 1)
        return text[at + 1 : end], min(end + 1, len(text))
    found = _BARE.match(text, at)
    if not found:
        return "", at
    word = found[0]
    return macros.get(word.lower(), word), found.end()


def _closing(text: str, at: int, balanced: bool) -> int:
    """Return where the brace that was opened before ``at`` closes.

    Where none does: with backslashes taken as they are, else at the next line that begins a field.
    """
    stop = None if balanced else _NEXT.search(text, at)
    end = stop.start() if stop else len(text)
    for pattern in (_SIGNS, _BRACES):
        depth = 1
        for found in pattern.finditer(text, at, end):
            depth += {"{": 1, "}": -1}.get(found[0], 0)
            if depth == 0:
                return found.start()
    stop = stop or _NEXT.search(text, at)
    return stop.start() if stop else len(text)


def _quote(text: str, at: int) -> int:
    """Return where the quotation mark that was opened before ``at`` closes."""
    depth = 0
    for found in _QUOTED.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if found[0] == '"' and depth <= 0:
            return found.start()
    stop = text.find('"', at)
    return stop if stop >= 0 else len(text)


# --- LaTeX -------------------------------------------------------------------------------------

_ACCENTS = {
    '"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "u": "\u0306", "v": "\u030c", "H": "\u030b", "c": "\u0327", "d": "\u0323",
    "b": "\u0331", "r": "\u030a", "k": "\u0328",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł",
    "aa": "å", "AA": "Å", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ",
    "dj": "đ", "DJ": "Đ", "ng": "ŋ", "NG": "Ŋ", "copyright": "©", "pounds": "£", "euro": "€",
    "texteuro": "€", "S": "§", "P": "¶", "ldots": "…", "dots": "…", "textellipsis": "…",
    "textendash": "–", "textemdash": "—", "textquoteleft": "‘", "textquoteright": "’",
    "textquotedblleft": "“", "textquotedblright": "”", "textbackslash": "\\", "backslash": "\\",
    "textbraceleft": "{", "textbraceright": "}", "lbrace": "{", "rbrace": "}",
    "textasciitilde": "~", "textasciicircum": "^", "textdollar": "$", "textbar": "|",
    "textless": "<", "textgreater": ">", "textquotedbl": '"', "textdegree": "°", "degree": "°",
    "textregistered": "®", "texttrademark": "™", "textmu": "µ", "times": "×", "pm": "±",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "approx": "≈", "infty": "∞",
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "rightarrow": "→", "to": "→",
    "leftarrow": "←", "sim": "∼", "cdot": "·", "circ": "°", "space": " ", "quad": " ",
}  # fmt: skip
# Commands that say how their text looks: the text is kept.
_LOOKS = frozenset({
    "textit", "textbf", "textsc", "textrm", "textsf", "texttt", "textsl", "textup", "textmd",
    "textsuperscript", "textsubscript", "emph", "mathrm", "mathit", "mathbf", "mathsf", "mathcal",
    "mathbb", "text", "mbox", "hbox", "underline", "enquote", "it", "bf", "em", "sc", "rm", "sl",
    "tt", "sf", "upshape", "itshape", "bfseries", "scshape", "normalfont", "protect", "relax",
    "url", "path", "href", "ensuremath", "nocopyright", "bibstring", "mkbibquote", "mkbibemph",
})  # fmt: skip
_LATEX = re.compile(
    r"\\(?P<accent>[\"'`^~=.])\s*(?:\{\s*(?:\\(?P<dotless1>[ij])|(?P<l1>[^\W\d_]))\s*\}"
    r"|\\(?P<dotless2>[ij])(?![A-Za-z])(?:\{\})?\s?|(?P<l2>[^\W\d_]))"
    r"|\\(?P<letter>[uvHcdbrk])(?:\s*\{\s*(?:\\(?P<dotless3>[ij])|(?P<l3>[^\W\d_]))\s*\}"
    r"|\s+(?P<l4>[^\W\d_]))"
    r"|\\(?P<command>[A-Za-z]{1,30})\*?(?P<gap>\{\}|\s*)"
    r"|\\(?P<escaped>[&%$#_{}~^\\ ,;:!@/\-\"'`])"
    r"|(?P<brace>[{}])|(?P<tie>~)|(?P<math>\$)|(?P<script>[_^])(?=\{)"
)


def plain(value: str) -> str:
    """Return a value as text: signs for commands, without braces; unknown commands stay."""
    if not re.search(r"[\\{}~$]", value):
        return value
    return unicodedata.normalize("NFC", _LATEX.sub(_sign, value))


def _sign(found: re.Match[str]) -> str:
    kind = found.lastgroup
    mark = found["accent"] or found["letter"]
    if mark:
        letters = ("l1", "l2", "l3", "l4", "dotless1", "dotless2", "dotless3")
        letter = next(filter(None, map(found.group, letters)))
        return unicodedata.normalize("NFC", letter + _ACCENTS[mark])
    if command := found["command"]:
        if command in _LETTERS:
            return _LETTERS[command]
        return "" if command in _LOOKS else found[0]
    if escaped := found["escaped"]:
        return {"\\": " ", ",": " ", ";": " ", ":": " ", "!": "", "/": "", "-": ""}.get(
            escaped, escaped
        )
    return " " if kind == "tie" else ""
