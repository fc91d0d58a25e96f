"""What is asked for apart: evidence against the review, age, links; and the editor."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from catalogue_example import ID, alone, edited, entry, line_of

import cli
from catalogue.checking.evidence_rules import NO_ENTRY, Reports, check_evidence
from catalogue.checking.links import Answer, ask, faults_of, links_of
from catalogue.checking.papers import reports_of
from catalogue.checking.stale_rule import limit_of, stale
from screening.decision_logs.logs import open_log
from search.errors import BadInput
from search.review import Review

DAY = datetime.date(2026, 11, 24)
PAPER = "pmid:12345678"


# --- evidence against the review -----------------------------------------------------------------


def said(reports: Reports, text: str | None = None) -> dict[str, str]:
    faults = check_evidence([entry(text or alone())], reports)
    return {fault.rule: fault.level for fault in faults if PAPER in fault.what}


def test_a_cited_paper_stands_in_the_review() -> None:
    assert said(Reports({}, (), ())) == {"paper-unknown": "error"}
    assert said(Reports({PAPER: PAPER}, {PAPER}, ())) == {}
    assert said(Reports({PAPER: PAPER}, {PAPER}, {PAPER})) == {"retracted": "error"}


def test_a_paper_that_was_not_included_only_gives_context() -> None:
    excluded = Reports({PAPER: PAPER}, (), ())
    assert said(excluded) == {"not-included": "warning"}
    assert said(Reports({PAPER: PAPER}, (), (), undecided={PAPER})) == {}
    source = f'source = "{PAPER}"'
    background = alone().replace(source, f'{source}\nrole = "background"', 1)
    assert said(excluded, background) == {}


def test_a_paper_is_known_by_the_duplicate_set_it_is_in() -> None:
    assert said(Reports({PAPER: "doi:10.1/x@scopus"}, {"doi:10.1/x@scopus"}, ())) == {}


@pytest.mark.parametrize("how", ["tied", "excused"])
def test_an_included_report_is_used_or_says_why_not(how: str) -> None:
    reports = Reports({}, {"pmid:9"}, ())
    assert "report-unused" in {fault.rule for fault in check_evidence([], reports)}
    used = Reports({}, {"pmid:9"}, (), **{how: {"pmid:9"}})
    assert check_evidence([], used) == []


@pytest.fixture
def review(tmp_path: Path) -> Review:
    folder = tmp_path / "review"
    assert cli.run(["init", str(folder)]) == 0
    (tmp_path / "one.ris").write_text("TY  - JOUR\nTI  - A registry\nAN  - 1\nPY  - 2020\nER  - \n")
    assert cli.run(["import", str(tmp_path / "one.ris"), "--source", "hand",
                    "--review", str(folder)]) == 0  # fmt: skip
    (folder / "initiatives" / f"{ID}.toml").write_text(alone())
    return Review(folder)


def test_what_reviewers_said_is_read_from_their_logs(review: Review) -> None:
    (record,) = review.store.records()
    assert reports_of(review).undecided == {record.key}
    reviewers = [each.name for each in review.protocol.reviewers]
    for who in reviewers:
        with open_log(review.decisions, who, "desk") as log:
            for stage in ("title-abstract", "full-text"):
                log.append("decide", rec=record.key, stage=stage, val="include", seen=record.seen)
            log.append("tag", rec=record.key, val=NO_ENTRY)
    found = reports_of(review)
    assert set(found.included) == {record.key}
    assert set(found.excused) == {record.key}


def test_the_closer_look_is_asked_for(review: Review, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["catalogue", "check", "--review", str(review.folder)]) == 0
    assert cli.run(["catalogue", "check", "--evidence", "--review", str(review.folder)]) == 3
    assert "[paper-unknown]" in capsys.readouterr().out


def test_no_paper_is_held_against_a_review_without_records(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["init", str(tmp_path / "new")]) == 0
    (tmp_path / "new" / "initiatives" / f"{ID}.toml").write_text(alone())
    assert cli.run(["catalogue", "check", "--evidence", "--review", str(tmp_path / "new")]) == 2
    assert "holds no records yet" in capsys.readouterr().err


# --- age -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("span", "limit"),
    [("12m", "2025-11-24"), ("1y", "2025-11-24"), ("9m", "2026-02-24"), ("11M", "2025-12-24")],
)
def test_a_span_leads_to_a_day(span: str, limit: str) -> None:
    assert limit_of(span, DAY).isoformat() == limit


def test_the_last_day_of_a_shorter_month_is_meant() -> None:
    assert limit_of("1m", datetime.date(2026, 3, 31)) == datetime.date(2026, 2, 28)


@pytest.mark.parametrize("span", ["", "12", "m", "0m", "12w", "-1m", "1e3m"])
def test_a_span_that_is_none_is_refused(span: str) -> None:
    with pytest.raises(BadInput):
        limit_of(span, DAY)


def test_old_claims_are_named_with_their_line() -> None:
    read = entry(alone())
    assert not list(stale([read], datetime.date(2020, 1, 1)))
    found = list(stale([read], datetime.date(2030, 1, 1)))
    assert {fault.rule for fault in found} == {"stale"}
    assert line_of("[claims.status]", alone()) in {fault.line for fault in found}
    assert "update" not in {fault.what.split()[0] for fault in found}  # it states nothing


# --- links ---------------------------------------------------------------------------------------


class Pages(BaseHTTPRequestHandler):
    """A site with pages that are there, gone, moved, or turn programs away."""

    asked: list[tuple[str, str]]

    def answer(self) -> None:
        self.asked.append((self.command, self.path))
        status = {"/gone": 404, "/blocked": 403, "/broken": 500, "/old": 301, "/away": 302,
                  "/circle": 302, "/no-head": 405 if self.command == "HEAD" else 200,
                  "/elsewhere": 301}.get(self.path, 200)  # fmt: skip
        self.send_response(status)
        to = {"/old": "/new", "/away": "/login", "/circle": "/circle",
              "/elsewhere": "file:///etc/passwd"}.get(self.path)  # fmt: skip
        if to:
            self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = answer  # noqa: N815

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    asked: list[tuple[str, str]] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("P", (Pages,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("path", "state"),
    [("/here", "ok"), ("/gone", "gone"), ("/blocked", "refused"), ("/broken", "failed"),
     ("/old", "moved"), ("/away", "ok"), ("/circle", "failed"), ("/no-head", "ok"),
     ("/elsewhere", "ok")],
)  # fmt: skip
def test_each_answer_is_told_from_the_others(path: str, state: str) -> None:
    with site() as (base, asked):
        (answer,) = ask([base + path], DAY, sleep=lambda _s: None)
    assert answer.state == state
    assert answer.to == (f"{base}/new" if path == "/old" else None)
    assert asked


def test_no_connection_is_no_dead_link() -> None:
    with site() as (base, _):
        pass
    (answer,) = ask([f"{base}/x"], DAY)
    assert (answer.state, "no connection" in answer.said) == ("failed", True)


def test_one_host_is_asked_once_a_second_and_each_address_once() -> None:
    pauses: list[float] = []
    with site() as (base, asked):
        list(ask([f"{base}/a", f"{base}/b", f"{base}/a"], DAY, sleep=pauses.append,
                 clock=lambda: 100.0))  # fmt: skip
    assert asked == [("HEAD", "/a"), ("HEAD", "/b")]
    assert pauses == [1.0]


def test_every_address_of_an_entry_is_asked_for() -> None:
    urls = {link.url for link in links_of([entry(alone())])}
    assert "https://registry.example.org/access" in urls
    assert f"https://pubmed.ncbi.nlm.nih.gov/{PAPER[5:]}/" in urls


def test_a_dead_link_is_an_error_at_its_line() -> None:
    (link, *others) = links_of([entry(alone())])
    answers = [Answer(link.url, "gone", "HTTP 404", DAY),
               *(Answer(each.url, "ok", "HTTP 200", DAY) for each in others)]  # fmt: skip
    (fault,) = faults_of([link, *others], answers)
    assert (fault.level, fault.line, fault.rule) == ("error", link.line, "link-gone")


def test_a_check_that_was_cut_off_goes_on(
    review: Review, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import catalogue.checking.links

    asked: list[str] = []

    def cut_off(urls: list[str], day: datetime.date) -> Iterator[Answer]:
        for url in urls:
            if len(asked) == 2:
                raise KeyboardInterrupt
            asked.append(url)
            yield Answer(url, "ok", "HTTP 200", day)

    monkeypatch.setattr(catalogue.checking.links, "ask", cut_off)
    command = ["catalogue", "check", "--links", "--json", "--review", str(review.folder)]
    assert cli.run(command) == 130
    first = list(asked)
    asked.append("")  # no further cut
    assert cli.run(command) == 0
    assert not set(first) & set(asked[3:])
    assert json.loads(capsys.readouterr().out)["levels"]["error"] == 0


# --- the editor ----------------------------------------------------------------------------------


def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (tmp_path / "new.toml").write_text(text)
    script = tmp_path / "editor"
    script.write_text(f'#!/bin/sh\ncp "{tmp_path}/new.toml" "$1"\n')
    script.chmod(0o755)
    monkeypatch.setenv("VISUAL", str(script))


def test_an_edited_entry_is_checked_and_stays_as_it_was_left(
    review: Review, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    command = ["catalogue", "edit", "esr", "--review", str(review.folder)]  # a former id
    path = review.initiatives / f"{ID}.toml"
    wrong = edited('scope = "national"', 'scope = "nation"')
    editor(tmp_path, monkeypatch, wrong)
    assert cli.run(command) == 3
    assert f"initiatives/{ID}.toml:{line_of('scope =', wrong)}" in capsys.readouterr().out
    assert path.read_text() == wrong
    editor(tmp_path, monkeypatch, alone())
    assert cli.run(["catalogue", "edit", ID, "--review", str(review.folder)]) == 0


def test_an_editor_that_fails_is_said(
    review: Review, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VISUAL", "false")
    assert cli.run(["catalogue", "edit", ID, "--review", str(review.folder)]) == 1
    assert (
        "false could not be started, or ended with an error. Set EDITOR" in capsys.readouterr().err
    )
    assert cli.run(["catalogue", "edit", "nobody", "--review", str(review.folder)]) == 2
