"""The door to the templates: one environment, in which nothing foreign is ever markup."""

from __future__ import annotations

import datetime
import hashlib
import os
import pickle
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator
from markupsafe import Markup, escape

from catalogue.entries.sources import url_fault
from catalogue.entries.wording import date_text

_PIECES = 10_000  # that make a part: nearly every page is one, so that joining costs no more
# Control characters, and the marks that turn round the direction of the text that follows: none of
# them belongs into a page, and the latter can make a page say the reverse of its source.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its path within the site, its template, and the values the template shows."""

    path: str
    template: str
    context: Mapping[str, Any]


class Renderer:
    """Turns pages into HTML; ``shared`` are the values that every page shows."""

    def __init__(self, shared: Mapping[str, Any]) -> None:
        self._shared = shared

    def html(self, page: Page) -> str:
        """Return the page as HTML; links are relative to its folder, or to a root of its own."""
        return "".join(self.parts(page))

    def parts(self, page: Page) -> Iterator[str]:
        """Give the page as HTML, part after part: of one that lists very many no more is held."""
        template = environment().get_template(page.template)
        root = "../" * page.path.count("/")
        values = {"root": root, **page.context, "path": page.path}
        pieces = template.generate(self._shared, **values)
        while part := "".join(islice(pieces, _PIECES)):
            yield part


@lru_cache(maxsize=1)
def environment() -> jinja2.Environment:
    """Return the environment of the site: autoescape always, an unknown name is an error."""
    made = _Environment(
        loader=jinja2.FunctionLoader(_source),
        bytecode_cache=_compiled(),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    made.filters |= {"day": day, "number": number, "short": short, "marks": marks}
    made.filters["has_long_word"] = has_long_word
    made.globals |= {"outside": outside, "letter": letter}
    return made


class _Code(CodeGenerator):
    """Translates templates so that one call makes a value fit and escapes it.

    Jinja would call ``finalize`` and `escape` one after the other on each of some thousand values
    of a page, most of which were shown on the page before.
    """

    def _output_child_pre(self, _node: Any, frame: Any, _finalize: Any) -> None:
        if not frame.eval_ctx.autoescape:
            raise AssertionError("every template of the site is escaped")
        self.write("environment.shown(")

    def _output_child_post(self, *_: Any) -> None:
        self.write(")")


class _Environment(jinja2.Environment):
    """Jinja's environment, in which what a template puts out goes through `shown`."""

    code_generator_class = _Code

    @staticmethod
    def shown(value: Any) -> str:
        """Return a value as markup: a text escaped, without what no page may hold."""
        if type(value) is str:
            return _shown_text(value)
        return str(value) if type(value) is int else escape(fit(value))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return ``obj.attribute``; of a mapping its item, where Jinja would try methods first."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        try:
            return getattr(obj, attribute)  # nearly all others
        except AttributeError:
            return super().getattr(obj, attribute)


@lru_cache(maxsize=8192)
def _shown_text(text: str) -> Markup:
    return escape(fit(text))


def macros(name: str) -> Any:
    """Return the macros of a template, to make a piece of markup that many pages share."""
    return environment().get_template(name).module


def _compiled() -> jinja2.BytecodeCache | None:
    """Return where compiled templates are kept, as Python keeps its modules: beside the source.

    Translating the templates costs as much as a hundred pages. Where the folder cannot be written,
    nothing is kept.
    """
    folder = Path(str(resources.files("templates"))) / "__pycache__"
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    return _Kept(str(folder), "%s.jinja")


class _Kept(jinja2.FileSystemBytecodeCache):
    """Compiled templates in a folder; one that is old, cannot be read or written is made anew."""

    # What compiled code rests on beside the template's text: the settings below, and Jinja.
    made_by = Path(__file__).read_bytes() + jinja2.__version__.encode()

    def get_source_checksum(self, source: str) -> str:
        """Return what tells whether kept code is still true."""
        return hashlib.sha256(self.made_by + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a template's code if it is kept whole."""
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template's code if the disk lets us."""
        with suppress(OSError):
            super().dump_bytecode(bucket)


def _source(name: str) -> tuple[str, str, None] | None:
    file = resources.files("templates") / name
    return (file.read_text("utf-8"), name, None) if file.is_file() else None


def fit(value: Any) -> Any:
    """Replace what no page may hold in a text by the sign for an unreadable character."""
    if not isinstance(value, str) or value.isprintable():
        return value
    # Most of the others are markup of many lines, with nothing in them but their ends.
    if not value.replace("\n", "").isprintable() and _UNFIT.search(value):
        # `type(value)` keeps what is already markup as markup
        return type(value)(_UNFIT.sub("\ufffd", value))
    return value


@lru_cache(maxsize=4096)
def day(value: datetime.date | str | None) -> str:
    """Return a day as people write it: 24 Nov 2026; a time is cut to its day."""
    return date_text(str(value)[:10]) if value else ""


def number(value: int) -> str:
    """Return a number with its thousands set apart: 12,345."""
    return f"{value:,}"


def short(text: str) -> str:
    """Return a text cut to what the title of a page may hold, at the end of a word."""
    if len(text) <= _TITLE:
        return text
    return text[: _TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,.;:(") + "…"


def has_long_word(text: str) -> bool:
    """Return whether a heading has a word that a telephone would break: it is set smaller there."""
    return any(len(word) > _LONG for word in text.split())


def web_address(text: str | None) -> str | None:
    """Return ``text`` if it is an address that a page may link to (http, https), else None."""
    return None if not text or url_fault(text) or _UNFIT.search(text) else text


# The two pieces of markup that stand on every fact are functions and no macros: a page has some
# hundred of them, and a macro's call costs ten times as much.

_MARK = Markup('<a href="#source-{0}"><span class="unseen">Source </span>{0}</a>')
_TITLE = 52  # letters; longer ones are cut by whoever shows them
_LONG = 16  # letters of a word: "rhabdomyosarcoma" still fits
_RANGE = 3  # so many numbers in a row and more stand as "2–5"


def outside(address: str | None, text: str) -> Markup:
    """Return a link that leaves the site; the text alone where its address must not be followed."""
    shown, safe = escape(fit(text)), web_address(address)
    if not safe:
        return shown
    return Markup(f'<a href="{escape(safe)}" rel="noopener noreferrer external">{shown}</a>')  # noqa: S704  both are escaped


def letter(address: str | None, text: str) -> Markup:
    """Return a link that opens a letter (mailto, as `Settings` made it) or a page; "" for none."""
    if address and address.startswith("mailto:"):
        return Markup(f'<a href="{escape(address)}">{escape(fit(text))}</a>')  # noqa: S704  escaped
    return outside(address, text) if address else Markup()


@lru_cache(maxsize=4096)
def marks(numbers: tuple[int, ...]) -> Markup:
    """Return footnote marks: links to the sources by their numbers, those in a row as "2–5"."""
    if not numbers:
        return Markup()
    shown = []
    for run in _runs(numbers):
        ends = (run[0], run[-1]) if len(run) >= _RANGE else run
        between = Markup("–") if len(run) >= _RANGE else Markup(",")
        shown.append(between.join(_MARK.format(int(each)) for each in ends))
    return Markup('<sup class="fn">{}</sup>').format(Markup(",").join(shown))


def _runs(numbers: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Cut ascending numbers where one is left out: (1, 2, 4) gives (1, 2) and (4,)."""
    runs: list[tuple[int, ...]] = []
    for each in numbers:
        if runs and each == runs[-1][-1] + 1:
            runs[-1] = (*runs[-1], each)
        else:
            runs.append((each,))
    return runs
