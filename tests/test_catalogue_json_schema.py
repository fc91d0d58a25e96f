"""The JSON Schema of an entry: accepts what the reader accepts, refuses what editors can see."""

from __future__ import annotations

import datetime
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from catalogue_example import alone, edited, example
from jsonschema import Draft7Validator

from catalogue.checking.json_schema import entry_schema

ROOT = Path(__file__).parent.parent
SCHEMA = entry_schema()
VALIDATOR = Draft7Validator(SCHEMA)


def values(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=datetime.date.isoformat))


def faults(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(values(text))]


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)


def test_the_published_file_is_that_of_this_program() -> None:
    published = json.loads((ROOT / "docs" / "entry.schema.json").read_text("utf-8"))
    assert published == SCHEMA, "run: sarcat catalogue schema docs/entry.schema.json"


def test_the_worked_example_passes() -> None:
    assert faults(example()) == []


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "initiatives").glob("*.toml")),
                         ids=lambda path: path.stem)  # fmt: skip
def test_every_entry_passes(path: Path) -> None:
    assert faults(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('kind = ["clinical-registry", "biobank"]', 'kind = ["clinical-register"]'),
        ('kind = ["clinical-registry", "biobank"]', "kind = []"),
        ('scope = "national"', 'scope = "France"'),
        ('[claims.access]\nvalue = "on-request"', '[claims.acess]\nvalue = "on-request"'),
        ('[claims.access]\nvalue = "on-request"', '[claims.access]\nvalue = "ask"'),
        ('[claims.update]\nstate = "not_sought"', "[claims.update]"),
        ('[claims.linkage]\nvalue = [{ what =', "[claims.linkage]\nvalue = [{ which ="),
        ('consent = "broad"', 'consent = "any"'),
        ("last_checked =", "last_look ="),
    ],
)  # fmt: skip
def test_what_an_editor_can_see_is_refused(old: str, new: str) -> None:
    assert faults(edited(old, new, alone()))
