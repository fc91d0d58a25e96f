"""What a site cannot know of itself: where it will stand, and how its readers reach the makers.

`site.toml` in the review folder says so; without it the site works all the same, with relative
links only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from catalogue.entries.sources import url_fault
from search.errors import BadInput
from search.toml_text import Table, read

FILE = "site.toml"
_MAIL = re.compile(r"[^@\s<>\"'?&%]+@[^@\s<>\"'?&%]+\.[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Settings:
    """``address``: of the published site, with a slash at its end; absolute links need it.

    ``issues``: the page on which anyone opens an issue; ``contact``: a mail address or the address
    of a form; ``publisher``: who publishes the catalogue. All may be empty.
    """

    address: str = ""
    issues: str = ""
    contact: str = ""
    publisher: str = ""

    @property
    def mail(self) -> str:
        """Return the mail address, if that is how to reach us."""
        return self.contact if _MAIL.fullmatch(self.contact) else ""

    @property
    def is_reachable(self) -> bool:
        """Return whether there is any way to write to the makers."""
        return bool(self.contact or self.issues)

    def write_to_us(self, subject: str, body: str) -> str | None:
        """Return an address that opens a letter or an issue with these words; None without one.

        Every word is quoted: none can become another part of the address.
        """
        if self.mail:
            lines = re.sub(r"\r?\n", "\r\n", body)  # as RFC 6068 wants them
            return f"mailto:{self.mail}?subject={quote(subject, '')}&body={quote(lines, '')}"
        if self.issues:
            return f"{self.issues}?title={quote(subject, '')}&body={quote(body, '')}"
        return self.contact or None


def read_settings(folder: Path) -> Settings:
    """Read `site.toml` of a review folder; FaultyFile names what is wrong with its line."""
    path = folder / FILE
    if not path.exists():
        return Settings()
    document = read(path, FILE)
    table = document.root()
    found = Settings(
        address=with_slash(_address(table, "address")),
        issues=_address(table, "issues"),
        contact=_contact(table),
        publisher=table.text("publisher") or "",
    )
    table.done()
    document.raise_faults()
    return found


def checked_address(address: str) -> str:
    """Return the address of a site as given on the command line; BadInput if it is none."""
    wrong = url_fault(address)
    if wrong:
        remedy = "Give one such as https://example.org/sarcat/."
        raise BadInput(f"the address of the site: {wrong}.", where=address, remedy=remedy)
    return with_slash(address)


def with_slash(address: str) -> str:
    """Return an address that other paths can be put behind."""
    return address.rstrip("/") + "/" if address else ""


def _address(table: Table, key: str) -> str:
    text = table.text(key) or ""
    wrong = url_fault(text) if text else None
    if wrong or "?" in text or "#" in text:
        what = f"{key!r} is {text!r}: {wrong or 'it holds a question mark or a fragment'}."
        table.fault(key, "url", what, "Correct the address.")
        return ""
    return text


def _contact(table: Table) -> str:
    text = table.text("contact") or ""
    if text and not _MAIL.fullmatch(text) and url_fault(text):
        what = f"'contact' is {text!r}, neither a mail address nor a web address."
        table.fault("contact", "contact", what, "Give the address of a role, or of a form.")
        return ""
    return text
