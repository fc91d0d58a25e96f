"""The feed of changes: what an entry says otherwise than before, and why, as Atom (RFC 4287)."""

from __future__ import annotations

import datetime

from catalogue.entries.rows import path_of
from catalogue.history.change_log import KeptChange
from catalogue.history.changes import FieldChange
from catalogue.pages.feeds import feed_head, feed_id, feed_text, feed_time
from catalogue.pages.site_data import SiteData

CHANGES = "feeds/changes.xml"
_SHOWN = 100


def change_feed(data: SiteData) -> str:
    """Return the newest changes of the review's change log, each with its reasons.

    The feed is there from the start, though nothing was kept yet: who subscribes early misses none.
    """
    newest = sorted(enumerate(data.kept), key=lambda pair: (pair[1].day, pair[0]), reverse=True)
    shown = [kept for _, kept in newest[:_SHOWN]]
    updated = shown[0].day if shown else data.as_of or datetime.date.min
    settings = data.settings
    name = "Sarcat: what changed, and why"
    head = feed_head(CHANGES, name, "changes.html", settings.address, settings.publisher, updated)
    root = settings.address or "../"
    return "".join([head, *(_entry(kept, data, root) for kept in shown), "</feed>\n"])


def _entry(kept: KeptChange, data: SiteData, root: str) -> str:
    change = kept.change
    page = path_of(change.initiative) if change.initiative in data.names else "changes.html"
    id = feed_id(f"{kept.upto} {change.initiative} {change.kind}")
    return (
        f"<entry>\n<title>{feed_text(change.name + ': ' + _what(kept))}</title>\n<id>{id}</id>\n"
        f"<updated>{feed_time(kept.day)}</updated>\n"
        f'<link rel="alternate" type="text/html" href="{feed_text(root + page)}"/>\n'
        f"<summary>{feed_text(_summary(kept))}</summary>\n</entry>\n"
    )


def _what(kept: KeptChange) -> str:
    change = kept.change
    if change.kind == "changed":
        return ", ".join(dict.fromkeys(each.label for each in change.fields)) or "changed"
    return {"added": "new", "removed": "taken out"}.get(change.kind, f"was {change.former}")


def _summary(kept: KeptChange) -> str:
    lines = [_field(each) for each in kept.change.fields]
    lines += [f"Because: {reason}." for reason in kept.change.why]
    return " ".join(lines) or "No field of it changed."


def _field(each: FieldChange) -> str:
    return f"{each.label}: {each.old or 'nothing'} → {each.new or 'nothing'}."
