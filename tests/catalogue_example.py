"""The worked example of docs/entry-format.md, whole and with single places changed."""

from __future__ import annotations

import re
from pathlib import Path

from catalogue.entries.initiatives import Initiative
from catalogue.entries.reading import Entry, parse_entry

DOCS = Path(__file__).parent.parent / "docs" / "entry-format.md"
ID = "example-sarcoma-registry"


def example() -> str:
    """The example as it stands in the documentation."""
    found = re.search(rf"<!-- example: {ID}\.toml -->\n```toml\n(.*?)```", DOCS.read_text(), re.S)
    assert found, "the example is gone from docs/entry-format.md"
    return found.group(1)


def alone() -> str:
    """The example without its relation: an entry that stands in a folder by itself."""
    return example()[: example().index("[[relations]]")]


def edited(old: str, new: str, text: str | None = None) -> str:
    """The example with one place changed."""
    text = text if text is not None else alone()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the example"
    return text.replace(old, new)


def line_of(needle: str, text: str) -> int:
    """The line on which a text first shows."""
    return text[: text.index(needle)].count("\n") + 1


def entry(text: str, id: str = ID) -> Entry:
    return parse_entry(text, id, f"initiatives/{id}.toml")


def initiative(text: str | None = None, id: str = ID) -> Initiative:
    """The example as an initiative; it must be sound."""
    read = entry(text if text is not None else alone(), id)
    assert read.faults == ()
    assert read.initiative is not None
    return read.initiative


def renamed(id: str, text: str | None = None) -> str:
    """The example as another entry: another id, name and no former ids."""
    text = text if text is not None else alone()
    text = text.replace(f'id = "{ID}"', f'id = "{id}"', 1).replace('former_ids = ["esr"]', "")
    return text.replace('name = "Example Sarcoma Registry"', f'name = "Registry {id}"', 1)


def write(folder: Path, **texts: str) -> Path:
    """Write entries into a folder, named by keyword (underscores as hyphens)."""
    folder.mkdir(exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name.replace('_', '-')}.toml").write_text(text, "utf-8")
    return folder
