"""The tables of records and search runs in `review.db`; `store` fills and reads them."""

from __future__ import annotations

from search.sqlite import Database, Migrations

MIGRATIONS = Migrations("search")


@MIGRATIONS()
def records_and_runs(db: Database) -> None:
    """Create the tables of records, of search runs, and of where each record appeared."""
    db.executescript(
        """
        create table runs (
            id text primary key,
            executed_at text not null,
            source text not null,
            digest text not null,        -- of run.json: a changed entry is read again
            document text not null
        );
        create table records (
            key text primary key,
            plain_key text not null,     -- the key without #content
            content text not null,       -- tells records of one plain key apart
            rank text not null,          -- of the run whose description is shown; the highest wins
            title text,
            year integer,
            pmid text,
            doi text,
            document text not null
        );
        create index records_plain_key on records (plain_key);
        create table appearances (
            key text not null references records (key),
            run text not null references runs (id),
            primary key (key, run)
        ) without rowid;
        create index appearances_run on appearances (run);
        """
    )
