"""An update of duplicate sets is what a full run over all records gives, however they came."""

import random
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
from flow_cases import review_folder, take_in
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from screening.dedupe.blocks import MAX_BLOCK
from screening.dedupe.duplicates import in_order, settle
from screening.dedupe.matching import match
from screening.dedupe.normalise import copy_of
from screening.dedupe.sets import DuplicateSets
from screening.dedupe.updating import update
from screening.judgements import Judgements
from screening.kept_memory import TABLES, KeptMemory
from screening.kept_sets import count_sets, read_sets, sums, write_sets, write_update
from screening.memory_rows import Damaged
from screening.store import MIGRATIONS, _brought_up_to_date, count_duplicates, duplicates_of
from search.records import Record, StoredRecord
from search.review import Review

Pairs = Collection[tuple[str, str]]


class Kept:
    """Duplicate sets in a database of their own, brought up to date in steps."""

    def __init__(self) -> None:
        self.database = Database(memory=True)
        for migration in MIGRATIONS._migrations:
            migration.fn(self.database)
        self.memory = KeptMemory(self.database)
        with self.database.conn:
            empty = match([], indexed=True)
            self.memory.fill(empty)
            write_sets(self.database, "", settle(empty))
            self.memory.seal({}, sums(self.database))
        self.judged: set[tuple[str, str]] = set()

    def change(
        self, records: Mapping[str, Record | None], same: Pairs = (), different: Pairs = ()
    ) -> None:
        changed = {
            key: copy_of(StoredRecord(key, record)) if record else None
            for key, record in records.items()
        }
        said = {(a, b) for a, b in (*same, *different)}
        told = {key for pair in said | self.judged for key in pair}
        self.judged = said
        with self.database.conn:
            memory = KeptMemory(self.database)
            assert memory.foundation(sums(self.database)) is not None
            found = update(memory, changed, told, same, different)
            write_update(self.database, "", found)
            memory.seal({}, sums(self.database))

    @property
    def found(self) -> DuplicateSets:
        return read_sets(self.database)


def full(records: Mapping[str, Record], same: Pairs = (), different: Pairs = ()) -> DuplicateSets:
    """Return what a run over all records finds, as it would be kept and read."""
    kept = Kept()
    copies = in_order(copy_of(StoredRecord(*each)) for each in records.items())
    write_sets(kept.database, "", found := settle(match(copies), same, different))
    assert [each.members for each in kept.found.sets] == [each.members for each in found.sets]
    assert replace(kept.found, sets=()) == replace(found, sets=())
    kept_found = kept.found
    kept.database.close()
    return kept_found


# --- hard families -------------------------------------------------------------------------------

TITLE = "A national registry of soft tissue sarcoma"
RECORDS = st.builds(
    Record,
    title=st.sampled_from([
        TITLE, TITLE, f"{TITLE}: first results", f"Erratum: {TITLE}", f"{TITLE}s",
        "A national registry of soft tissue sarcoma in women", "Another registry of bone sarcoma",
        "Annual report of the sarcoma registry", "Editorial", None,
    ]),
    authors=st.sampled_from([("Berg, Anna",), ("Berg, Anna", "Dahl, Per"), ("Dahl, Per",), ()]),
    year=st.sampled_from([2019, 2019, 2020, 2023, None]),
    journal=st.sampled_from(["Annals of Oncology", "Ann Oncol", "Sarcoma", None]),
    volume=st.sampled_from(["30", "30", "31", None]),
    issue=st.sampled_from(["4", "Suppl 1", None]),
    pages=st.sampled_from(["512-520", "512-20", "7", "S30", None]),
    vernacular_title=st.sampled_from(["Ein Register der Sarkome", None, None, None]),
    pmid=st.sampled_from(["1", "2", None, None, None]),
    doi=st.sampled_from(["10.1000/a", "10.1000/b", "10.1000/s1", None, None]),
    pmcid=st.sampled_from(["PMC1", None, None, None]),
    publication_types=st.sampled_from([(), (), ("Comment",)]),
    keywords=st.sampled_from([(), ("registry",)]),
)  # fmt: skip
KEYS = [f"{number:02d}@s" for number in range(14)]
STEPS = st.lists(
    st.dictionaries(st.sampled_from(KEYS), st.none() | RECORDS | RECORDS, max_size=9),
    min_size=1, max_size=4,
)  # fmt: skip
PAIRS = st.sets(st.tuples(*[st.sampled_from(KEYS)] * 2).filter(lambda pair: pair[0] < pair[1]),
                max_size=3)  # fmt: skip


