"""Files in archives: each read in turn, names never paths, bombs and office files refused."""

from __future__ import annotations

import gzip
import io
import json
import stat
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest

import cli
from search.arrivals import Arrivals
from search.errors import BadInput, SarcatError
from search.file_origins import Origin
from search.importers import archive
from search.importers.spool import Spooled
from search.importing import import_files
from search.review import Review

RIS = "TY  - JOUR\nTI  - {}\nER  - \n"


def zipped(tmp_path: Path, files: dict[str, str | bytes], name: str = "export.zip") -> Path:
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for member, content in files.items():
            out.writestr(member, content)
    return path


def test_each_file_in_turn(review: Review, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.ris": RIS.format("One"), "sub/b.csv": "title,year\nTwo,2001\n"})
    first, second = import_files(review, path, Origin())
    assert (first.file, second.file) == (f"{path}: a.ris", f"{path}: b.csv")
    assert first.run
    assert second.run
    assert (first.run.source, second.run.source) == ("a", "b")
    assert first.account
    assert (first.account.name, first.account.bytes) == ("export.zip: a.ris", len(RIS) - 2 + 3)
    assert review.store.count() == 2


def test_what_is_no_file_of_records_is_passed_over_beside_one(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = zipped(tmp_path, {
        "articles.csv": "title,year\nTwo,2001\n", "customizations_log.csv": "key,user\n1,Ann\n",
        "__MACOSX/._articles.csv": "x", "empty/": "",
    })  # fmt: skip
    assert cli.run(["import", str(path), "--review", str(review.folder), "--json"]) == 0
    shown = capsys.readouterr()
    first, second = json.loads(shown.out)["files"]
    assert (first["stored"], first["passed_over"]) == (True, None)
    assert (second["stored"], second["passed_over"]) == (False, "this is text of no known format.")
    assert "customizations_log.csv is passed over" in shown.err


def test_a_file_that_never_ends_is_not_passed_over(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    endless = "TY  - JOUR\nTI  - A\nAB  - " + "words " * (6 << 20)
    path = zipped(tmp_path, {"a.ris": RIS.format("A"), "b.ris": RIS.format("B") + endless})
    assert cli.run(["import", str(path), "--review", str(review.folder)]) == 2
    assert f"{path}: b.ris: line 6 goes on for more than 32 MB" in capsys.readouterr().err
    assert review.store.count() == 1


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.txt": "Dear all"}, "no known format"),
        ({}, "empty"),
        ({"[Content_Types].xml": "x", "word/document.xml": "x"}, "Word"),
        ({"a.zip": b"PK\x03\x04"}, "ZIP archive"),
        ({f"{number}.ris": "" for number in range(1001)}, "1001 files"),
    ],
    ids=["strangers", "nothing", "office", "nested", "many"],
)
def test_wrong_use(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    files: dict[str, str | bytes], words: str,
) -> None:  # fmt: skip
    path = zipped(tmp_path, files)
    assert cli.run(["import", str(path), "--review", str(review.folder)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert not review.searches.exists()


def test_names_are_no_paths(review: Review, tmp_path: Path) -> None:
    path = zipped(
        tmp_path, {"../../evil.ris": RIS.format("A"), "/etc/c:\\x\\y.ris": RIS.format("B")}
    )
    found = list(import_files(review, path, Origin()))
    assert [each.file for each in found] == [f"{path}: evil.ris", f"{path}: y.ris"]
    assert not (tmp_path.parent / "evil.ris").exists()
    notes = [note.text for each in found if each.account for note in each.account.repaired]
    assert len(notes) == 2
    assert all("leads out of it" in note for note in notes)
    assert "'../../evil.ris'" in notes[0]


def test_names_that_several_share_are_told_apart(review: Review, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        for name in ("one/a.ris", "two/a.ris", "b\x1b[2J.ris"):
            out.writestr(name, RIS.format(name[:3]))
        with pytest.warns(UserWarning, match="Duplicate"):
            out.writestr("two/a.ris", RIS.format("again"))
    found = [each.file.removeprefix(f"{path}: ") for each in import_files(review, path, Origin())]
    assert found == ["one/a.ris", "two/a.ris", "b?[2J.ris", "two/a.ris (2)"]
    assert review.store.count() == 4


def test_a_link_is_not_followed(review: Review, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as out:
        link = zipfile.ZipInfo("link.ris")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        out.writestr(link, str(tmp_path / "secret.ris"))
        out.writestr("b.ris", RIS.format("B"))
    (tmp_path / "secret.ris").write_text(RIS.format("A"))
    first, second = import_files(review, path, Origin())
    assert first.passed_over == "this is a link to another file, which is not followed."
    assert second.run
    assert review.store.count() == 1


@pytest.mark.parametrize("suffix", ["zip", "gz"])
def test_a_bomb(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], suffix: str,
) -> None:  # fmt: skip
    monkeypatch.setattr(archive, "FREE", 1 << 20)
    text = "TY  - JOUR\nTI  - A\nAB  - " + " " * (8 << 20) + "\nER  - \n"
    path = tmp_path / f"bomb.{suffix}"
    if suffix == "gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path = zipped(tmp_path, {"a.ris": text})
    assert cli.run(["import", str(path), "--review", str(review.folder)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "it may be a bomb" in line
    assert not review.searches.exists()


@pytest.mark.parametrize("keep", [0.3, 0.9, 0.99])
def test_a_cut_archive_is_a_damaged_file(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str], keep: float
) -> None:
    path = zipped(tmp_path, {"a.ris": "".join(RIS.format(n) for n in range(2000))})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    assert cli.run(["import", str(path), "--review", str(review.folder)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "cut short or damaged" in line
    assert not review.searches.exists()


def test_a_damaged_member(review: Review, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.ris": "".join(RIS.format(n) for n in range(2000))})
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    (found,) = import_files(review, path, Origin())
    assert found.error
    assert found.error.exit_status == 1
    assert review.store.count() == 0


def test_an_encrypted_archive(review: Review, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.ris": RIS.format("A")})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    (found,) = import_files(review, path, Origin())
    assert "encrypted" in str(found.error)


# --- found by fuzzing -----------------------------------------------------------------------------

MANY = 20
RECORDS = "".join(RIS.format(number) for number in range(MANY))
PACKED = {
    "stored": zipfile.ZIP_STORED, "deflated": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2,
    "lzma": zipfile.ZIP_LZMA,
}  # fmt: skip


def packed(how: str) -> bytes:
    if how == "gzip":
        return gzip.compress(RECORDS.encode(), mtime=0)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", PACKED[how]) as file:
        file.writestr(zipfile.ZipInfo("a.ris"), RECORDS, PACKED[how])
    return out.getvalue()


def accounts(path: Path) -> list[tuple[int, bool]]:
    """Return how many records each file in an archive gives, and whether all is well with it."""
    try:
        found = archive.members(path)
    except SarcatError:
        return [(0, False)]
    given = []
    for member in [None] if found is None else found:
        with tempfile.TemporaryFile() as spool, Arrivals() as arrivals:
            read = Spooled(spool, arrivals)
            try:
                read.fill(path, lambda _by: None, member)
            except SarcatError:
                given.append((0, False))
            else:
                assert read.reading.begun == read.parsed or read.reading.problems
                given.append((read.parsed, not read.reading.problems))
    return given


@pytest.mark.parametrize("how", [*PACKED, "gzip"])
def test_what_is_damaged_or_cut_at_any_byte_is_named(tmp_path: Path, how: str) -> None:
    """No traceback, and never fewer records without a word; a changed name costs no record."""
    data, path = packed(how), tmp_path / "a.bin"
    path.write_bytes(data)
    assert accounts(path) == [(MANY, True)]
    for at in range(len(data)):
        path.write_bytes(data[:at])
        assert all((given, well) != (MANY, True) and not well for given, well in accounts(path)), at
        changed = bytearray(data)
        changed[at] ^= 0xFF
        path.write_bytes(changed)
        assert all(given == MANY for given, well in accounts(path) if well), at


def test_a_file_without_a_name_is_read(review: Review, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"x": RIS.format("A")})
    data = path.read_bytes()
    at = data.rindex(b"PK\x01\x02")
    name = at + 46  # its length stands in 28; what was the name becomes a comment
    entry = bytearray(data[at:name]) + b"x"
    entry[28], entry[32] = 0, 1
    path.write_bytes(data[:at] + entry + data[name + 1 :])
    (found,) = import_files(review, path, Origin())
    assert found.file == f"{path}: a file without a name"
    assert found.error  # the name in front of the file is another


def test_a_folder_that_holds_records_is_a_file(review: Review, tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.ris/": RIS.format("A"), "empty/": ""})
    assert [each.file for each in import_files(review, path, Origin())] == [f"{path}: a.ris"]
    assert review.store.count() == 1


def test_only_what_a_system_put_there_is_left_out(review: Review, tmp_path: Path) -> None:
    path = zipped(tmp_path, {
        "a.DS_Store.ris": RIS.format("A"), "word/b.ris": RIS.format("B"), "x/.DS_Store": "x",
        "__MACOSX/._b.ris": "x",
    })  # fmt: skip
    found = [each.file.removeprefix(f"{path}: ") for each in import_files(review, path, Origin())]
    assert found == ["a.DS_Store.ris", "b.ris"]
    assert review.store.count() == 2


def test_a_list_of_files_that_fills_memory_is_not_read(tmp_path: Path) -> None:
    path = zipped(tmp_path, {"a.ris": RIS.format("A")})
    data = bytearray(path.read_bytes())
    at, end = data.rindex(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    entries = data[at:end] * 90_000
    data[end + 12 : end + 16] = len(entries).to_bytes(4, "little")
    path.write_bytes(data[:at] + entries + data[end:])
    with pytest.raises(BadInput, match="more than 1000 files"):
        archive.members(path)


@pytest.mark.parametrize("name", ["a.tar", "a.tar.gz"])
def test_a_tar_archive_is_none_of_records(review: Review, tmp_path: Path, name: str) -> None:
    """Its first record was read without its type, and its headers as words outside any record."""
    (tmp_path / "a.ris").write_text(RECORDS)
    with tarfile.open(tmp_path / name, "w:gz" if name.endswith("gz") else "w") as out:
        out.add(tmp_path / "a.ris", "a.ris")
    (found,) = import_files(review, tmp_path / name, Origin())
    assert "this is a tar archive" in str(found.error)


def test_bytes_behind_a_compressed_file_in_an_archive(tmp_path: Path) -> None:
    """The archive's own damage shows only behind the records."""
    rubbish = gzip.compress(RECORDS.encode()) + bytes(range(1, 256)) * 2000
    path = zipped(tmp_path, {"a.ris.gz": rubbish})
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 16] ^= 1  # its check sum
    path.write_bytes(data)
    assert accounts(path) == [(MANY, False)]
