"""The catalogue in the review's database: the only module here that talks SQL to `review.db`.

It is worked out from ``initiatives/`` and can be thrown away; the files are the truth.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catalogue.checking.checks import newest_check
from catalogue.entries import vocabulary
from catalogue.entries.reading import read_initiatives
from catalogue.exporting.tables import SCHEMA, fill
from search.faults import Fault
from search.sqlite import Database, Migrations

if TYPE_CHECKING:
    from catalogue.checking.links import Answer

MIGRATIONS = Migrations("catalogue")


@MIGRATIONS()
def entries_and_claims(db: Database) -> None:
    """Create the tables of the catalogue, and what says which files they were filled from."""
    db.executescript(SCHEMA + "create table catalogue_files (digest text not null);")


@MIGRATIONS()
def links(db: Database) -> None:
    """Create the table of what came of asking for each address."""
    db.executescript(
        """
        create table links (
            url text primary key,
            state text not null,
            said text not null,
            day text not null,
            moved_to text
        )
        """
    )


@dataclass(frozen=True, slots=True)
class Found:
    """One initiative that a search found, and the words around what was found."""

    id: str
    name: str
    acronym: str | None
    where: str


class CatalogueStore:
    """The catalogue of a review, as it was last brought up to date."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def sync(self, folder: Path) -> list[Fault]:
        """Bring the tables up to the files of ``folder``; return the faults of those left out."""
        digest = digest_of(folder)
        held = [row[0] for row in self.database.execute("select digest from catalogue_files")]
        if held == [digest]:
            return []
        initiatives, faults = read_initiatives(folder)
        with self.database.atomic():
            fill(self.database, initiatives, newest_check(initiatives))
            self.database.execute("delete from catalogue_files")
            if not faults:  # a faulty file is named each time until it is mended
                self.database.execute("insert into catalogue_files values (?)", (digest,))
        return faults

    def answers(self, since: datetime.date) -> list[Answer]:
        """Return what came of the addresses that were asked for since a day."""
        from catalogue.checking.links import Answer

        query = "select url, state, said, day, moved_to from links where day >= ? order by url"
        rows = self.database.execute(query, (since.isoformat(),))
        return [Answer(url, state, said, datetime.date.fromisoformat(day), to)
                for url, state, said, day, to in rows]  # fmt: skip

    def keep(self, answer: Answer) -> None:
        """Keep what came of asking for an address: a check that is cut off goes on from here."""
        with self.database.atomic():
            self.database.execute(
                "insert or replace into links values (?, ?, ?, ?, ?)",
                (answer.url, answer.state, answer.said, answer.day.isoformat(), answer.to),
            )

    def search(self, words: str, limit: int = 50) -> list[Found]:
        """Return the initiatives that hold every word (or its beginning), the best first.

        Names and acronyms weigh most, what is claimed the least.
        """
        query = match_all(words)
        if not query:
            return []
        rows = self.database.execute(
            """
            select i.id, i.name, i.acronym,
                snippet(initiatives_fts, 3, char(2), '', '…', 16),
                snippet(initiatives_fts, 5, char(2), '', '…', 16),
                snippet(initiatives_fts, -1, char(2), '', '…', 16)
            from initiatives_fts join initiatives i on i.rowid = initiatives_fts.rowid
            where initiatives_fts match ?
            order by bm25(initiatives_fts, 8, 12, 6, 2, 2, 1), i.id
            limit ?
            """,
            (query, limit),
        )
        return [Found(id, name, acronym, _best(said)) for id, name, acronym, *said in rows]


def _best(snippets: Sequence[str]) -> str:
    """Return the first snippet in which a word was found (marked by char(2)).

    Sentences come first: of the summary, of the facts. The words for searches alone read like none.
    """
    found = next((each for each in snippets if each and "\x02" in each), snippets[-1])
    return found.replace("\x02", "")


def digest_of(folder: Path) -> str:
    """Return the sha256 of all entries and of the vocabulary that they are read by."""
    digest = hashlib.sha256(vocabulary.DIGEST.encode())
    for path in sorted(folder.glob("*.toml")):
        digest.update(path.name.encode("utf-8", "surrogateescape"))
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def match_all(words: str) -> str:
    """Return the full-text query for entries that hold every word or its beginning.

    Each word is quoted, so that nothing in it is taken for a command of the query language.
    """
    quoted = [word.replace('"', "").replace("\x00", "") for word in words.split()]
    return " ".join(f'"{word}"*' for word in quoted if any(sign.isalnum() for sign in word))
