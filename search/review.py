"""The one place where a review folder is found and opened."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from search.errors import BadInput

if TYPE_CHECKING:
    from search.protocol import Protocol
    from search.sqlite import Database, Migrations
    from search.store import Store

PROTOCOL = "protocol.toml"


@dataclass
class Review:
    """A review folder: plain text that people judged, and the database worked out from it."""

    folder: Path

    @property
    def searches(self) -> Path:
        """Where each search run and import has its folder."""
        return self.folder / "searches"

    @property
    def decisions(self) -> Path:
        """Where the reviewers' logs lie."""
        return self.folder / "decisions"

    @property
    def initiatives(self) -> Path:
        """Where the catalogue's entries lie."""
        return self.folder / "initiatives"

    @property
    def database_path(self) -> Path:
        """The one SQLite file."""
        return self.folder / "review.db"

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol, read and checked."""
        from search.protocol_reading import (
            read_protocol,  # every command names a review; help reads none
        )

        return read_protocol(self.folder / PROTOCOL)

    def database(self, *migrations: Migrations) -> Database:
        """Open the database with the tables of a package brought up to date."""
        from search.database import connect

        return connect(self.database_path, *migrations)

    def store_but(self, run: str) -> Store:
        """The records, brought up to all of ``searches/`` but one run that is still in the making.

        That run is entered when it is finished, and not twice.
        """
        from search.store import Store
        from search.store_tables import MIGRATIONS

        store: Store = self.__dict__.get("store") or Store(self.database(MIGRATIONS))
        self.__dict__["store"] = store
        store.sync(self.searches, but=run)
        return store

    @cached_property
    def store(self) -> Store:
        """The records, brought up to what lies in ``searches/``."""
        from search.store import Store
        from search.store_tables import MIGRATIONS

        store = Store(self.database(MIGRATIONS))
        store.sync(self.searches)
        return store


def find_review(option: Path | None = None, *, start: Path | None = None) -> Review:
    """Open the review that is meant: ``--review``, $SARCAT_REVIEW, upwards, else ``./data``."""
    here = start or Path.cwd()
    named = option or (Path(value) if (value := os.environ.get("SARCAT_REVIEW")) else None)
    if named is not None:
        if not _is_review(named):
            raise _no_review(named)
        return Review(named.resolve())
    for folder in (here, *here.parents, here / "data"):
        if _is_review(folder):
            return Review(folder.resolve())
    raise BadInput(
        "no review was found here.",
        where=str(here),
        remedy="Name one with --review DIR, or begin one with `sarcat init DIR`.",
    )


def _is_review(folder: Path) -> bool:
    protocol = folder / PROTOCOL
    if protocol.is_dir():  # found, and of no use: not the same as missing
        raise BadInput("this is a folder, where the protocol's text should be.",
                       where=str(protocol), remedy="Put the file in its place.")  # fmt: skip
    return protocol.is_file()


def _no_review(named: Path) -> BadInput:
    if named.exists() and not named.is_dir():
        meant = named.parent if named.name == PROTOCOL else f"the folder that holds {PROTOCOL}"
        return BadInput("this is a file, and a review is a folder.", where=str(named),
                        remedy=f"Name {meant}.")  # fmt: skip
    return BadInput(
        f"this is no review folder: it has no {PROTOCOL}.", where=str(named),
        remedy=f"Name another folder, or begin one with `sarcat init {named}`.",
    )  # fmt: skip
