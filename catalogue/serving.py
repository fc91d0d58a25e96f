"""Serve the site on this machine, and build it again when what it is made from has changed."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from catalogue.site import FOLDER, build
from catalogue.site_settings import FILE as SETTINGS
from search.errors import BadInput, SarcatError
from search.review import PROTOCOL, Review

HOST = "127.0.0.1"
Say = Callable[[str], None]


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
            self._say(f"Built {built.pages} pages.")


def _sources(review: Review) -> list[tuple[str, int, int]]:
    """Return what tells whether anything the site is made from has changed."""
    files = [review.folder / PROTOCOL, review.folder / SETTINGS]
    for folder, pattern in (
        (review.initiatives, "*.toml"),
        (review.decisions, "*.jsonl"),
        (review.searches, "*/run.json"),
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


class _Handler(SimpleHTTPRequestHandler):
    """Serves the folder as any static host would, after a look whether it is still true."""

    site: LiveSite

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, directory=os.fspath(self.site.folder), **named)

    def do_GET(self) -> None:
        """Answer with a file of the site as it is now."""
        if self.path.partition("?")[0].endswith((".html", "/")):
            self.site.refresh()
        super().do_GET()

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
        body = missing.read_bytes()
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
