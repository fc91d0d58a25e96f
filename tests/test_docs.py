"""The documents stay true: every command is described, every file they name is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

import cli

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted(
    path
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("data/**/*.md"))
    if ".venv" not in path.parts
)
PACKAGES = ("search", "screening", "catalogue", "data", "templates", "tests", "docs")


def commands() -> Iterator[tuple[str, object]]:
    for name, command in typer.main.get_command(cli.app).commands.items():  # type: ignore[attr-defined]
        below = getattr(command, "commands", None)
        if below:
            yield from ((f"{name} {each}", one) for each, one in below.items())
        else:
            yield name, command


@pytest.mark.parametrize(
    ("name", "command"), list(commands()), ids=[name for name, _ in commands()]
)
def test_every_command_has_help_an_example_and_a_place_in_the_readme(
    name: str, command: object
) -> None:
    words = str(command.help)  # type: ignore[attr-defined]
    assert words.rstrip().endswith(".")
    assert f"sarcat {name}" in str(command.epilog)  # type: ignore[attr-defined]
    first, *rest = name.split()
    readme = (ROOT / "README.md").read_text("utf-8")
    lines = [line for line in readme.splitlines() if f"`sarcat {first}" in line]
    assert any(not rest or re.search(rf"\b{rest[0]}\b", line) for line in lines), (
        f"describe `sarcat {name}` in the table of commands in README.md"
    )


@pytest.mark.parametrize("command", sorted(set(re.findall(
    r"^    sarcat ([a-z]+)|`sarcat ([a-z]+)",
    "\n".join(path.read_text("utf-8") for path in DOCUMENTS), re.MULTILINE,
))), ids=lambda found: "".join(found))  # fmt: skip
def test_every_command_that_a_document_names_exists(command: tuple[str, str]) -> None:
    assert "".join(command) in {name.split()[0] for name, _ in commands()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_document_names_is_there(path: Path) -> None:
    text = path.read_text("utf-8")
    links = [link for link in re.findall(r"\]\(([^)#\s]+)", text) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []
    named = re.findall(rf"`((?:{'|'.join(PACKAGES)})/[A-Za-z0-9_./-]+)`", text)
    whole = [name for name in named if not re.search(r"[A-Z]{2}|…", name)]
    assert [name for name in whole if not (ROOT / name).exists()] == []


def sections() -> dict[str, set[str]]:
    """What the architecture names in the tables under each folder's heading."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    found: dict[str, set[str]] = {}
    for part in text.split("\n## ")[1:]:
        heading, _, body = part.partition("\n")
        names = {
            name
            for row in re.findall(r"^\| (`.*?) \|", body, re.MULTILINE)
            for name in re.findall(r"`([a-z_]+)/?`", row)
        }
        folders = re.findall(r"`((?:search|screening|catalogue)(?:/[a-z_]+)?)`", heading)
        for folder in folders:
            there = {path.stem for path in (ROOT / folder).iterdir() if path.suffix in (".py", "")}
            found[folder] = names & there if len(folders) > 1 else names
    return found


def test_the_architecture_names_every_module_and_none_that_is_not_there() -> None:
    named = sections()
    for folder, names in named.items():
        there = {
            path.stem
            for path in (ROOT / folder).iterdir()
            if path.suffix == ".py" or (path / "__init__.py").exists()
        }
        commands = {name for name in there if name.startswith("commands")}
        assert names <= there, folder
        assert there - names - commands - {"__init__"} == set(), folder
