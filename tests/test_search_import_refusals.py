"""What is no file of records, by the command itself: one sentence, exit 2, nothing stored.

A known format that is cut or damaged is a loss instead: exit 1, nothing stored either.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import cli
from search.review import Review

ROOT = Path(__file__).parent.parent
RIS = b"".join(b"TY  - JOUR\r\nTI  - Title %d\r\nER  - \r\n\r\n" % n for n in range(500))
XML = b"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>A"
WORDS = b"words " * 20_000  # more than a file is told by
BEGIN = b"TY  - JOUR\nTI  - A\nAB  - " + WORDS
# How a file of each format may begin that is nothing but one line of 2 GB, or one record of XML.
ENDLESS = {
    "a.ris": BEGIN,
    "type.ris": b"TY  - ",
    "a.nbib": b"PMID- 1\nOWN - NLM\nTI  - A\nAB  - ",
    "a.enw": b"%0 Journal Article\n%T A\n%X ",
    "a.ciw": b"FN ISI\nVR 1.0\nPT J\nAU A\nTI A\nAB ",
    "ovid.txt": b"<1>\nTitle\n  A\nAbstract\n  ",
    "a.csv": b"title,abstract\nA,",
    "header.csv": b"title,abstract,",
    "quoted.csv": b'title,abstract\nA,"',
    "a.bib": b"@article{a, title={",
    "a.jsonl": b'{"key":"pmid:1","title":"',
    "endnote.xml": b"<xml><records><record><titles><title>",
    "list.xml": b"<xml><records>",
    "pubmed.xml": XML,
    "set.xml": b"<PubmedArticleSet>",
    "comment.xml": b"<?xml version='1.0'?><!-- ",
}
MEMORY = 400 << 20  # bytes of address space beside what the program itself takes


def zipped(path: Path, name: str, content: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(name, content)


def encrypted(path: Path) -> None:
    zipped(path, "a.ris", RIS)
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    data[6] |= 1
    path.write_bytes(data)


def bomb(path: Path) -> None:
    packed = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
    with packed as out, out.open("a.ris", "w") as member:
        member.write(b"TY  - JOUR\nTI  - A\nAB  - ")
        for _ in range(128):
            member.write(b" " * (1 << 20))


def packed_bomb(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=9) as out:
        out.write(b"TY  - JOUR\nTI  - A\nAB  - ")
        for _ in range(128):
            out.write((b" " * 1023 + b"\n") * 1024)


def packed_line(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as out:
        out.write(BEGIN)
        for _ in range(40):
            out.write(b" " * (1 << 20))


def long_line(path: Path, begin: bytes) -> None:
    """A file of one line of 2 GB that takes no room on the disk."""
    with path.open("wb") as out:
        out.write(begin)
        out.truncate(2 << 30)


def link(path: Path, target: Path) -> None:
    path.symlink_to(target)


Make = Callable[[Path], object]
REFUSED: list[tuple[str, Make, str]] = [
    ("empty.ris", lambda path: path.write_bytes(b""), "is empty"),
    ("blank.ris", lambda path: path.write_bytes(b"\xef\xbb\xbf \r\n\r\n"), "is empty"),
    ("paper.pdf", lambda path: path.write_bytes(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj"), "a PDF"),
    ("letter.docx", lambda path: zipped(path, "word/document.xml", b"<w/>"), "a Word"),
    ("letter.doc", lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1"), "old Word"),
    ("bomb.zip", bomb, "may be a bomb"),
    ("bomb.ris.gz", packed_bomb, "may be a bomb"),
    ("zeros.ris", lambda path: long_line(path, b""), "no known format"),
    ("line.ris", lambda path: long_line(path, WORDS), "no known format"),
    ("folder", lambda path: path.mkdir(), "is a folder"),
    ("secret.zip", encrypted, "is encrypted"),
    ("broken-link.ris", lambda path: link(path, path / "nowhere"), "cannot be opened|no such file"),
    ("loop.ris", lambda path: link(path, path), "cannot be opened"),
    ("missing.ris", lambda path: None, "no such file"),
    ("notes.txt", lambda path: path.write_bytes(b"Dear all,\nsee below.\n"), "no known format"),
    ("page.html", lambda path: path.write_bytes(b"<!DOCTYPE html><html></html>"), "web page"),
    ("line.ris.gz", packed_line, "goes on for more than 32 MB"),
    *((name, lambda path: long_line(path, ENDLESS[path.name] + WORDS), "goes on for more than")
      for name in ("a.ris", "a.bib", "endnote.xml", "pubmed.xml")),
]  # fmt: skip
LOST: list[tuple[str, Make, str]] = [
    ("cut.ris", lambda path: path.write_bytes(RIS[:-20]), "is cut short"),
    ("cut.ris.gz", lambda path: path.write_bytes(gzip.compress(RIS)[:-40]), "cut short"),
    ("cut.xml", lambda path: path.write_bytes(XML), "nothing of this file was stored"),
    ("one-line.ris", lambda path: path.write_bytes(BEGIN + b" " * (5 << 20)), "4 MB"),
    ("cut.csv", lambda path: path.write_bytes(b'title,year\nA,2000\n"B,2001\n'), "cut short"),
    ("cut.bib", lambda path: path.write_bytes(b"@article{a, title={A"), "cut short"),
]


# Each command in turn, in one process that cannot take much memory; says what came of each.
RUN = f"""
import contextlib, io, json, resource, sys
import cli
base = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (base + {MEMORY},) * 2)
found = []
for file in sys.argv[2:]:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = cli.run(["import", file, "--review", sys.argv[1]])
    found.append([file, status, out.getvalue(), err.getvalue()])
