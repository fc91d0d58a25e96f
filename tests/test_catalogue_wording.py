"""Claims in plain words."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from catalogue_example import initiative
from hypothesis import given
from hypothesis import strategies as st

from catalogue.entries.initiatives import Claim, State
from catalogue.entries.vocabulary import COUNTRIES, FIELDS
from catalogue.entries.wording import (
    as_of_text,
    claim_text,
    count_text,
    date_text,
    period_text,
    state_text,
    value_text,
)

DAY = datetime.date(2026, 11, 20)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("status", "merged", "Merged into another"),
        ("website", "https://a.example.org", "https://a.example.org"),
        ("started", "2004-09", "Sep 2004"),
        ("countries", [{"code": "NO", "role": "contributes"}], "Norway"),
        (
            "countries",
            [{"code": "FR", "role": "coordinates"}, {"code": "KR", "from": "2010", "to": "2014"}],
            "France (coordinates), South Korea (2010–2014)",
        ),
        ("tumours", ["gist", "ewing"], "Gastrointestinal stromal tumour (GIST), Ewing sarcoma"),
        ("ages", {"min": 0, "max": 18}, "0 to 18 years"),
        ("ages", {"max": 24}, "Up to 24 years"),
        ("ages", {"min": 15, "groups": ["young"]},
         "Adolescents and young adults (15 years and over)"),
        ("cases", {"n": 1, "unit": "patients"}, "1 patient"),
        ("cases", {"n": 300, "n_max": 400, "unit": "tumours", "per": "year"},
         "300 to 400 tumours a year"),
        (
            "cases",
            {"n": 12000, "unit": "patients", "qualifier": "at-least", "period": "1993/2009",
             "what": "after validation"},
            "at least 12,000 patients (1993–2009): after validation",
        ),
        ("cases", {"n": 600, "unit": "patients", "qualifier": "planned"}, "planned: 600 patients"),
        ("centres", {"n": 9, "unit": "institutions", "part": True},
         "9 institutions, of a part"),
        ("data_domains", {"surgery": "yes", "genomic": "part", "imaging": "no"},
         "Yes: Surgery; In part: Genomic (genome or exome); No: Imaging"),
        ("coding", ["icd-o-3-2", "tnm"], "ICD-O-3.2, TNM / AJCC"),
        ("instruments", ["PROMIS-PF", "EQ-5D"], "PROMIS-PF; EQ-5D"),
        ("dictionary", {"variables": 1240, "public": False}, "1,240 variables, not public"),
        ("linkage", [{"what": "Death register", "state": "done"}], "Death register (done)"),
        ("lead", [{"name": "A", "country": "CH", "role": "office"}], "A (Switzerland, office)"),
        ("funding", [{"name": "B", "kind": "charity", "from": "2004"}], "B (charity, since 2004)"),
        ("legal", {"consent": "broad", "basis": "Cancer Act"}, "Broad consent; Cancer Act"),
        ("access_route", {"steps": ["Ask."], "fee": "none"}, "Ask. fee: none"),
        ("contact", {"address": "office@example.org"}, "office@example.org"),
        ("outputs", ["pmid:12", "doi:10.1000/a"], "PMID 12, doi:10.1000/a"),
        ("identifiers", [{"scheme": "nct", "value": "NCT1"}], "ClinicalTrials.gov NCT1"),
        ("status", None, ""),
    ],
)  # fmt: skip
def test_values(field: str, value: Any, words: str) -> None:
    assert value_text(Claim(field, value=value)) == words


@pytest.mark.parametrize(
    ("state", "checked", "looked", "words"),
    [
        (State.KNOWN, DAY, (), ""),
        (State.UNKNOWN, DAY, (), "Not found (looked on 20 Nov 2026)"),
        (State.UNKNOWN, DAY, ("website", "papers"),
         "Not found (looked in website and papers on 20 Nov 2026)"),
        (State.UNKNOWN, None, (), "Not found"),
        (State.NOT_SOUGHT, DAY, (), "Not yet checked"),
        (State.NOT_APPLICABLE, DAY, (), "Does not apply"),
        (State.WITHHELD, DAY, (), "Not public"),
        (State.NONE, DAY, (), "None"),
        (State.DISPUTED, DAY, (), "Sources disagree"),
    ],
)  # fmt: skip
def test_states(
    state: State, checked: datetime.date | None, looked: tuple[str, ...], words: str
) -> None:
    assert state_text(Claim("cases", state=state, looked=looked), checked) == words


def test_not_sought_and_unknown_never_read_alike() -> None:
    unknown, not_sought = (Claim("access", state=s) for s in (State.UNKNOWN, State.NOT_SOUGHT))
    assert claim_text(unknown, DAY) != claim_text(not_sought, DAY)


def test_every_claim_of_the_example_has_words() -> None:
    example = initiative()
    assert {FIELDS[claim.field].shape for claim in example.claims} >= {
        "count", "domains", "places", "route", "works",
    }  # fmt: skip
    for claim in example.claims:
        text = claim_text(claim, example.checked(claim))
        assert text
        assert "None" not in text or claim.state is State.NONE


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ("2014", "2014"),
        ("2004/2018", "2004–2018"),
        ("2004-03/2009-12", "Mar 2004 to Dec 2009"),
        ("2022-11-21/2024-08-01", "21 Nov 2022 to 1 Aug 2024"),
        ("2004/..", "since 2004"),
    ],
)
def test_periods(period: str, words: str) -> None:
    assert period_text(period) == words


@given(st.dates(datetime.date(1800, 1, 1), datetime.date(2200, 1, 1)))
def test_a_date_in_words_names_its_parts(day: datetime.date) -> None:
    assert date_text(day.isoformat()).split()[::2] == [str(day.day), str(day.year)]
    assert date_text(day.isoformat()[:7]) == " ".join(date_text(day.isoformat()).split()[1:])
    assert as_of_text(Claim("cases", as_of=str(day.year))) == f"as of {day.year}"


@given(st.integers(0, 10**10), st.sampled_from(["patients", "families", "hospitals"]))
def test_a_count_in_words_gives_its_number_back(n: int, unit: str) -> None:
    words = count_text({"n": n, "unit": unit})
    assert int(words.split()[0].replace(",", "")) == n
    assert words.endswith(unit) == (n != 1)


@given(st.lists(st.sampled_from(sorted(COUNTRIES)), unique=True, min_size=1))
def test_countries_are_named(codes: list[str]) -> None:
    text = value_text(Claim("countries", value=[{"code": code} for code in codes]))
    assert all(COUNTRIES[code].name in text for code in codes)
