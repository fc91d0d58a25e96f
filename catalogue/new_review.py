"""Begin a review folder: from the commented template, or from the review that ships with Sarcat."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from catalogue.pages.unlisted import FILE as UNLISTED
from search.errors import BadInput
from search.files import write_whole
from search.review import PROTOCOL, Review

IGNORED = "review.db\nreview.db-*\nsite/\nsearches/*/raw/\nsearches/.*/\n"
FOLDERS = ("searches", "decisions", "initiatives")


def shipped(name: str) -> Traversable:
    """Return a file or folder of the review that ships with the program."""
    return resources.files("data") / name


def init(folder: Path) -> Review:
    """Make a new review folder from the template; BadInput if the folder holds anything."""
    if folder.exists() and not folder.is_dir():
        raise BadInput("this is a file.", where=str(folder), remedy="Name a new folder.")
    if folder.exists() and any(folder.iterdir()):
        raise BadInput(
            "this folder is not empty.", where=str(folder), remedy="Name a new or an empty one."
        )
    return _begin(folder, shipped("template") / PROTOCOL)


def copy_shipped(folder: Path) -> Review:
    """Copy protocol, decisions and initiatives of the shipped review into ``folder``.

    Its searches are left out: who copies it runs them. Files that are there already stay as they
    are, so that nothing a person has since judged or edited is overwritten.
    """
    review = _begin(folder, shipped(PROTOCOL))
    for name in ("decisions", "initiatives"):
        for each in sorted(shipped(name).iterdir(), key=lambda entry: entry.name):
            target = folder / name / each.name
            if each.is_file() and not target.exists():
                write_whole(target, each.read_bytes())
    if not (folder / UNLISTED).exists():
        write_whole(folder / UNLISTED, shipped(UNLISTED).read_bytes())
    return review


def _begin(folder: Path, protocol: Traversable) -> Review:
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, content in ((".gitignore", IGNORED.encode()), (PROTOCOL, protocol.read_bytes())):
        if not (folder / name).exists():
            write_whole(folder / name, content)
    return Review(folder.resolve())
