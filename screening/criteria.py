"""Versions of the eligibility criteria, and which decisions a change of them touches.

Pure but for two functions: each version that decisions were made by is kept beside the logs, in a
file that its own hash names. Such a file is written once and is the same on every device, so that
any merge of two folders holds each version once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from screening.decision_logs.decisions import Decision
from screening.decision_logs.events import OTHER, Verdict
from search.errors import SarcatError
from search.faults import Fault
from search.files import write_whole
from search.protocol import Criterion, Protocol, criteria_hash

_PATTERN = "criteria.*.json"


@dataclass(frozen=True, slots=True)
class Criteria:
    """One version of the criteria."""

    inclusion: tuple[Criterion, ...]
    exclusion: tuple[Criterion, ...]

    @property
    def hash(self) -> str:
        """Return the name of this version, as decisions bear it."""
        return criteria_hash(self.inclusion, self.exclusion)


def criteria_of(protocol: Protocol) -> Criteria:
    """Return the criteria as they are today."""
    return Criteria(protocol.inclusion, protocol.exclusion)


# --- what a change touches -----------------------------------------------------------------------


def why_outdated(decision: Decision, old: Criteria | None, now: Criteria) -> str | None:
    """Return in words why a decision must be looked at again, None where it need not.

    An exclusion rests on the criterion it cites, and falls with its words. One that cites none, or
    "other", may rest on any that was there. An inclusion (and a maybe) says that every inclusion
    criterion holds and no exclusion criterion: whatever was reworded or added touches it; what was
    taken away does not. ``old`` is None where that version is not kept.
    """
    if old is None:
        return "the criteria it was judged by are not kept here"
    if decision.verdict == Verdict.EXCLUDE:
        return _why_exclusion(decision.reason, old, now)
    return _said(_differing(old.inclusion, now.inclusion, "added"),
                 _differing(old.exclusion, now.exclusion, "added"))  # fmt: skip


def _why_exclusion(reason: str | None, old: Criteria, now: Criteria) -> str | None:
    was = _texts(old.exclusion).get(reason or "")
    if reason and was is not None:
        text = _texts(now.exclusion).get(reason)
        if text == was:
            return None
        return f"it cites {reason}, which was {'removed' if text is None else 'reworded'}"
    if reason not in (None, OTHER):
        return f"it cites {reason}, which those criteria did not have"
    return _said(_differing(old.inclusion, now.inclusion, "removed"),
                 _differing(old.exclusion, now.exclusion, "removed"))  # fmt: skip


def _texts(criteria: Iterable[Criterion]) -> dict[str, str]:
    return {each.code: each.text for each in criteria}


def _differing(old: Iterable[Criterion], now: Iterable[Criterion], also: str) -> list[str]:
    """Return what was reworded, and what was added or removed, in words."""
    before, after = _texts(old), _texts(now)
    found = [f"{code} was reworded" for code in before
             if code in after and after[code] != before[code]]  # fmt: skip
    one, other = (after, before) if also == "added" else (before, after)
    return found + [f"{code} was {also}" for code in one if code not in other]


def _said(*parts: list[str]) -> str | None:
    said = [each for part in parts for each in part]
    return f"it rests on all criteria: {', '.join(said)}" if said else None


# --- the files -----------------------------------------------------------------------------------


def keep(protocol: Protocol, folder: Path) -> None:
    """Keep today's criteria beside the logs, before the first decision is made by them."""
    criteria = criteria_of(protocol)
    path = folder / f"criteria.{criteria.hash}.json"
    if path.exists():
        return
    document = {"include": [asdict(each) for each in criteria.inclusion],
                "exclude": [asdict(each) for each in criteria.exclusion]}  # fmt: skip
    try:
        write_whole(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise SarcatError(
            f"the criteria cannot be kept here ({error.strerror}).",
            where=str(path),
            remedy="Make the folder writable; nothing was decided.",
        ) from error


def read_versions(folder: Path) -> tuple[dict[str, Criteria], list[Fault]]:
    """Read every version that is kept, by its hash; a file that is not what its name says is named.

    It counts as not kept.
    """
    versions, faults = {}, []
    for path in sorted(folder.glob(_PATTERN)):
        try:
            criteria = version_of(path.name, path.read_bytes())
        except OSError:
            criteria = None
        if criteria is None:
            faults.append(Fault(f"decisions/{path.name}", None, "criteria", "this file is not the "
                                "version of the criteria that its name says.",
                                "Restore it from version control."))  # fmt: skip
        else:
            versions[criteria.hash] = criteria
    return versions, faults


def version_of(name: str, data: bytes) -> Criteria | None:
    """Return the version that a file holds, None where it is not the one that its name says."""
    try:
        criteria = _criteria(json.loads(data))
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return criteria if name == f"criteria.{criteria.hash}.json" else None


def _criteria(document: Mapping[str, Any]) -> Criteria:
    inclusion, exclusion = (
        tuple(Criterion(str(each["code"]), str(each["text"])) for each in document[name])
        for name in ("include", "exclude")
    )
    return Criteria(inclusion, exclusion)
