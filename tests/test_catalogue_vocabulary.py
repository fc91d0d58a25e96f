"""The vocabulary is curated data: each entry is checked for form, place and duplicates."""

from __future__ import annotations

import re

import pytest
from catalogue_example import DOCS

from catalogue.entries import vocabulary
from catalogue.entries.initiatives import State
from catalogue.entries.shapes import SHAPES
from catalogue.entries.vocabulary import COUNTRIES, FIELDS, GROUPS, RELATIONS, TERMS, TUMOURS

PARTS = [(shape, name, part) for shape, each in SHAPES.items() for name, part in each.parts.items()]


@pytest.mark.parametrize("field", FIELDS.values(), ids=list(FIELDS))
def test_each_field_stands_in_a_group_and_names_what_exists(field: vocabulary.Field) -> None:
    assert field.group in GROUPS
    assert field.shape in SHAPES
    needs_terms = any(p.type == "term" and not p.terms for p in SHAPES[field.shape].parts.values())
    assert (field.terms in TERMS) == (needs_terms or field.shape == "domains")
    assert field.label
    assert field.help.endswith((".", "?"))


def test_what_must_be_said_to_publish_an_entry() -> None:
    assert {name for name, field in FIELDS.items() if field.required} == {
        "status", "countries", "tumours", "started", "cases", "access", "website", "data_domains",
    }  # fmt: skip


@pytest.mark.parametrize(("shape", "name", "part"), PARTS)
def test_each_part_of_a_value_names_terms_that_exist(shape: str, name: str, part: object) -> None:
    terms = getattr(part, "terms", "")
    assert not terms or terms in TERMS


@pytest.mark.parametrize("terms", TERMS.values(), ids=list(TERMS))
def test_codes_are_plain_and_no_other_spelling_means_two_things(
    terms: dict[str, vocabulary.Term],
) -> None:
    spellings: list[str] = []
    for code, term in terms.items():
        assert re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", code)
        assert term.label or code == "exact"
        spellings += [code, *(also.casefold() for also in term.also if also.casefold() != code)]
    assert len(spellings) == len(set(spellings))


def test_tumours_have_codes_of_the_right_form_and_each_number_once() -> None:
    numbers = [each.orpha for each in TUMOURS.values() if each.orpha]
    assert len(numbers) == len(set(numbers))
    assert all(re.fullmatch(r"\d{1,6}", number) for number in numbers)
    for each in TUMOURS.values():
        assert all(re.fullmatch(r"[89]\d{3}/[0-3]", code) for code in each.icd_o)


def test_broader_tumours_lead_to_a_root() -> None:
    for code, each in TUMOURS.items():
        assert each.broader is None or each.broader in TUMOURS
        assert len(list(vocabulary.broader_tumours(code))) < 6
    assert list(vocabulary.broader_tumours("myxoid-liposarcoma")) == [
        "liposarcoma", "soft-tissue-sarcoma", "sarcoma",
    ]  # fmt: skip


def test_countries_are_those_of_the_standard() -> None:
    assert len(COUNTRIES) == 249
    assert len({each.alpha_3 for each in COUNTRIES.values()}) == 249
    assert len({each.numeric for each in COUNTRIES.values()}) == 249
    assert len({each.name for each in COUNTRIES.values()}) == 249
    for code, each in COUNTRIES.items():
        assert re.fullmatch(r"[A-Z]{2} [A-Z]{3} \d{3}", f"{code} {each.alpha_3} {each.numeric}")
    known = {"NO": ("NOR", "578"), "GB": ("GBR", "826"), "CH": ("CHE", "756"), "KR": ("KOR", "410")}
    for code, (alpha_3, numeric) in known.items():
        assert (COUNTRIES[code].alpha_3, COUNTRIES[code].numeric) == (alpha_3, numeric)
    assert not {"UK", "XK", "EU"} & COUNTRIES.keys()
    assert vocabulary.COUNTRY_SLIPS["UK"] == "GB"
    assert vocabulary.COUNTRY_SLIPS["USA"] == "US"


def test_each_country_lies_in_one_continent() -> None:
    held = [code for each in vocabulary.CONTINENTS.values() for code in each.countries]
    assert sorted(held) == sorted(COUNTRIES.keys() - {"AQ"})
    known = {"CH": "europe", "SG": "asia", "MX": "latin-america", "CA": "northern-america"}
    assert {code: vocabulary.CONTINENT_OF[code] for code in known} == known


def test_each_state_has_words() -> None:
    assert list(vocabulary.STATES) == [state.value for state in State]


@pytest.mark.parametrize(
    ("word", "terms", "code"),
    [
        ("Pediatric", "age_groups", "children"),
        ("on request", "access", "on-request"),
        ("EHE", "tumours", "epithelioid-haemangioendothelioma"),
        ("Desmoid tumour", "tumours", "desmoid"),
        ("liposarkoma", "tumours", "liposarcoma"),
        ("clinical_registry", "kinds", "clinical-registry"),
        ("nothing like it", "status", None),
    ],
)
def test_a_wrong_word_finds_what_is_meant(word: str, terms: str, code: str | None) -> None:
    assert vocabulary.meant(word, TERMS[terms]) == code


def documented_rows() -> set[str]:
    return set(DOCS.read_text("utf-8").splitlines())


@pytest.mark.parametrize("field", FIELDS.values(), ids=list(FIELDS))
def test_each_field_is_documented(field: vocabulary.Field) -> None:
    need = "" if field.need == "optional" else field.need
    need = ", ".join(part for part in (need, "several" if field.several else "") if part)
    row = f"| `{field.name}` | {field.shape} | {field.terms} | {need} | {field.help} |"
    assert row in documented_rows(), f"put this row into docs/entry-format.md:\n{row}"


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=list(RELATIONS))
def test_each_relation_is_documented(relation: vocabulary.Relation) -> None:
    row = f"| `{relation.code}` | {relation.label} | {relation.inverse} |"
    assert row in documented_rows(), f"put this row into docs/entry-format.md:\n{row}"


@pytest.mark.parametrize("name", [name for name in TERMS if name != "relations"])
def test_each_list_of_terms_is_documented(name: str) -> None:
    row = f"| {name} | " + ", ".join(f"`{code}`" for code in TERMS[name]) + " |"
    assert row in documented_rows(), f"put this row into docs/entry-format.md:\n{row}"


@pytest.mark.parametrize("shape", SHAPES)
def test_each_shape_is_documented(shape: str) -> None:
    text = DOCS.read_text("utf-8")
    table = text[text.index("## Shapes") : text.index("## Evidence")]
    row = next((line for line in table.splitlines() if re.match(rf"\| (.*, )?{shape}\b", line)), "")
    assert row, f"docs/entry-format.md does not describe the shape {shape}"
    assert all(name in row for name in SHAPES[shape].parts if name)
