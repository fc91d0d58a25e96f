"""What the environment says of the service, and what cannot be."""

import pytest

from search.errors import BadInput
from search.service import DEFAULT_ADDRESS, Service, service_from


def test_by_default_it_is_ncbi_at_its_pace() -> None:
    service = service_from({})
    assert (service.address, service.pace, service.api_key) == (DEFAULT_ADDRESS, 3.0, None)
    assert service.read_timeout > 0
    assert service.connect_timeout > 0
    assert service_from({"NCBI_API_KEY": "k" * 36}).pace == 10.0


def test_everything_can_be_set() -> None:
    service = service_from(
        {"SARCAT_EUTILS_URL": "http://127.0.0.1:8000/x", "NCBI_EMAIL": "a@example.org",
         "SARCAT_EUTILS_RATE": "0", "SARCAT_EUTILS_TIMEOUT": "0.5", "SARCAT_EUTILS_TRIES": "2",
         "SARCAT_EUTILS_WAIT": "0.01"}
    )  # fmt: skip
    assert service.address == "http://127.0.0.1:8000/x/"
    assert (service.pace, service.read_timeout, service.connect_timeout) == (0.0, 0.5, 0.5)
    assert (service.tries, service.few_tries, service.first_wait) == (2, 2, 0.01)
    assert service.is_local
    assert not service_from({}).is_local


@pytest.mark.parametrize(
    "address",
    ["eutils.ncbi.nlm.nih.gov", "ftp://host/", "http://", "https:///entrez", "http://host:port/",
     "http://host:99999/", "http://host/?db=pubmed", "http://host/#x", "http://user:secret@host/",
     "http://ho st/", "file:///etc/passwd", "http://host/a b", "http://[::1/"],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadInput, match="SARCAT_EUTILS_URL"):
        service_from({"SARCAT_EUTILS_URL": address})


@pytest.mark.parametrize("value", ["fast", "-1", "1e3", "nan", "inf", "9999999"])
@pytest.mark.parametrize("name", ["RATE", "TIMEOUT", "TRIES", "WAIT"])
def test_what_is_no_number(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=f"SARCAT_EUTILS_{name}"):
        service_from({f"SARCAT_EUTILS_{name}": value})


def test_no_tries_at_all_would_be_no_answer() -> None:
    with pytest.raises(BadInput):
        service_from({"SARCAT_EUTILS_TRIES": "0"})


def test_a_key_is_never_shown() -> None:
    assert "secret" not in repr(Service(api_key="secret"))
    with pytest.raises(BadInput) as caught:
        service_from({"NCBI_API_KEY": "secret key"})
    assert "secret" not in str(caught.value)
    assert Service(api_key="secret").scrubbed(b"key secret, secret") == b"key [key], [key]"
    assert Service().scrubbed(b"as it is") == b"as it is"
