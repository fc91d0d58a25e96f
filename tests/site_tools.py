"""The public checkers of pages, where they are installed: axe-core, html-validate, the Nu checker.

None of them is a dependency. `SARCAT_SITE_TOOLS` names the `node_modules` folder that
`npm install axe-core html-validate vnu-jar lighthouse` makes, anywhere outside the repository.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from browser import Browser

VARIABLE = "SARCAT_SITE_TOOLS"
AXE = "axe-core/axe.min.js"
HTML_VALIDATE = "html-validate/bin/html-validate.mjs"
NU = "vnu-jar/build/dist/vnu.jar"
LIGHTHOUSE = "lighthouse/cli/index.js"

# Every rule that axe has, best practices and WCAG 2.2 included; it may not fetch style sheets.
_RUN_AXE = """
return axe.run(document, {preload: false, resultTypes: ["violations", "incomplete"], rules: {
  "target-size": {enabled: true}, "color-contrast-enhanced": {enabled: false}
}}).then(function (said) {
  function named(found) {
    return found.flatMap(rule => rule.nodes.map(node => [rule.id, rule.impact, node.html.slice(0, 120)]));
  }
  return {violations: named(said.violations), incomplete: named(said.incomplete)};
});
"""


def tool(path: str, *programs: str) -> Path:
    """Where a tool lies; skips the test where it, or a program that it needs, is not installed."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} names no node_modules folder with {path.partition('/')[0]}")
    found = Path(folder) / path
    if not found.is_file():
        pytest.skip(f"{path.partition('/')[0]} is not installed in {VARIABLE}")
    for program in programs:
        if not shutil.which(program):
            pytest.skip(f"{path.partition('/')[0]} needs {program}")
    return found


def axe(browser: Browser, script: str) -> dict[str, list[tuple[str, str, str]]]:
    """Run axe-core (its text) on the open page: what it found wrong, and what it could not tell.

    Each finding is a rule, its impact and the element. The page's policy stays in force: the script
    is evaluated by the driver, and not put into the page.
    """
    browser.command("Runtime.evaluate", expression=script)
    found: dict[str, list[tuple[str, str, str]]] = browser.run(_RUN_AXE)
    return found


def html_validate(script: Path, folder: Path, pages: Sequence[str]) -> list[str]:
    """Return what html-validate's standard rules say of the pages of a site."""
    settings = folder.parent / "html-validate.json"
    settings.write_text('{"root": true, "extends": ["html-validate:standard"]}', "utf-8")
    command = ["node", script, "--config", settings, "--formatter", "json"]
    done = subprocess.run([*command, *(folder / name for name in pages)], capture_output=True)
    assert done.stdout, done.stderr.decode()
    said: list[dict[str, Any]] = json.loads(done.stdout)
    return [
        f"{Path(page['filePath']).relative_to(folder)}:{each['line']} {each['ruleId']}: {each['message']}"
        for page in said
        for each in page["messages"]
    ]


def nu(jar: Path, folder: Path, pages: Sequence[str]) -> list[str]:
    """Return the errors that the W3C's Nu checker finds in the pages of a site."""
    command = ["java", "-jar", jar, "--errors-only", "--format", "gnu"]
    done = subprocess.run(
        [*command, *(folder / name for name in pages)], capture_output=True, text=True
    )
    return done.stderr.splitlines()