@pytest.fixture(params=[(MAX_BLOCK, 10), (3, 1)], ids=["blocks as they are", "small blocks"])
def bound(request: pytest.FixtureRequest) -> Iterator[None]:
    largest, window = request.param
    with patch.multiple("screening.dedupe.blocks", MAX_BLOCK=largest, WINDOW=window):
        yield


@pytest.mark.usefixtures("bound")
@given(STEPS, st.lists(st.tuples(PAIRS, PAIRS), min_size=4, max_size=4))
@settings(max_examples=60, deadline=None)
def test_records_that_come_change_and_go_in_steps_give_what_one_run_gives(
    steps: list[dict[str, Record | None]], said: list[tuple[set[Any], set[Any]]]
) -> None:
    kept = Kept()
    there: dict[str, Record] = {}
    for step, (same, different) in zip(steps, said, strict=False):
        kept.change(step, same, different)
        there.update({key: record for key, record in step.items() if record})
        there = {key: record for key, record in there.items() if step.get(key, True)}
        assert kept.found == full(there, same, different)
    kept.database.close()


def family(number: int) -> list[Record]:
    """Return records of one made-up study as databases and its companions have it."""
    paper = Record(
        title=f"Outcome of group {number} in a national registry of soft tissue sarcoma",
        authors=("Berg, Anna", "Dahl, Per"), year=2019, journal="Annals of Oncology",
        volume="30", issue="4", pages=f"{number}1-{number}9", doi=f"10.1000/{number}",
    )  # fmt: skip
    return [
        paper,
        replace(paper, journal="Ann Oncol", pages=f"{number}1", doi=None),
        replace(paper, pages=None, volume=None, issue=None, doi=None),
        replace(paper, title=f"Erratum: {paper.title}", doi=None),
        replace(paper, title=f"{paper.title}: part II", pages="700-710", doi=None),
        replace(paper, pages="S30", issue="Suppl 1", year=2018, doi="10.1000/s1"),
        replace(paper, title="Annual report of the sarcoma registry", pages=None, doi=None),
        paper,
    ]


@pytest.mark.parametrize("seed", range(3))
def test_any_split_into_batches_in_any_order_gives_what_one_run_gives(seed: int) -> None:
    """Blocks explode here: one author, year and journal, and an annual report."""
    chance = random.Random(seed)
    records = [each for number in range(12, 32) for each in family(number)]
    keyed = {f"{number:03d}@s": record for number, record in enumerate(records)}
    order = chance.sample(list(keyed), len(keyed))
    kept = Kept()
    while order:
        batch = [order.pop() for _ in range(min(len(order), chance.randint(1, 60)))]
        kept.change({key: keyed[key] for key in batch})
    found = kept.found
    assert found == full(keyed)
    assert found.blocks
    assert found.bounded
    assert len(found.sets) >= 20
    gone = chance.sample(list(keyed), 40)
    kept.change(dict.fromkeys(gone))
    assert kept.found == full({key: keyed[key] for key in keyed if key not in gone})
    counts = count_sets(kept.database)
    assert (counts.sets, counts.uncertain, counts.bounded) == (
        len(kept.found.sets), len(kept.found.uncertain), kept.found.bounded,
    )  # fmt: skip
    kept.database.close()


# --- in the review -------------------------------------------------------------------------------

NOBODY = Judgements()
PAPERS = [family(number)[0] for number in range(20)]


@pytest.fixture
def review(tmp_path: Any) -> Iterator[Any]:
    review = review_folder(tmp_path / "review")
    take_in(review, "one", [replace(PAPERS[n], pmid=str(n)) for n in range(1, 9)])
    yield review
    review.store.database.close()


