"""This device's name, and ids for the events written on it."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from search.errors import BadInput, SarcatError
from search.protocol import NAME

_VARIABLE = "SARCAT_DEVICE"


def device_id() -> str:
    """Return this device's name: made once, kept outside any review; $SARCAT_DEVICE overrides.

    It lies in the user's state folder ($XDG_STATE_HOME, else ~/.local/state), so that two clones of
    a review on one device are still one device, and a copied review is not (TM-01).
    """
    named = os.environ.get(_VARIABLE)
    if named:
        return checked_name(named, _VARIABLE)
    try:
        path = state_folder() / "device"
        if not path.exists():
            _make(path)
        return checked_name(path.read_text("utf-8", "replace").strip(), str(path))
    except (OSError, RuntimeError) as error:  # RuntimeError: there is no home folder
        raise SarcatError(
            f"this device has no place to keep its name ({error}).",
            remedy=f"Set {_VARIABLE} to a name for this device, such as laptop.",
        ) from error


def state_folder() -> Path:
    """Return where this user's Sarcat keeps what belongs to the device and not to a review."""
    state = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return state / "sarcat"


def _make(path: Path) -> None:
    """Keep a new name, unless another process has done so in the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"device.{os.getpid()}.new")
    beside.write_text(secrets.token_hex(3) + "\n", "utf-8")
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def checked_name(name: str, where: str) -> str:
    """Return ``name`` if it can name a log; else BadInput. It never is a path."""
    if not NAME.fullmatch(name):
        raise BadInput(
            f"{name!r} cannot name a log file.",
            where=where,
            remedy="Use small letters, digits and hyphens.",
        )
    return name


_last_id = 0


def new_event_id() -> str:
    """Return a UUID of version 7 (RFC 9562): unique, and rising within this process."""
    global _last_id
    # 48 bits of milliseconds and 12 that count on within one; a clock that jumps back is ignored
    _last_id = max((time.time_ns() // 1_000_000) << 12, _last_id + 1)
    stamp, count = _last_id >> 12, _last_id & 0xFFF
    number = (stamp << 80) | (7 << 76) | (count << 64) | (2 << 62) | secrets.randbits(62)
    text = f"{number:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
