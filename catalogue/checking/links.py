"""Whether the addresses in entries still lead somewhere: asked politely, one after the other.

Never part of a build: a page is asked for by its head, at most one a second and host, with time
limits and our name, and what came of it is kept with its day, so that a check that was cut off goes
on where it stopped. A site that turns programs away (403, 429) is no dead link, and is said so.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urljoin, urlsplit

import requests

from catalogue.entries.reading import Entry
from catalogue.entries.sources import address, url_fault
from search.faults import Fault
from search.toml_lines import KeyPath

State = Literal["ok", "moved", "gone", "refused", "failed"]
_TIMES = (10.0, 20.0)  # seconds to connect, and to wait for an answer
_HOPS = 5
_PACE = 1.0  # seconds between two requests to one host
_HEADERS = {"User-Agent": "sarcat (a catalogue's check of its links)", "Accept": "*/*"}


@dataclass(frozen=True, slots=True)
class Link:
    """One address in an entry, with the line it stands on."""

    url: str
    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for an address: ``said`` in words, ``to`` where it has moved."""

    url: str
    state: State
    said: str
    day: datetime.date
    to: str | None = None


def links_of(entries: Sequence[Entry]) -> list[Link]:
    """Return every address of the entries: pages, papers, and what claims lead to, in order."""
    found: dict[tuple[str, str], Link] = {}
    for entry in entries:
        for url, place in _addresses(entry):
            if not url_fault(url) and (entry.file, url) not in found:
                found[entry.file, url] = Link(url, entry.file, entry.line(*place))
    return list(found.values())


def _addresses(entry: Entry) -> Iterator[tuple[str, KeyPath]]:
    if entry.initiative is None:
        return
    for each in entry.initiative.evidence.values():
        yield address(each.source), each.place
    for claim in entry.initiative.claims:
        for text in _texts(claim.value):
            if text.startswith(("http://", "https://")):
                yield text, claim.place


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def ask(
    urls: Iterable[str], day: datetime.date, *,
    session: requests.Session | None = None,
    sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic,
) -> Iterator[Answer]:  # fmt: skip
    """Ask for each address once and yield what came of it."""
    asked: dict[str, float] = {}
    with session or requests.Session() as http:
        for url in dict.fromkeys(urls):
            host = urlsplit(url).netloc
            pause = asked.get(host, float("-inf")) + _PACE - clock()
            if pause > 0:
                sleep(pause)
            yield _asked(http, url, day)
            asked[host] = clock()


def _asked(http: requests.Session, url: str, day: datetime.date) -> Answer:
    try:
        status, there = _follow(http, url)
    except requests.Timeout:
        return Answer(url, "failed", "no answer in time", day)
    except requests.TooManyRedirects:
        return Answer(url, "failed", "it leads in a circle", day)
    except requests.exceptions.SSLError:
        return Answer(url, "failed", "its certificate is not valid", day)
    except (requests.RequestException, UnicodeError, ValueError) as error:
        return Answer(url, "failed", f"no connection ({type(error).__name__})", day)
    if status in (404, 410):
        return Answer(url, "gone", f"HTTP {status}", day)
    if status in (401, 403, 405, 429):
        return Answer(url, "refused", f"HTTP {status}: it turns programs away", day)
    if status >= 400:
        return Answer(url, "failed", f"HTTP {status}", day)
    if there != url:
        return Answer(url, "moved", f"it has moved to {there}", day, there)
    return Answer(url, "ok", f"HTTP {status}", day)


def _follow(http: requests.Session, url: str) -> tuple[int, str]:
    """Return the status at the end, and where the address has moved for good.

    A redirect for the moment (302, 303, 307) is followed and no move.
    """
    here = moved = url
    for_good = True
    for _ in range(_HOPS):
        status, to = _head(http, here)
        if not to:
            return status, moved
        here = urljoin(here, to)
        if url_fault(here):
            return status, moved
        for_good = for_good and status in (301, 308)
        moved = here if for_good else moved
    raise requests.TooManyRedirects


def _head(http: requests.Session, url: str) -> tuple[int, str | None]:
    """Ask for the head; where that is not answered, for the page, of which nothing is read."""
    for method in ("HEAD", "GET"):
        with http.request(method, url, timeout=_TIMES, headers=_HEADERS, allow_redirects=False,
                          stream=True) as answer:  # fmt: skip
            if answer.status_code not in (403, 404, 405, 500, 501) or method == "GET":
                return answer.status_code, answer.headers.get("Location")
    raise AssertionError("unreachable")


def faults_of(links: Iterable[Link], answers: Iterable[Answer]) -> Iterator[Fault]:
    """Yield what a person should look at: gone is an error, all else a warning or a note."""
    by_url = {answer.url: answer for answer in answers}
    for link in links:
        answer = by_url.get(link.url)
        if answer is None or answer.state == "ok":
            continue
        level = _LEVELS[answer.state]
        what = f"{link.url}: {answer.said} (asked on {answer.day})."
        yield Fault(
            link.file, link.line, f"link-{answer.state}", what, _REMEDIES[answer.state], level
        )


_LEVELS: dict[State, Literal["error", "warning", "info"]] = {
    "gone": "error", "failed": "warning", "moved": "warning", "refused": "info",
}  # fmt: skip
_REMEDIES: dict[State, str] = {
    "gone": "Find where it went, or cite an archived copy.",
    "failed": "Try it in a browser.",
    "moved": "Write the new address, after reading what stands there.",
    "refused": "Open it in a browser.",
}
