"""The copy of a record that is compared: titles, names, places."""

import pytest
from dedupe_records import PAPER
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.dedupe.matching import match
from screening.dedupe.normalise import copy_of, family_of
from screening.dedupe.notices import is_telling, notice_of
from screening.dedupe.place import journal_of, journals_agree, pages_agree, pages_of, volume_of
from screening.dedupe.titles import numbers_of, title_of
from search.records import Record, StoredRecord, fold


@given(st.text())
def test_the_fast_way_of_folding_gives_what_the_slow_one_gives(text: str) -> None:
    ascii_only = "".join(letter for letter in text if letter.isascii())
    # a letter beyond ASCII takes the slow way; its fold stands apart at the end
    assert fold(ascii_only + " é") == f"{fold(ascii_only)} e".strip()


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Erratum: A registry", "erratum"),
        ("Author Correction: A registry", "erratum"),
        ("Correction to: A registry", "erratum"),
        ("Correction of scoliosis in sarcoma survivors", None),
        ("A registry [Erratum appears in Sarcoma 2020;1:2]", None),
        ("Retraction notice: A registry", "retraction"),
        ("Reply to Smith et al.", "reply"),
        ("Authors' reply", "reply"),
        ("Response to chemotherapy in Ewing sarcoma", None),
        ("Comment on: A registry", "comment"),
        ("Re: A registry", "comment"),
        ("Recurrence of sarcoma: a registry", None),
        ("The registry: study protocol", "protocol"),
        ("Protocol-based imaging in sarcoma", None),
        (None, None),
    ],
)
def test_notices_are_known_by_their_titles(title: str | None, kind: str | None) -> None:
    assert notice_of(title) == kind


@pytest.mark.parametrize(
    ("pages", "shown"),
    [("512-20", "512-520"), ("F479-85", "f479-485"), ("S30", "s30"), ("30S", "s30"),
     ("12‐15", "12-15"), ("e12; discussion 13", "e12"), ("12-5 contd", "12-15"), ("20-12", "None"),
     ("06-Oct", "6"), ("Nov-17", "11-17"), ("Nov-03", "None"), ("Feb", "None"), ("h", "None"),
     ("ii110", "ii110"), ("", "None")],
)  # fmt: skip
def test_pages(pages: str, shown: str) -> None:
    assert str(pages_of(pages)) == shown


@pytest.mark.parametrize(
    ("left", "right", "agree"),
    [("j clin oncol", "journal clinical oncology", True), ("jco", "journal clinical oncology", True),
     ("transplantation", "journal heart lung transplantation", False),
     ("transplantation", "transplantation proceedings", None),
     ("natl med j", "national medical journal", True), ("", "sarcoma", None),
     ("scientificworldjournal", "scientific world journal", True)],
)  # fmt: skip
def test_journals(left: str, right: str, agree: bool | None) -> None:
    assert journals_agree(left, right) is agree
    assert journals_agree(right, left) is agree


@pytest.mark.parametrize(
    ("written", "read"),
    [("Neuron.45 (1) ()(pp 11-16) 2005.Date of Publication: 06 Jan 2005.", "neuron"),
     ("Annals of Oncology.Conference: 23rd Congress Kyoto Japan.", "annals oncology"),
     ("Frontiers in Human Neuroscience, 2013.", "frontiers human neuroscience"),
     ("BMJ (Clinical research ed.)", "bmj"), ("J.Neurosci.", "j neurosci"), (None, ""),
     ("Conference on Sarcoma Care, 2019", "2019 conference sarcoma care"),
     ("2019 Conference on Sarcoma Care", "2019 conference sarcoma care")],
)  # fmt: skip
def test_journals_are_read_through_what_is_stuck_to_them(written: str | None, read: str) -> None:
    assert journal_of(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [("45 (Suppl 1)", "45"), ("1)", None), ("Suppl 1", None), ("2019", None), ("007", "7"),
     ("Am J Physiol. 266", "266"), ("160-161", "160"), (None, None)],
)  # fmt: skip
def test_volumes(written: str | None, read: str | None) -> None:
    assert volume_of(written, 2019) == read


@pytest.mark.parametrize(
    ("left", "right", "agree"),
    [("512-20", "512", True), ("512-520", "512-519", True), ("512-520", "512-530", None),
     ("512-520", "601-611", False), ("20-Apr", "20-24", True), ("20-Apr", "4-20", True),
     ("20-Apr", "88-90", None), ("e1331", "1-12", None), ("e1331", "1331", True),
     ("S30", "30", True), ("S30", "A30", None), ("338-46", "339-46", None), ("", "512", None)],
)  # fmt: skip
def test_pages_against_pages(left: str, right: str, agree: bool | None) -> None:
    assert pages_agree(pages_of(left), pages_of(right)) is agree
    assert pages_agree(pages_of(right), pages_of(left)) is agree


@pytest.mark.parametrize(
    ("title", "numbers"),
    [("part ii at 6 months", ("2", "6")), ("part i", ("1",)), ("factor v leiden", ("5",)),
     ("the v wave", ()), ("5 ht1a", ("5", "1")), ("ten years of two kinds", ("10", "2")), ("", ())],
)  # fmt: skip
def test_numbers_of_titles(title: str, numbers: tuple[str, ...]) -> None:
    assert numbers_of(title) == numbers


@given(st.text(), st.text(), st.text(), st.text())
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_a_record(title: str, author: str, journal: str, pages: str) -> None:
    record = StoredRecord("k", Record(
        title=title, authors=(author,), journal=journal, pages=pages, volume=pages, issue=pages,
        abstract=title, doi=journal or None,
    ))  # fmt: skip
    copy = copy_of(record)
    assert copy_of(record) == copy
    assert match([copy, copy._replace(key="l")]).copies


def test_a_title_all_in_brackets_is_kept() -> None:
    assert title_of("[A translated title of a paper].") == "a translated title of a paper"
    assert is_telling(title_of(PAPER["title"]))
    assert family_of("van der Berg, A") == "van der berg"