def compared(review: Any, judged: Judgements = NOBODY, *, afresh: bool = False) -> list[str]:
    """Bring the sets up to date, hold them against a full run; return what was compared."""
    met: list[str] = []

    def watch(records: Any) -> Any:
        for each in records:
            met.append(each.key)
            yield each

    found = duplicates_of(review, judged, watch=watch, afresh=afresh)
    assert found == duplicates_of(review, judged)
    assert found == duplicates_of(review, judged, afresh=True)
    counts = count_duplicates(review, judged)
    assert (counts.sets, counts.bounded) == (len(found.sets), found.bounded)
    return met


def test_an_update_compares_what_is_new_and_a_judgement_nothing(review: Any) -> None:
    assert len(compared(review)) == 8
    assert compared(review) == []
    take_in(review, "two", [PAPERS[3]], source="embase", database="Embase")
    assert compared(review) == ["doi:10.1000/3@embase"]
    assert compared(review, afresh=True) != []
    apart = Judgements(different=frozenset({("doi:10.1000/3@embase", "pmid:3")}))
    assert len(duplicates_of(review, NOBODY).sets) == 1
    assert compared(review, apart) == []
    assert duplicates_of(review, apart).sets == ()


def test_sets_are_read_in_one_state_whatever_another_process_writes(review: Any) -> None:
    take_in(review, "two", [PAPERS[3]], source="embase", database="Embase")
    compared(review)
    apart = Judgements(different=frozenset({("doi:10.1000/3@embase", "pmid:3")}))
    with _brought_up_to_date(review, NOBODY, False, iter) as database:
        assert duplicates_of(Review(review.folder), apart).sets == ()
        assert [each.members for each in read_sets(database).sets] == [
            ("pmid:3", "doi:10.1000/3@embase")
        ]


def test_a_run_that_is_withdrawn_or_most_that_is_new_is_compared_with_all(review: Any) -> None:
    compared(review)
    more = [replace(PAPERS[n], pmid=str(n)) for n in range(9, 19)]
    run = take_in(review, "two", more)
    assert len(compared(review)) == 18
    shutil.rmtree(review.searches / run.id)
    review.store.sync(review.searches)
    assert len(compared(review)) == 8


@pytest.mark.parametrize(
    "damage",
    [
        "delete from compared where key = 'pmid:3'",
        "update compared set copy = replace(copy, '10.1000', '10.1001') where key = 'pmid:3'",
        "update compared set copy = 'x' where key = 'pmid:3'",
        "update compared set mark = mark + 1 where key = 'pmid:3'",
        "delete from verdicts",
        "update verdicts set said = replace(said, 'same', 'different')",
        "update compared_state set value = zeroblob(length(value)) where name = 'owners'",
        "update compared_state set value = 7 where name = 'hashes'",
        "update compared_state set value = '[]' where name = 'state'",
        "delete from compared_state where name = 'mark'",
        "delete from compared_state",
        "delete from duplicates where key = 'pmid:3'",
        "insert into duplicates_left_out values ('pmid:3', 7)",
    ],
)
def test_a_damaged_memory_changes_no_result(review: Any, damage: str) -> None:
    take_in(review, "two", [PAPERS[3]], source="embase", database="Embase")
    compared(review)
    database = review.database(MIGRATIONS)
    with database.conn:
        assert database.conn.execute(damage).rowcount
    database.close()
    take_in(review, "three", [PAPERS[3]], source="scopus", database="Scopus")
    assert len(set(compared(review))) == 10  # all of them


def test_what_does_not_fit_is_said() -> None:
    memory = KeptMemory(Database(memory=True))
    memory._connection.executescript(TABLES)
    with pytest.raises(Damaged):
        memory.copies([1])


@given(RECORDS)
def test_a_copy_is_kept_as_it_was(record: Record) -> None:
    kept = KeptMemory(Database(memory=True))
    kept._connection.executescript(TABLES)
    copy = copy_of(StoredRecord("k", record))
    kept.add([copy])
    assert kept.copies([1]) == {1: copy}
    assert type(kept.copies([1])[1].pages) is type(copy.pages)
