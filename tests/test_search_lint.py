"""What `sarcat lint` says of a strategy, rule by rule, and on which line."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import cli
from search.lint import remarks
from search.offline.query import Unbalanced, parse
from search.query_tokens import tokens

HEAD = 'title = "t"\nquestion = "q"\n'


@pytest.mark.parametrize(
    ("query", "rule", "at"),
    [
        ("asthma[tiabb]", "unknown-tag", 6),
        ("asthma[organism]", "unknown-tag", 6),
        ('"Sarcoma"[mh:explode]', "unknown-tag", 9),
        ("(a[ti] OR b[ti])[tiab]", "tag-on-group", 16),
        ("(a[ti] OR b[ti]) [tiab]", "tag-on-group", 17),
        ("a[ti] OR [tiab]", "tag-alone", 9),
        ("a[ti][tiab]", "tag-alone", 5),
        ('"two words"[mh:~3]', "proximity", 11),
        ("two words[tiab:~3]", "proximity", 9),
        ('"two word*"[tiab:~3]', "proximity", 11),
        ('"two words"[tiab:~x]', "proximity", 11),
        ('"words"[tiab:~2]', "proximity", 7),
        ("sar*[ti]", "truncation", 0),
        ("*sarcoma[ti]", "truncation", 0),
        ("sarc*oma[ti]", "truncation", 0),
        ("sarcoma**[ti]", "truncation", 0),
        ("\u201csoft tissue\u201d[ti]", "look-alike", 0),
        ("\u2018soft tissue\u2019[ti]", "look-alike", 0),
        ("sarcoma\u2217[ti]", "look-alike", 7),
        ("sarcoma\uff0a[ti]", "look-alike", 7),
        ("a[ti] or b[ti]", "operator-case", 6),
        ("(a[ti]) And b[ti]", "operator-case", 8),
        ("a[ti] OR b[ti] AND c[ti]", "mixed-operators", 15),
        ("(a[ti] OR (b[ti] OR c[ti]) AND d[ti])", "mixed-operators", 27),
        ("(a[ti] OR b[ti]", "brackets", 0),
        ("a[ti] OR b[ti])", "brackets", 14),
        ("a[ti", "brackets", 1),
        ("a ti]", "brackets", 4),
        ('"a b[ti]', "quotes", 0),
        ("()", "brackets", 0),
        ("a[ti] AND", "operator", 6),
        ("OR a[ti]", "operator", 0),
        ("a[ti] AND OR b[ti]", "operator", 10),
        ("(AND a[ti])", "operator", 1),
        ("a[ti] && b[ti]", "other-syntax", 6),
        ("sarcoma ADJ3 registry", "other-syntax", 8),
        ("a[ti] NEAR/3 b[ti]", "other-syntax", 6),
        ("a[ti] OR sarcoma.ti,ab.", "other-syntax", 9),
        ("exp sarcoma/", "other-syntax", 4),
        ("(exp Bone Neoplasms/ OR a[ti])", "other-syntax", 10),
        ("sarcoma/exp", "other-syntax", 0),
        ("TITLE-ABS-KEY(sarcoma)", "other-syntax", 0),
        ('TS="soft tissue"', "other-syntax", 0),
        ("100:1[uid]", "range", 0),
        ("a[ti] AND 2020:2010[dp]", "range", 10),
        ("a[ti] AND (2020/05/02:2020/05/01[crdt])", "range", 11),
        ("2020 : 2019/12[Date - Publication]", "range", 7),
        ('"2020/01"[dp] : "2019"[dp]', "range", 16),
    ],
)
def test_an_error(query: str, rule: str, at: int) -> None:
    found = {(each.rule, each.at): each for each in remarks(query)}
    assert found[rule, at].level == "error"
    assert found[rule, at].what


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("sarcoma", "untagged"),
        ("a[ti] b[ti]", "no-operator"),
        ("(a[ti])(b[ti])", "no-operator"),
        ("a[ti] AND b[ti] OR c[ti]", "mixed-operators"),
        ("a[ti] OR b[ti] NOT c[ti]", "mixed-operators"),
        ("bone and soft tissue[ti]", "operator-case"),
        ("ewing\u2019s[ti]", "look-alike"),
        ("soft\u2013tissue[ti]", "look-alike"),
        ("soft\u00a0tissue[ti]", "look-alike"),
        ("c\u043ehort[ti]", "look-alike"),
        ('"bone* tumor"[ti]', "truncation"),
        ('"bon* tumor*"[ti]', "truncation"),
        ("wom?n[ti]", "truncation"),
        ("sarcoma[ab]", "unknown-tag"),
        ("10.1000/182[doi]", "unknown-tag"),
    ],
)
def test_a_warning(query: str, rule: str) -> None:
    assert [(each.rule, each.level) for each in remarks(query)][:1] == [(rule, "warning")]


@pytest.mark.parametrize(
    "query",
    [
        '"Sarcoma"[mh] OR "Registries"[mh:noexp] OR sarcoma*[tiab] OR "bone tumor*"[tiab]',
        '("soft tissue"[tiab:~0] AND registry[Title/Abstract]) NOT (x[pt] AND y[MeSH Major Topic])',
        "2000:2010[dp] AND 2020/01/02:3000[crdt] AND 1:100[UID]",
        '"2000"[dp] : "2010"[dp]',
        "a[ti] AND b[ti] NOT c[ti]",
        "smith j[au] AND O'Brien[au] AND \u00e9tude*[ti]",
        '"Sarcoma/therapy"[mh] AND Sarcoma/th[mh] AND hasabstract AND "R&D"[ti] AND R&D[ti]',
        '"TS=a ADJ3 b"[ti] AND and/or[ti] AND ts[ti]',
        '"Cancer Genome Atlas Research Network"[cn] AND english[la] AND medline[sb] AND x[1au]',
    ],
)
def test_nothing_is_said_of_a_sound_query(query: str) -> None:
    assert remarks(query) == []


@given(st.text(alphabet='ab*"()[]: ANDORT\u201c#~3', max_size=40))
def test_any_text_is_read_and_whatever_the_engine_refuses_is_an_error(query: str) -> None:
    found = remarks(query)
    assert all(0 <= each.at < len(query) for each in found)
    spans = [(each.start, each.end) for each in tokens(query)]
    assert spans == sorted(spans)
    between = zip([0, *(end for _, end in spans)], [*(start for start, _ in spans), len(query)],
                  strict=True)  # fmt: skip
    assert all(not query[end:start].strip() for end, start in between)  # no sign is passed over
    try:
        parse(query)
    except Unbalanced:
        assert any(each.level == "error" for each in found)


# --- the command ---------------------------------------------------------------------------------


def lint(
    folder: Path, text: str, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[int, str]:
    (folder / "protocol.toml").write_text(HEAD + text, "utf-8")
    status = cli.run(["lint", "--review", str(folder), *options])
    return status, capsys.readouterr().out


def test_each_remark_names_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '''
[[strategies]]
id = "raw"
source = "pubmed"
query = """
(sarcoma[tiab] OR \\
 "bone tumour"[tiabb])
  AND registry[ti] and x[ti]"""
limits = [ { text = "english[laa]", reason = "r" } ]

[[strategies]]
id = "blocks"
source = "pubmed"
  [[strategies.blocks]]
  name = "x" # "terms"
  terms = [
    "a[ti]", # "not[a]term"
    '"b c"[ti]', "A[ti]",
    "sar*[ti]",
  ]
  [[strategies.blocks]]
  not = true
  reason = "r"
  terms = ["animals[mh] OR (mice[mh]"]
'''
    status, out = lint(tmp_path, text, capsys, "--json")
    document = json.loads(out)
    found = {(each["line"], each["rule"]) for each in document["faults"]}
    assert status == 3
    assert found == {(9, "unknown-tag"), (10, "operator-case"), (11, "unknown-tag"),
                     (20, "twice"), (21, "truncation"), (26, "brackets")}  # fmt: skip
    assert document["errors"] == 5
    assert {each["file"] for each in document["faults"]} == {"protocol.toml"}
    status, out = lint(tmp_path, text, capsys, "--no-warnings")
    assert out.startswith("protocol.toml:9: PubMed has no tag [tiabb]")
    assert "line 19 too" not in out


def test_warnings_alone_do_not_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = lint(
        tmp_path,
        '[[strategies]]\nid = "a"\nsource = "pubmed"\nquery = "sarcoma AND x[ti]"\n',
        capsys,
    )
    assert status == 0
    assert "protocol.toml:6: warning: 'sarcoma' has no tag" in out


def test_the_library_adds_what_it_knows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    terms = '"1.5 sarcomas[ti]",\n"register[ti]",\n"registers[ti]"'
    status, out = lint(
        tmp_path,
        f'[[strategies]]\nid = "a"\nsource = "pubmed"\nblocks = [{{ name = "x", terms = [{terms}] }}]\n',
        capsys,
    )
    assert status == 0
    assert "info: " in out
    assert "register*" in out
    assert "\x1b" not in out


def test_dates_the_wrong_way_round(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out = lint(
        tmp_path, '[[strategies]]\nid = "a"\nsource = "pubmed"\nquery = "x[ti] AND 2020:2010[dp]"\n',
        capsys,
    )  # fmt: skip
    assert status == 3
    assert "wrong way round" in out


def test_a_query_of_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from search.review import Review
    from search.strategies import query_of

    text = ('[[strategies]]\nid = "a"\nsource = "pubmed"\nlines = [\n"x[ti] OR y[ti]",\n'
            '"z[ti]",\n"never[ti]",\n"#1 AND #2",\n]\n')  # fmt: skip
    status, out = lint(tmp_path, text, capsys)
    assert status == 0
    assert "protocol.toml:9: warning: line #3 of the query is used by no other" in out
    strategy = Review(tmp_path).protocol.strategies[0]
    assert query_of(strategy) == "(x[ti] OR y[ti]) AND (z[ti])"


def test_a_line_that_is_not_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '[[strategies]]\nid = "a"\nsource = "pubmed"\nquery = "#1 AND x[ti]"\n'
    status, out = lint(tmp_path, text, capsys)
    assert status == 3
    assert "protocol.toml:6: #1 names a line of a search history that is not sent." in out


@pytest.mark.parametrize("line", ["#1 AND #9", "#3", "#0"])
def test_a_line_that_names_no_line_before_it(
    line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'[[strategies]]\nid = "a"\nsource = "pubmed"\nlines = ["x[ti]", "y[ti]", "{line}"]\n'
    (tmp_path / "protocol.toml").write_text(HEAD + text, "utf-8")
    assert cli.run(["lint", "--review", str(tmp_path)]) == 2
    assert "protocol.toml:6: line 3 names #" in capsys.readouterr().err


def test_lines_that_grow_without_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ['"x[ti]"', *(f'"#{n} OR #{n}"' for n in range(1, 60))]
    text = f'[[strategies]]\nid = "a"\nsource = "pubmed"\nlines = [{", ".join(lines)}]\n'
    (tmp_path / "protocol.toml").write_text(HEAD + text, "utf-8")
    assert cli.run(["lint", "--review", str(tmp_path)]) == 2
    assert "longer than a million signs" in capsys.readouterr().err


def test_the_shipped_strategies_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    data = Path(__file__).parent.parent / "data"
    assert cli.run(["lint", "--review", str(data)]) == 0
    levels = [line for line in capsys.readouterr().out.splitlines() if ": info: " not in line]
    assert levels == []


@pytest.mark.parametrize(
    "query",
    [
        "1:100[uid]", "5[pmid]", "2010:2020[dp]", "2020:2020/03[dp]", "2020/03:2020[dp]",
        "2020/05:3000[edat]", '"2010"[dp] : "2020"[dp]', "2:1[tiab]", "99[uid] OR 1:7[uid]",
        "1990/12:1991/01[Date - Create]", "3000[dp]", ":[dp]",
    ],
)  # fmt: skip
def test_a_range_that_something_may_lie_in(query: str) -> None:
    assert not [each for each in remarks(query) if each.rule == "range"]


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_a_range_of_numbers(first: int, last: int) -> None:
    found = [each for each in remarks(f"{first}:{last}[uid]") if each.rule == "range"]
    assert bool(found) == (first > last)


@pytest.mark.parametrize("range_", ["2020:2010[dp]", "300:20[uid]"])
def test_a_range_is_named_once_and_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], range_: str
) -> None:
    text = f"[[strategies]]\nid = 'x'\nsource = 'pubmed'\nquery = 'a[ti] AND {range_}'\n"
    status, out = lint(tmp_path, text, capsys, "--json")
    found = [(each["line"], each["rule"]) for each in json.loads(out)["faults"]]
    assert (status, found) == (3, [(6, "range")])
