"""The one SQLite file: transactions, and tables brought up to date step by step."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from search.database import connect
from search.errors import SarcatError


def second(db: Database) -> None:
    db.executescript("create table b (x);\ninsert into b values (2);")


def steps(*functions: object) -> Migrations:
    found = Migrations("here")
    for each in functions:
        found()(each)  # type: ignore[arg-type]
    return found


def tables(database: Database) -> set[str]:
    rows = database.execute("select name from sqlite_master where type = 'table'")
    return {name for (name,) in rows if not name.startswith("_")}


def lines(db: Database) -> None:
    db.executescript("create table a (x text);\ninsert into a values ('one; two\nthree');\n")


def test_each_step_is_taken_once(tmp_path: Path) -> None:
    path = tmp_path / "review.db"
    connect(path, steps(lines)).close()
    database = connect(path, steps(lines, second))
    assert tables(database) == {"a", "b"}
    assert database.execute("select x from a").fetchall() == [("one; two\nthree",)]
    assert not steps(lines, second).pending(database)


def test_a_step_that_fails_leaves_nothing_of_itself(tmp_path: Path) -> None:
    def fails(db: Database) -> None:
        db.executescript("create table c (x);\ninsert into nowhere values (1);")

    path = tmp_path / "review.db"
    with pytest.raises(SarcatError, match=r"nowhere.*sarcat rebuild"):
        connect(path, steps(second, fails))
    assert tables(connect(path, steps(second))) == {"b"}


def test_two_steps_of_one_name_are_a_fault() -> None:
    with pytest.raises(ValueError, match="second"):
        steps(second, second)


def test_all_or_nothing_and_the_inner_of_two(tmp_path: Path) -> None:
    database = connect(tmp_path / "review.db", steps(second))

    def put_and_fail(value: int) -> None:
        with database.atomic():
            database.execute("insert into b values (?)", (value,))
            raise KeyError

    with pytest.raises(KeyError):
        put_and_fail(3)
    with database.atomic():
        database.execute("insert into b values (?)", (4,))
        with pytest.raises(KeyError):
            put_and_fail(5)
    assert database.execute("select x from b order by x").fetchall() == [(2,), (4,)]


def test_what_is_executed_alone_is_kept(tmp_path: Path) -> None:
    database = connect(tmp_path / "review.db", steps(second))
    database.execute("insert into b values (?)", (9,))
    other = sqlite3.connect(tmp_path / "review.db")
    assert other.execute("select count(*) from b").fetchone() == (2,)
    other.close()


def test_a_file_opened_many_times_at_once_has_its_tables_once(tmp_path: Path) -> None:
    failed: list[BaseException] = []

    def opened() -> None:
        try:
            connect(tmp_path / "review.db", steps(lines, second)).close()
        except BaseException as error:
            failed.append(error)

    connect(tmp_path / "review.db").close()
    threads = [threading.Thread(target=opened) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert not failed


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "review.db").write_bytes(b"no database at all" * 1000)
    with pytest.raises(SarcatError, match=r"review\.db.*sarcat rebuild"):
        connect(tmp_path / "review.db", steps(second))


def test_a_file_in_a_folder_that_cannot_be_written_is_read_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a name? with # and %20" / "review.db"
    path.parent.mkdir()
    connect(path, steps(lines)).close()
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    before = sorted(path.parent.iterdir())
    database = connect(path, steps(lines))
    assert database.execute("select count(*) from a").fetchone() == (1,)
    assert sorted(path.parent.iterdir()) == before
    with pytest.raises(SarcatError, match=r"cannot be brought up to date.*Copy the review"):
        connect(path, steps(lines, second))
    with pytest.raises(SarcatError, match="no database yet"):
        connect(tmp_path / "none.db", steps(lines))


def test_what_was_left_unfinished_is_not_read_as_if_it_were_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "review.db"
    database = connect(path, steps(lines))  # still open: what it wrote lies beside the file
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    with pytest.raises(SarcatError, match="left unfinished"):
        connect(path, steps(lines))
    database.close()
