"""Which pairs are compared at all."""

from unittest.mock import patch

import numpy as np
from dedupe_records import RECORDS
from hypothesis import given, settings

from screening.dedupe.answers import Answer
from screening.dedupe.blocking import candidates
from screening.dedupe.codes import Codes
from screening.dedupe.comparing import alike
from screening.dedupe.duplicates import in_order
from screening.dedupe.evidence import compare
from screening.dedupe.normalise import copy_of
from screening.dedupe.rules import judge
from search.records import Record, StoredRecord

# --- in the review --------------------------------------------------------------------------------


def test_no_record_is_a_candidate_to_itself() -> None:
    """Its title in another language may begin as the title does."""
    title = "Sarcoma registries of the north: a review of what they hold"
    record = Record(title=title, vernacular_title="Sarcoma registries of the north: en oversikt")
    pairs = candidates([copy_of(StoredRecord(key, record)) for key in ("a", "b")])
    assert (pairs.left.tolist(), pairs.right.tolist()) == ([0], [1])


# --- in bulk --------------------------------------------------------------------------------------


@given(RECORDS)
@settings(max_examples=150, deadline=None)
def test_a_pair_left_out_in_bulk_is_one_that_the_rules_call_different(
    records: list[StoredRecord],
) -> None:
    copies = in_order(map(copy_of, records))
    codes = Codes(copies)
    kept = {
        (left, right)
        for left, right, _title in alike(copies, codes, candidates(copies, codes.possible))
    }
    with patch("screening.dedupe.comparing._hopeless", lambda *_all: np.False_):
        without = list(alike(copies, codes, candidates(copies)))
    for left, right, title in without:
        if (left, right) not in kept:
            one, other = copies[left], copies[right]
            assert judge(one, other, compare(one, other, title)).answer is Answer.DIFFERENT