json.dump(found, sys.stdout)
"""


def sarcat(folder: Path, files: list[Path]) -> list[tuple[str, int, str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(folder), *map(str, files)],
        capture_output=True, text=True, cwd=ROOT, timeout=300, check=True,
        stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    return [tuple(each) for each in json.loads(done.stdout)]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited as Linux does")
@pytest.mark.parametrize(("rows", "expected"), [(REFUSED, 2), (LOST, 1)], ids=["refused", "lost"])
def test_one_sentence_and_nothing_stored(
    review: Review, tmp_path: Path, rows: list[tuple[str, Make, str]], expected: int
) -> None:
    files = [tmp_path / name for name, _make, _words in rows]
    for file, (_name, make, _words) in zip(files, rows, strict=True):
        make(file)
    found = sarcat(review.folder, files)
    assert len(found) == len(rows)
    for (file, status, out, err), (_name, _make, words) in zip(found, rows, strict=True):
        assert (status, out) == (expected, ""), err
        first, *further = err.splitlines()
        assert first.startswith(f"sarcat: {file}:")
        assert any(word in first for word in words.split("|")), first
        assert not further or expected == 1, err
        assert "Traceback" not in err
    assert not review.searches.exists()


@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("packed", ["", "gz", "zip"])
def test_what_never_ends_is_given_up(
    review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str], name: str, packed: str,
) -> None:  # fmt: skip
    """Whatever the format, by one sentence; with limits that are 64 times smaller."""
    for limit in (
        "text.ENDLESS",
        "text.LONGEST_LINE",
        "endnote_xml.ENDLESS",
        "endnote_xml.LARGEST",
    ):
        monkeypatch.setattr(f"search.importers.{limit}", 1 << 17)
    for limit in ("ENDLESS", "LONGEST"):
        monkeypatch.setattr(f"search.pubmed_pieces.{limit}", 1 << 17)
    content = ENDLESS[name] + WORDS * 10
    path = tmp_path / f"{name}.{packed}"
    if packed == "zip":
        zipped(path, name, content)
    else:
        path.write_bytes(gzip.compress(content) if packed else content)
    assert cli.run(["import", str(path), "--accept-loss", "--review", str(review.folder)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"sarcat: {path}:")
    assert "goes on for more than" in line
    assert not review.searches.exists()


def test_a_link_to_a_file_is_read_as_the_file(review: Review, tmp_path: Path) -> None:
    (tmp_path / "a.ris").write_bytes(RIS)
    (tmp_path / "link.ris").symlink_to(tmp_path / "a.ris")
    assert cli.run(["import", str(tmp_path / "link.ris"), "--review", str(review.folder)]) == 0
    assert review.store.count() == 500
