"""The service that commands ask with ``--offline``: files of PubMed XML in PubMed's place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from search.errors import BadInput
from search.offline.server import serve
from search.service import Service

# Whatever a user's files hold, it was not asked of PubMed now.
LABEL = "Offline files (PubMed XML on this machine, not a live PubMed search)"


def check_files(paths: Sequence[Path]) -> None:
    """BadInput for the first path that is no file."""
    for path in paths:
        if not path.is_file():
            raise BadInput("there is no such file.", where=str(path),
                           remedy="--offline takes PubMed XML files.")  # fmt: skip


@contextmanager
def standing_in(paths: Sequence[Path]) -> Iterator[Service]:
    """Serve files of PubMed XML while the context lasts; yields the service to be asked."""
    with serve(paths, label=LABEL) as address:
        yield Service(address=address)
