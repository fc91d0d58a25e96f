"""What an initiative would bring to an analysis with others, question by question.

The questions are those of the review that this one follows (PMID 40207464): integration, standards,
linkage, access, rhythm, sustainability, collaboration. Each answer is the claims it rests on, said
in one line; there is no score, and what nobody looked for stays open.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from catalogue.entries import vocabulary
from catalogue.entries.completeness import has_value
from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.entries.ties import Tie
from catalogue.entries.wording import value_text

_CLINICAL = ("tumour-stage", "surgery", "radiotherapy", "systemic-therapy", "outcome")
_GENOMIC = ("molecular", "genomic")
_HELD = ("yes", "part")


@dataclass(frozen=True, slots=True)
class Answer:
    """One question of the profile and what the entry says to it.

    ``state`` is "known"; or "unknown" (looked for, not found); or "open" (nobody looked).
    ``claims`` are those it rests on, ``evidence`` the ids of their sources, each once.
    """

    question: str
    label: str
    state: str
    text: str
    claims: tuple[Claim, ...]
    evidence: tuple[str, ...]


def profile(
    initiative: Initiative, day: datetime.date | None, ties: Sequence[Tie] = ()
) -> list[Answer]:
    """Return the answers in the order of the questions; years are counted up to ``day``.

    ``ties`` are the initiative's relations as seen from its side (see `ties.ties_of`).
    """
    return [_answer(name, initiative, day, ties) for name in QUESTIONS]


def _answer(
    name: str, each: Initiative, day: datetime.date | None, ties: Sequence[Tie]
) -> Answer:  # fmt: skip
    label, fields, words = QUESTIONS[name]
    claims = tuple(claim for field in fields for claim in each.claims_on(field))
    held = tuple(claim for claim in claims if has_value(claim))
    text = "; ".join(words(each, held, day, ties))
    text = text[:1].upper() + text[1:]
    sought = any(claim.state is State.UNKNOWN for claim in claims)
    state = "known" if text else ("unknown" if sought else "open")
    cited = [id for claim in held for id in claim.evidence]
    if name == "collaboration":
        cited += [id for tie in ties for id in tie.evidence]
    return Answer(name, label, state, text, held, tuple(dict.fromkeys(cited)) if text else ())


Words = Callable[[Initiative, Sequence[Claim], datetime.date | None, Sequence[Tie]], Iterator[str]]


def _integration(
    _each: Initiative, held: Sequence[Claim], _day: object, _ties: object
) -> Iterator[str]:  # fmt: skip
    domains = {code: state for claim in held for code, state in (claim.value or {}).items()}
    clinical = [code for code in _CLINICAL if domains.get(code) in _HELD]
    genes = [vocabulary.label("domains", code) for code in _GENOMIC if domains.get(code) in _HELD]
    if clinical and genes:
        yield f"Clinical data together with {' and '.join(genes).lower()}"
    elif clinical:
        says_no = any(domains.get(code) == "no" for code in _GENOMIC)
        yield f"Clinical data; {'no genetic data' if says_no else 'nothing known of genetic data'}"
    elif genes:
        yield f"{' and '.join(genes)}; nothing known of clinical data"


def _values(
    _each: Initiative, held: Sequence[Claim], _day: object, _ties: object
) -> Iterator[str]:  # fmt: skip
    for claim in held:
        yield "None" if claim.state is State.NONE else value_text(claim)


def _sustainability(
    each: Initiative, held: Sequence[Claim], day: datetime.date | None, _ties: object
) -> Iterator[str]:
    started, ended = str(each.value("started") or "")[:4], str(each.value("ended") or "")[:4]
    runs = each.value("status") in vocabulary.RUNNING and not ended
    last = int(ended) if ended else (day.year if runs and day else None)
    if started and last is not None and last > int(started):
        years = last - int(started)
        yield f"{'Running' if runs else 'Ran'} for {years} year{'' if years == 1 else 's'}"
    elif started:
        yield f"Begun in {started}"
    paid = [claim for claim in held if claim.field == "funding"]
    names = [one["name"] for claim in paid for one in claim.value or ()]
    if names:
        yield f"paid by {', '.join(dict.fromkeys(names))}"


def _collaboration(
    each: Initiative, _held: object, _day: object, ties: Sequence[Tie]
) -> Iterator[str]:  # fmt: skip
    number = len(each.countries)
    if number > 1:
        yield f"{number} countries{' named' if each.scope == 'multinational' else ''}"
    others = {tie.other for tie in ties}
    if number == 1 and not others:
        alone = "named" if each.scope == "multinational" else "and no tie to another initiative"
        yield f"1 country {alone}"
    if others:
        yield f"tied to {len(others)} other initiative{'' if len(others) == 1 else 's'}"


#: The questions: what a reader sees, the fields each rests on, how its answer is said.
QUESTIONS: dict[str, tuple[str, tuple[str, ...], Words]] = {
    "integration": ("Clinical and genomic data", ("data_domains",), _integration),
    "standards": ("Standards and models", ("coding", "models"), _values),
    "linkage": ("Linkage", ("linkage",), _values),
    "access": ("Access", ("access", "access_route"), _values),
    "update": ("Update rhythm", ("update",), _values),
    "sustainability": ("Years and funding", ("started", "ended", "status", "funding"),
                       _sustainability),
    "collaboration": ("Collaboration", ("countries",), _collaboration),
}  # fmt: skip
