"""Whether a judgement may be made: names, verdicts and reasons against the protocol.

Pure; each fault is a BadInput that says what the protocol allows.
"""

from __future__ import annotations

from screening.decision_logs.events import OTHER, Verdict
from search.errors import BadInput
from search.protocol import STAGES, Protocol, Reviewer, Stage

_VERDICTS = tuple(verdict.value for verdict in Verdict)


def check_reviewer(protocol: Protocol, name: str) -> Reviewer:
    """Return the reviewer of that name."""
    reviewer = protocol.reviewer(name)
    if reviewer and reviewer.retired:
        since = f" since {reviewer.ends}" if reviewer.ends else ""
        raise BadInput(
            f"{name} is retired{since}: the judgements stand, and no further one is taken.",
            remedy="To take them back, change `until` or `retired` below the name in "
            "protocol.toml.",
        )
    if reviewer and reviewer.expected:
        raise BadInput(
            f"{name} begins on {reviewer.begins}.",
            remedy="To begin before it, change `from` below the name in protocol.toml.",
        )
    return reviewer or check_known(protocol, name)


def check_known(protocol: Protocol, name: str) -> Reviewer:
    """Return the reviewer of that name, at work still or not; else BadInput."""
    if reviewer := protocol.reviewer(name):
        return reviewer
    known = ", ".join(each.name for each in protocol.reviewers)
    raise BadInput(
        f"the protocol knows no reviewer {name!r}; it names {known or 'nobody'}.",
        remedy="To add one, write in protocol.toml: [[reviewers]] and, on the next line, "
        'name = "…".',
    )


def check_stage(protocol: Protocol, name: str, reviewer: str | None = None) -> Stage:
    """Return the rules of the stage of that name; ``reviewer`` must be at work there."""
    if name not in STAGES:
        raise BadInput(f"{name!r} is no stage.", remedy=f"Use {' or '.join(STAGES)}.")
    found = protocol.reviewer(reviewer or "")
    if found and name not in found.stages:
        raise BadInput(
            f"{reviewer} does not judge at {name}; the protocol says {', '.join(found.stages)}.",
            remedy="To change it, write the stages below the name in protocol.toml.",
        )
    return protocol.stage(name)


def check_verdict(
    protocol: Protocol, stage: Stage, verdict: str, reason: str | None, note: str | None
) -> None:
    """Raise BadInput unless the protocol lets this verdict be given for this reason."""
    if verdict not in _VERDICTS:
        raise BadInput(f"{verdict!r} is no verdict.", remedy=f"Use {', '.join(_VERDICTS)}.")
    if verdict != Verdict.EXCLUDE:
        if reason:
            raise BadInput(f"only an exclusion has a reason; this verdict is {verdict}.")
        return
    if not reason:
        if stage.reason_required:
            raise BadInput(
                f"an exclusion at {stage.name} needs a reason.",
                remedy=f"Give one of {_codes(protocol)}.",
            )
        return
    if reason == OTHER and not _is_code(protocol, OTHER):
        if not (note or "").strip():
            raise BadInput("the reason 'other' needs a note that says what it was.")
    elif not _is_code(protocol, reason):
        raise BadInput(
            f"{reason!r} is no reason of the protocol.", remedy=f"Use one of {_codes(protocol)}."
        )


def _is_code(protocol: Protocol, code: str) -> bool:
    return any(criterion.code == code for criterion in protocol.exclusion)


def _codes(protocol: Protocol) -> str:
    listed = [f"{each.code} ({each.text})" for each in protocol.exclusion]
    return ", ".join([*listed, f"{OTHER} (with a note)"])
