"""Serve the site on this machine, and build it again when what it is made from has changed."""

from __future__ import annotations

import itertools
import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from catalogue.history.change_log import NAME as CHANGES
from catalogue.pages.site_data import EDITIONS
from catalogue.pages.site_settings import FILE as SETTINGS
from catalogue.pages.unlisted import FILE as UNLISTED
from catalogue.site.site import FOLDER, build
from search.errors import BadInput, SarcatError
from search.review import PROTOCOL, Review
from search.words import counted

HOST = "127.0.0.1"
Say = Callable[[str], None]

# Only what is served has this: no file of the site does. An open page asks to be told of changes.
_SCRIPT, _CHANGES = "/~reload.js", "/~changes"
_RELOAD = f"""\
new EventSource("{_CHANGES}").addEventListener("built", function () {{ location.reload(); }});
"""
_LOOK = 0.5  # seconds between two looks whether anything has changed
_QUIET = 20  # looks without a change after which the page is told that somebody is still there


def serve(review: Review, output: Path | None, port: int, say: Say) -> None:
    """Build the site and serve it until interrupted; BadInput if the port is taken."""
    live = LiveSite(review, output, say)
    live.refresh()
    with server(live, port) as listening:
        say(f"The site is at http://{HOST}:{listening.server_address[1]}/ (stop with Ctrl-C)")
        listening.serve_forever()


def server(live: LiveSite, port: int) -> ThreadingHTTPServer:
    """Return a server of the site, bound to this machine alone."""

    class Handler(_Handler):
        site = live

    try:
        return ThreadingHTTPServer((HOST, port), Handler)
    except OSError as error:
        raise BadInput(
            f"port {port} cannot be used ({error.strerror}).",
            remedy="Name another with --port, or 0 for any that is free.",
        ) from error


class LiveSite:
    """A site that is built again when its sources have changed since the last build."""

    def __init__(self, review: Review, output: Path | None, say: Say) -> None:
        self._review = review
        self.folder = (output or review.folder / FOLDER).resolve()
        self._say = say
        self._built_from: object = None
        self.builds = 0  # how often it was built: a page that was open before is an older one
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Build the site if anything changed. A fault is said once; the site before stays.

        The first build must succeed: until then there is nothing to show.
        """
        with self._lock:
            sources = _sources(self._review)
            if sources == self._built_from:
                return
            first = self._built_from is None
            self._built_from = sources
            try:
                # A review opened anew: what was read of the protocol and the store is old.
                built = build(Review(self._review.folder), self.folder)
            except SarcatError as error:
                if first:
                    raise
                self._say(f"The site was not built again; the one before is still shown.\n{error}")
                return
            self.builds += 1
            self._say(f"Built {counted(built.pages, 'page')}.")


def _sources(review: Review) -> list[tuple[str, int, int]]:
    """Return what tells whether anything the site is made from has changed."""
    files = [review.folder / each for each in (PROTOCOL, SETTINGS, UNLISTED, CHANGES)]
    for folder, pattern in (
        (review.initiatives, "*.toml"),
        (review.decisions, "*.jsonl"),
        (review.searches, "*/run.json"),
        (review.folder / EDITIONS, "*.json"),
    ):
        files += folder.glob(pattern)
    found = []
    for file in sorted(files):
        try:
            status = file.stat()
        except FileNotFoundError:  # removed between listing and looking
            continue
        found.append((os.fspath(file), status.st_mtime_ns, status.st_size))
    return found


def watching(page: str) -> str:
    """Return a page with the script that loads it again, and the policy that lets this one run."""
    policy = "default-src 'none'; "
    allowed = page.replace("script-src 'self'; ", "", 1)
    allowed = allowed.replace(policy, f"{policy}script-src 'self'; ", 1)
    return allowed.replace("</head>", f'<script src="{_SCRIPT}" defer></script>\n</head>', 1)


_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]*)static/site\.css">')
_ELSEWHERE = r"(?!https?:|mailto:|#)"


def at_top(page: str) -> str:
    """Return the page for what is missing with its links from the top of what is served.

    It is answered at any address, however deep; where the site will stand, its own links may have
    another beginning (`Settings.address`).
    """
    found = _STYLE.search(page)
    root = re.escape(found[1]) if found else ""
    return re.sub(rf' (href|src|action)="{_ELSEWHERE}{root}', r' \1="/', page)


class _Handler(SimpleHTTPRequestHandler):
    """Serves the folder as any static host would, after a look whether it is still true."""

    site: LiveSite

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, directory=os.fspath(self.site.folder), **named)

    def do_GET(self) -> None:
        """Answer with a file of the site as it is now; a page learns of the next build itself."""
        path = self.path.partition("?")[0]
        if path == _SCRIPT:
            self._answer(_RELOAD.encode(), "text/javascript; charset=utf-8")
        elif path == _CHANGES:
            self._tell_changes()
        elif path.endswith((".html", "/")):
            self.site.refresh()
            self._page()
        else:
            super().do_GET()

    def _page(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if file.is_file():
            self._answer(watching(file.read_text("utf-8")).encode(), "text/html; charset=utf-8")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _tell_changes(self) -> None:
        """Keep the line open and say when the site was built again, until the page is closed."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        seen = self.site.builds
        with suppress(ConnectionError):
            for look in itertools.count(1):
                self.site.refresh()
                if self.site.builds != seen:
                    seen = self.site.builds
                    self._send_line(b"event: built\ndata: \n\n")
                elif look % _QUIET == 0:
                    self._send_line(b": still here\n\n")
                time.sleep(_LOOK)

    def _send_line(self, line: bytes) -> None:
        self.wfile.write(line)
        self.wfile.flush()

    def list_directory(self, path: Any) -> None:
        """Show no listings: a static host has none, and a page should not rely on them."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a missing page with the site's own page for it."""
        missing = self.site.folder / "404.html"
        if code != HTTPStatus.NOT_FOUND or not missing.is_file():
            super().send_error(code, message, explain)
            return
        body = watching(at_top(missing.read_text("utf-8"))).encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def end_headers(self) -> None:
        """Keep browsers from showing an older page, or a file as something it is not."""
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of requests that went well."""
