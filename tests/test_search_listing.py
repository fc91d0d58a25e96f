"""Everything that a query finds is named, however much it is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.eutils import Found
from search.listing import NEWEST, all_ids
from search.no_answer import NoAnswer


class PubMed:
    """A search as PubMed does it: newest first, only the first ``most`` of them."""

    def __init__(self, pmids: set[int], most: int, *, page: int | None = None) -> None:
        self.pmids = sorted(pmids, reverse=True)
        self.most, self.page, self.asked, self.named = most, page or most, 0, 0
        self.newest = self.pmids[:1]

    def __call__(self, query: str, start: int = 0, *, ids: int = 9_999) -> Found:
        self.asked += 1
        pmids = self.pmids
        if query == NEWEST:
            pmids = self.newest
        elif found := re.search(r"(\d+):(\d+)\[UID\]", query):
            pmids = [each for each in pmids if int(found[1]) <= each <= int(found[2])]
        assert start < self.most
        given = pmids[start : min(start + min(ids, self.page), self.most)]
        self.named += len(given)
        return Found(len(pmids), tuple(map(str, given)))


def listed(service: PubMed, most: int) -> list[str]:
    return all_ids(service, "q", service("q", 0), most=most)


@given(st.sets(st.integers(1, 99_999_999), max_size=200), st.integers(1, 50), st.data())
def test_all_are_named(pmids: set[int], most: int, data: st.DataObject) -> None:
    page = data.draw(st.integers(1, most))
    found = listed(PubMed(pmids, most, page=page), most)
    assert sorted(map(int, found)) == sorted(pmids)
    assert len(found) == len(set(found))


def test_the_order_is_newest_first() -> None:
    assert listed(PubMed({3, 1, 2, 500, 40}, 2), 2) == ["500", "40", "3", "2", "1"]


def test_few_requests_do() -> None:
    service = PubMed(set(range(30_000_001, 30_000_001 + 40_000)), 9_999)
    assert len(listed(service, 9_999)) == 40_000
    assert service.asked < 40
    assert service.named < 80_000  # what cannot be given whole is hardly asked for


def test_without_a_newest_record_the_whole_range_is_asked() -> None:
    service = PubMed({1, 2, 3, 99_999_999}, 2)
    service.newest = []
    assert len(listed(service, 2)) == 4


def test_records_beyond_the_newest_are_asked_for_too() -> None:
    service = PubMed({1, 2, 3, 90_000_000}, 2)
    service.newest = [3]
    assert len(listed(service, 2)) == 4


def test_fewer_named_than_counted_is_seen() -> None:
    def short(_query: str, _start: int = 0, *, ids: int = 0) -> Found:
        return Found(5, ("1", "2"))

    assert all_ids(short, "q", Found(5, ("1", "2"))) == ["1", "2"]


def test_a_server_without_ranges_is_found_out() -> None:
    def heedless(_query: str, _start: int = 0, *, ids: int = 0) -> Found:
        return Found(20_000, ("7",))

    with pytest.raises(NoAnswer, match="does not heed ranges"):
        all_ids(heedless, "q", heedless("q", 0))
