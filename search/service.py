"""Where, as whom and how patiently the E-utilities are asked; read from the environment."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from urllib.parse import urlsplit

from search.errors import BadInput
from search.slots import Slots, slots_for

DEFAULT_ADDRESS = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
EUROPE_PMC = "https://www.ebi.ac.uk/europepmc/webservices/rest/"
UNPAYWALL = "https://api.unpaywall.org/"
_ALLOWED = 3.0  # requests a second; NCBI counts them by address of the sender
_ALLOWED_WITH_KEY = 10.0
_PAGE_TAKES = 2.0  # seconds
_LEAST_AT_ONCE, _MOST_AT_ONCE = 3, 8


@dataclass(frozen=True, slots=True)
class Service:
    """The E-utilities as they are to be asked. Times are in seconds.

    ``per_second`` is the pace (0: none), None for what NCBI allows. The key is left out of
    ``repr``, and `scrubbed` takes it out of what a server sends back.
    """

    address: str = DEFAULT_ADDRESS
    api_key: str | None = field(default=None, repr=False)
    email: str | None = None
    tool: str = "sarcat"
    per_second: float | None = None
    connect_timeout: float = 10.0
    read_timeout: float = 60.0  # between two pieces of an answer
    whole_timeout: float = 600.0  # for one answer from its first piece to its last
    tries: int = 5  # of what is transient
    few_tries: int = 3  # of what is perhaps transient
    first_wait: float = 1.0  # doubled with each try
    longest_wait: float = 30.0
    page: int = 400  # records a request
    slots: Slots | None = None  # the pace of other processes; None: this one is alone

    @property
    def pace(self) -> float:
        """Return how many requests may begin in a second."""
        if self.per_second is not None:
            return self.per_second
        return _ALLOWED_WITH_KEY if self.api_key else _ALLOWED

    @property
    def at_once(self) -> int:
        """Return how many pages of a long search may be under way together.

        A page takes some two seconds; with fewer under way than come due in that time, requests
        that are allowed would not be made. Each takes memory.
        """
        return min(max(math.ceil(self.pace * _PAGE_TAKES), _LEAST_AT_ONCE), _MOST_AT_ONCE)

    @property
    def host(self) -> str:
        """Return the name of the machine that is asked."""
        return urlsplit(self.address).netloc

    @property
    def is_local(self) -> bool:
        """Return whether the machine that is asked is this one."""
        name = urlsplit(self.address).hostname or ""
        try:
            return ip_address(name).is_loopback
        except ValueError:
            return name == "localhost"

    def scrubbed(self, body: bytes) -> bytes:
        """Return an answer without the key: NCBI's error bodies repeat it."""
        key = (self.api_key or "").encode()
        return body.replace(key, b"[key]") if key and key in body else body


def service_from(environment: Mapping[str, str]) -> Service:
    """Return the E-utilities as the environment names them; BadInput for what cannot be.

    NCBI_API_KEY, NCBI_EMAIL, SARCAT_EUTILS_URL; for mirrors and tests also SARCAT_EUTILS_RATE
    (requests a second), _TIMEOUT (seconds without a sign of life), _TRIES and _WAIT (seconds before
    the second try).
    """
    return replace(
        _from(environment, "SARCAT_EUTILS", DEFAULT_ADDRESS),
        api_key=_key(environment.get("NCBI_API_KEY", "").strip()),
        email=environment.get("NCBI_EMAIL", "").strip() or None,
    )


def europe_pmc_from(environment: Mapping[str, str]) -> Service:
    """Return Europe PMC's web service; SARCAT_EUROPEPMC_URL, _RATE, … as for the E-utilities.

    It knows no keys, and NCBI's is not sent there.
    """
    return _from(environment, "SARCAT_EUROPEPMC", EUROPE_PMC)


def unpaywall_from(environment: Mapping[str, str]) -> Service:
    """Return Unpaywall's web service; SARCAT_UNPAYWALL_URL, _RATE, … as for the E-utilities.

    BadInput where NCBI_EMAIL is not set: Unpaywall answers only those who name an address.
    """
    email = environment.get("NCBI_EMAIL", "").strip()
    if not email:
        raise BadInput("Unpaywall answers only those who name an address to write to.",
                       where="NCBI_EMAIL", remedy="Set it to your address.")  # fmt: skip
    return replace(_from(environment, "SARCAT_UNPAYWALL", UNPAYWALL), email=email)


def _from(environment: Mapping[str, str], prefix: str, default: str) -> Service:
    plain = Service()
    timeout = _number(environment, f"{prefix}_TIMEOUT", plain.read_timeout, least=0.01)
    tries = int(_number(environment, f"{prefix}_TRIES", plain.tries, least=1))
    rate = environment.get(f"{prefix}_RATE", "").strip()
    service = Service(
        address=_address(environment.get(f"{prefix}_URL", "").strip() or default, f"{prefix}_URL"),
        per_second=_number(environment, f"{prefix}_RATE", 0.0) if rate else None,
        connect_timeout=min(timeout, plain.connect_timeout),
        read_timeout=timeout,
        whole_timeout=10 * timeout,
        tries=tries,
        few_tries=min(tries, plain.few_tries),
        first_wait=_number(environment, f"{prefix}_WAIT", plain.first_wait),
    )
    slots = slots_for(service.host, environment, is_local=service.is_local)
    return replace(service, slots=slots)


def _address(address: str, variable: str) -> str:
    try:
        parts = urlsplit(address)
        sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        sound = False
    if not sound or not re.fullmatch(r"https?://[^\s/?#@\\]+(/[^\s?#\\]*)?", address):
        raise BadInput(
            f"{address!r} is no address of a web service.", where=variable,
            remedy="Write it as https://host/path/, or unset it to ask the service itself.",
        )  # fmt: skip
    return address.rstrip("/") + "/"


def _key(key: str) -> str | None:
    if key and not re.fullmatch(r"[!-~]+", key):
        raise BadInput("this holds signs that no key has.", where="NCBI_API_KEY",
                       remedy="Copy it again from your NCBI account's settings.")  # fmt: skip
    return key or None


def _number(
    environment: Mapping[str, str], name: str, default: float, *, least: float = 0.0
) -> float:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) or float(text) < least:
        raise BadInput(f"{text!r} is not a number this can be.", where=name,
                       remedy="Write a number such as 2 or 0.5, or unset it.")  # fmt: skip
    return float(text)
