"""The account of a file stays small however much of it is lost, and names all that is."""

import re

from search.reading import PROBLEMS_NAMED, Reading
from search.runs import Note


def test_problems_are_kept_as_they_are_up_to_a_number() -> None:
    reading = Reading("ris")
    for line in range(1, PROBLEMS_NAMED + 1):
        reading.problem(line, f"the record that begins in line {line} is larger than 16 MB")
    assert reading.problem_count == PROBLEMS_NAMED
    assert reading.problems[-1] == Note(
        PROBLEMS_NAMED, f"the record that begins in line {PROBLEMS_NAMED} is larger than 16 MB"
    )


def test_each_problem_is_counted_and_its_line_named_however_many_there_are() -> None:
    reading = Reading("jsonl")
    number = PROBLEMS_NAMED + 2500
    for line in range(1, number + 1):
        reading.problem(line, f"this line holds no record (Expecting value: column {line})")
    reading.problem(number + 1, "the file is cut short: it ends here")
    assert reading.problem_count == number + 1
    assert len(reading.problems) == PROBLEMS_NAMED + 2  # the other kind, and one for all the rest
    assert reading.problems[-2].line == number + 1
    rest = reading.problems[-1]
    assert rest.text.startswith("this line holds no record: so too in 2500 more lines: 1001, 1002,")
    named = [int(word) for word in re.findall(r"\d+", rest.text.partition("lines: ")[2])]
    assert named == list(range(PROBLEMS_NAMED + 1, number + 1))
