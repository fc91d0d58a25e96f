"""Records to deduplicate: one paper and its variants, and any records."""

from typing import Any

from flow_cases import stored
from hypothesis import strategies as st

from screening.dedupe.sets import DuplicateSets
from search.records import Record, StoredRecord

PAPER: dict[str, Any] = {
    "title": "A national registry of soft tissue sarcoma",
    "authors": ("Berg, Anna", "Dahl, Per"),
    "year": 2019,
    "journal": "Annals of Oncology",
    "volume": "30",
    "issue": "4",
    "pages": "512-520",
}


def paper(key: str, **fields: object) -> StoredRecord:
    return stored(key, **{**PAPER, **fields})


def members(found: DuplicateSets) -> list[tuple[str, ...]]:
    return [each.members for each in found.sets]


RECORDS = st.lists(
    st.builds(
        Record,
        title=st.sampled_from([
            PAPER["title"], f"{PAPER['title']}: first results", "Erratum: " + PAPER["title"],
            "Another registry of bone sarcoma", "Editorial", None,
        ]),
        authors=st.sampled_from([("Berg, Anna",), ("Dahl, Per",), ()]),
        year=st.sampled_from([2019, 2020, 2022, None]),
        journal=st.sampled_from(["Annals of Oncology", "Ann Oncol", "Sarcoma", None]),
        volume=st.sampled_from(["30", "31", None]),
        issue=st.sampled_from(["30", "4", None]),
        vernacular_title=st.sampled_from(["Ein Register der Sarkome", None, None]),
        pages=st.sampled_from(["512-520", "512-20", "7", None]),
        pmid=st.sampled_from(["1", "2", None, None]),
        doi=st.sampled_from(["10.1000/a", "10.1000/b", None, None]),
        pmcid=st.sampled_from(["PMC1", None, None]),
        publication_types=st.sampled_from([(), ("Comment",)]),
    ),
    max_size=12,
).map(lambda records: [StoredRecord(f"{n}@s", record) for n, record in enumerate(records)])  # fmt: skip
PAIRS = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).map(lambda p: (f"{p[0]}@s", f"{p[1]}@s")),
    max_size=3,
)
