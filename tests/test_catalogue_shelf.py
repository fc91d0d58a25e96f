"""Many entries, few of them in memory: what lies in the file looks like what was put."""

from __future__ import annotations

import datetime
import gc
from dataclasses import fields
from functools import partial
from pathlib import Path

import pytest
from site_cases import initiative, small_review

from catalogue.entries.initiatives import Claim, Evidence, Initiative, Relation, State
from catalogue.entries.shelf import Shelf, shelved
from catalogue.site import site

DAY = datetime.date(2026, 11, 24)


def full(id: str) -> Initiative:
    """An entry in which every field of every part is filled."""
    source = Evidence(
        "e1", "pmid:1", DAY, "A title", 2020, "p. 3", "entry", "background", "A note",
        "reviewer-a", DAY, "reviewer-b", ("name", "kind"),
    )  # fmt: skip
    claim = Claim(
        "countries", State.DISPUTED, [{"code": "FR", "role": "covers"}], "2019", "Ours", ("e1",),
        ("website",), 9,
    )  # fmt: skip
    return initiative(
        id, claims=(claim, Claim("access", State.UNKNOWN)), evidence={"e1": source},
        relations=(Relation("feeds", "other", "A note", ("e1",), 3),), acronym="ABC",
        name_local={"fr": "Registre"}, aliases=("A",), former_ids=("old",), confidence="high",
        next_check=DAY, version=3, confirmed=DAY, confirmed_by="holder",
    )  # fmt: skip


@pytest.mark.parametrize("ready", [0, 1, 70, 200])
def test_an_entry_in_the_file_says_what_it_said(ready: int) -> None:
    put = [full(f"n{number:03}") for number in range(150)]
    for each, stands in zip(put, shelved(put, ready), strict=True):
        for field in fields(Initiative):
            if field.compare:
                assert getattr(stands, field.name) == getattr(each, field.name), field.name
        assert stands.claims_on("countries") == each.claims_on("countries")
        assert (stands.countries, stands.is_international) == (("FR",), False)
        assert stands.checked(stands.claims[0]) == DAY


def test_so_many_are_held_as_they_are() -> None:
    put = [initiative(f"n{number}") for number in range(3)]
    first, second, third = shelved(put, 2)
    assert (first is put[0], second is put[1], third is put[2]) == (True, True, False)


def test_what_an_entry_lacks_is_missed_in_the_file_too() -> None:
    (stands,) = shelved([initiative("one")], 0)
    with pytest.raises(AttributeError, match="no attribute 'nmae'"):
        stands.nmae  # type: ignore[attr-defined]  # noqa: B018


def test_the_file_lasts_as_long_as_what_stands_for_an_entry() -> None:
    shelf = Shelf(0)
    stands, file = shelf.put(initiative("one")), shelf._file
    del shelf
    gc.collect()
    assert file is not None
    assert stands.summary
    del stands
    gc.collect()
    assert file.closed


def test_a_site_of_entries_in_a_file_is_the_same_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    review = small_review(tmp_path / "review")
    held = site.build(review, tmp_path / "held").folder
    monkeypatch.setattr(site, "Shelf", partial(Shelf, 0))
    filed = site.build(review, tmp_path / "filed").folder
    names = sorted(path.relative_to(held) for path in held.rglob("*") if path.is_file())
    assert names == sorted(p.relative_to(filed) for p in filed.rglob("*") if p.is_file())
    assert [
        name for name in names if (held / name).read_bytes() != (filed / name).read_bytes()
    ] == []
