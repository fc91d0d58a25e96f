"""The catalogue in the review's database: brought up to the files, searched by words."""

from __future__ import annotations

from pathlib import Path

import pytest
from catalogue_example import ID, alone, renamed, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.store import MIGRATIONS, CatalogueStore, match_all
from search.review import Review


@pytest.fixture
def store(review: Review) -> CatalogueStore:
    return CatalogueStore(review.database(MIGRATIONS))


@pytest.fixture
def folder(review: Review) -> Path:
    other = renamed("gist-register").replace('"ESR"', '"Sarcoma"').replace("Registre", "Régistre")
    other = other.replace('code = "FR"', 'code = "NO"').replace('["soft-tissue-sarcoma", ', "[")
    return write(review.initiatives, **{ID: alone()}, gist_register=other)


def ids(store: CatalogueStore, words: str) -> list[str]:
    return [each.id for each in store.search(words)]


def test_a_search_finds_names_places_tumours_and_claims(
    store: CatalogueStore, folder: Path
) -> None:
    assert store.sync(folder) == []
    assert ids(store, "norway") == ["gist-register"]
    assert ids(store, "ESR") == [ID]
    assert ids(store, "gastrointest strom norw") == ["gist-register"]
    assert set(ids(store, "patient members committee")) == {ID, "gist-register"}
    assert set(ids(store, "leiomyosarcoma")) == {ID, "gist-register"}
    assert ids(store, "regis gist-register")[0] == "gist-register"
    assert set(ids(store, "registre exemple")) == {ID, "gist-register"}, "accents do not count"
    assert ids(store, "norway denmark") == []
    found = store.search("committee")[0]
    assert "committee" in found.where


def test_a_search_shows_a_sentence_before_a_row_of_words(
    store: CatalogueStore, folder: Path
) -> None:
    store.sync(folder)
    shown = {each.id: each.where for each in store.search("leiomyosarcoma")}
    assert "845 patients, of a part: leiomyosarcoma" in shown[ID]
    assert "\x02" not in "".join(shown.values())
    shown = {each.id: each.where for each in store.search("europe")}  # only a word for searches
    assert all("Europe" in each for each in shown.values())
    assert shown


def test_a_name_weighs_more_than_a_mention(store: CatalogueStore, folder: Path) -> None:
    store.sync(folder)
    assert ids(store, "sarcoma")[0] == "gist-register", "it bears the word as its acronym"


def test_only_what_is_known_is_found(store: CatalogueStore, folder: Path) -> None:
    store.sync(folder)
    assert ids(store, "looked") == [], "a state is no statement"


def test_the_tables_follow_the_files(store: CatalogueStore, folder: Path) -> None:
    store.sync(folder)
    path = folder / f"{ID}.toml"
    path.write_text(path.read_text("utf-8").replace('"ESR"', '"XYZ"'), "utf-8")
    store.sync(folder)
    assert (ids(store, "ESR"), ids(store, "XYZ")) == ([], [ID])
    path.unlink()
    store.sync(folder)
    assert ids(store, "XYZ") == []
    assert store.database.execute("select count(*) from initiatives").fetchone() == (1,)
    assert store.database.execute("pragma foreign_key_check").fetchall() == []


def test_what_did_not_change_is_not_read_again(
    store: CatalogueStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sync(folder)
    monkeypatch.setattr("catalogue.store.read_initiatives", lambda _: pytest.fail("read again"))
    assert store.sync(folder) == []


def test_a_faulty_file_is_named_each_time(store: CatalogueStore, folder: Path) -> None:
    write(folder, broken="not toml")
    for _ in range(2):
        assert [fault.file for fault in store.sync(folder)] == ["initiatives/broken.toml"]
        assert ids(store, "ESR") == [ID]


def test_a_folder_that_is_not_there_is_an_empty_catalogue(
    store: CatalogueStore, folder: Path, tmp_path: Path
) -> None:
    store.sync(folder)
    assert store.sync(tmp_path / "nowhere") == []
    assert ids(store, "sarcoma") == []


@pytest.mark.parametrize(
    "words", ["", '"', "***", 'a" OR "b', "name:esr", "NEAR(a b)", "-esr", "\x00", "^esr", "(", "'"]
)
def test_no_word_is_a_command(store: CatalogueStore, folder: Path, words: str) -> None:
    store.sync(folder)
    assert isinstance(ids(store, words), list)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(words=st.text())
def test_no_text_breaks_a_search(store: CatalogueStore, words: str) -> None:
    assert store.search(words) == []
    assert match_all(words).count('"') % 2 == 0
