"""The profile of readiness: each answer rests on claims, and nothing is made of what is not known."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from catalogue_example import alone
from catalogue_example import initiative as parsed
from site_cases import initiative

from catalogue.entries.initiatives import Claim, Initiative, State
from catalogue.entries.readiness import QUESTIONS, Answer, profile
from catalogue.entries.ties import Tie
from catalogue.exporting.exports import to_document

DAY = datetime.date(2026, 11, 24)


def answer(name: str, each: Initiative, ties: list[Tie] | None = None) -> Answer:
    return next(found for found in profile(each, DAY, ties or []) if found.question == name)


def claim(field: str, value: Any, state: State = State.KNOWN) -> Claim:
    return Claim(field, state, value=value, evidence=("e1",) if value else ())


@pytest.mark.parametrize(
    ("domains", "text"),
    [
        ({"outcome": "yes", "genomic": "part"}, "Clinical data together with genomic (genome"),
        ({"surgery": "part", "molecular": "yes", "genomic": "yes"}, "Clinical data together with"),
        ({"outcome": "yes"}, "Clinical data; nothing known of genetic data"),
        ({"outcome": "yes", "genomic": "no", "molecular": "no"}, "Clinical data; no genetic data"),
        ({"molecular": "yes"}, "; nothing known of clinical data"),
        ({"biospecimens": "yes"}, ""),
    ],
)
def test_integration(domains: dict[str, str], text: str) -> None:
    found = answer("integration", initiative(claims=(claim("data_domains", domains),)))
    assert text.lower() in found.text.lower()
    assert (found.state == "known") is bool(text)
    assert found.evidence == (("e1",) if text else ())


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"started": "2004", "status": "active"}, "Running for 22 years"),
        ({"started": "2025-03", "status": "recruiting"}, "Running for 1 year"),
        ({"started": "2026", "status": "active"}, "Begun in 2026"),
        ({"started": "2004"}, "Begun in 2004"),  # nobody knows whether it still runs
        ({"started": "2004", "ended": "2009"}, "Ran for 5 years"),
        ({"started": "2004", "status": "ended"}, "Begun in 2004"),
        ({"funding": [{"name": "A"}, {"name": "B"}]}, "Paid by A, B"),
        ({}, ""),
    ],
)
def test_sustainability_counts_only_years_that_are_known(values: dict[str, Any], text: str) -> None:
    claims = tuple(claim(field, value) for field, value in values.items())
    assert answer("sustainability", initiative(claims=claims)).text == text


def test_collaboration_counts_countries_and_ties_of_both_sides() -> None:
    places = claim("countries", [{"code": "FR"}, {"code": "DE"}])
    ties = [Tie("feeds", "a", None, ("e2",)), Tie("part of", "b", None, ()),
            Tie("shares patients with", "b", None, ())]  # fmt: skip
    found = answer("collaboration", initiative(claims=(places,)), ties)
    assert found.text == "2 countries; tied to 2 other initiatives"
    assert found.evidence == ("e1", "e2")


def test_one_country_without_ties_is_an_answer() -> None:
    place = claim("countries", [{"code": "FR"}])
    said = answer("collaboration", initiative(claims=(place,)))
    assert (said.text, said.state) == ("1 country and no tie to another initiative", "known")
    wide = answer("collaboration", initiative(claims=(place,), scope="multinational"))
    assert wide.text == "1 country named"
    tied = answer("collaboration", initiative(claims=(place,)), [Tie("feeds", "a", None, ("e2",))])
    assert tied.text == "Tied to 1 other initiative"


def test_not_found_and_not_looked_for_are_told_apart() -> None:
    unknown = Claim("update", State.UNKNOWN, looked=("website",))
    open_ = Claim("update", State.NOT_SOUGHT)
    assert answer("update", initiative(claims=(unknown,))).state == "unknown"
    assert answer("update", initiative(claims=(open_,))).state == "open"
    assert answer("update", initiative(claims=())).state == "open"


def test_the_export_has_every_question_with_the_sources_of_its_answer() -> None:
    (one,) = to_document([parsed(alone())])["initiatives"]
    assert [each["question"] for each in one["readiness"]] == list(QUESTIONS)
    for each in one["readiness"]:
        assert bool(each["text"]) == (each["state"] == "known")
        assert set(each["evidence"]) <= set(one["evidence"])
        assert bool(each["evidence"]) == bool(each["fields"]) or not each["text"]
