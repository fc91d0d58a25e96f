"""Headless Chromium by its WebDriver, spoken to with plain requests: no further dependency."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip


class Browser:
    """One browser window."""

    def __init__(self, session: str) -> None:
        self._session = session
        self._http = requests.Session()
        self._http.trust_env = False

    def close(self) -> None:
        self._http.delete(self._session, timeout=30)
        self._http.close()

    def _post(self, path: str, **values: Any) -> Any:
        answer = self._http.post(f"{self._session}/{path}", json=values, timeout=60).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            raise AssertionError(f"{answer['error']}: {answer.get('message')}")
        return answer

    def command(self, name: str, **parameters: Any) -> Any:
        """Give one command of the Chrome DevTools protocol."""
        return self._post("goog/cdp/execute", cmd=name, params=parameters)

    def open(self, page: Path, anchor: str = "") -> None:
        self.visit(page.resolve().as_uri() + anchor)

    def visit(self, address: str) -> None:
        self._post("url", url=address)

    def run(self, script: str, *values: Any) -> Any:
        return self._post("execute/sync", script=script, args=list(values))

    def press(self, key: str) -> None:
        action = {"type": "key", "id": "keys", "actions": [
            {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]}  # fmt: skip
        self._post("actions", actions=[action])

    def complaints(self) -> list[str]:
        """What the console said since it was last asked."""
        return [each["message"] for each in self._post("se/log", type="browser")]

    def requested(self) -> list[str]:
        """Every address that was asked for since it was last asked."""
        entries = self._post("se/log", type="performance")
        found = (re.search(r'"Network\.requestWillBeSent".*?"request":\{.*?"url":"([^"]+)"',
                           each["message"]) for each in entries)  # fmt: skip
        return [each.group(1) for each in found if each]

    def emulate(
        self, width: int = 1280, *, dark: bool = False, media: str = "", scripts: bool = True
    ) -> None:
        """Become another screen, for the pages opened from now on."""
        self.command("Emulation.setDeviceMetricsOverride", width=width, height=800,
                     deviceScaleFactor=1, mobile=False)  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.command("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.command("Emulation.setScriptExecutionDisabled", value=not scripts)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser; skips the test where Chromium or its driver is not installed."""
    browser, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not browser or not driver:
        pytest.skip("the browser tests need Debian's chromium and chromium-driver")
    with (
        tempfile.TemporaryDirectory() as profile,
        subprocess.Popen(
            [driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as process,
    ):
        try:
            yield from _window(process, browser, profile)
        finally:
            process.terminate()


def _window(process: subprocess.Popen[str], browser: str, profile: str) -> Iterator[Browser]:
    assert process.stdout is not None
    port = next(found.group(1) for line in process.stdout
                if (found := re.search(r"successfully on port (\d+)", line)))  # fmt: skip
    options = {"binary": browser, "args": [*FLAGS, f"--user-data-dir={profile}"]}
    wanted = {"browserName": "chrome", "goog:chromeOptions": options,
              "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}  # fmt: skip
    service = f"http://127.0.0.1:{port}/session"
    answer = requests.post(service, json={"capabilities": {"alwaysMatch": wanted}}, timeout=60)
    opened = answer.json()["value"]
    assert "sessionId" in opened, opened
    window = Browser(f"{service}/{opened['sessionId']}")
    try:
        yield window
    finally:
        window.close()
