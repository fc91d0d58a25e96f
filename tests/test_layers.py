"""Imports run one way: cli, then catalogue, screening, search; and help starts without weight."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["search", "screening", "catalogue", "cli"]
# What makes a command slow to start; only the command that needs it may load it.
HEAVY = [
    "lxml",
    "requests",
    "rich",
    "sqlite_utils",
    "jinja2",
    "Bio",
    "rapidfuzz",
    "numpy",
    "scipy",
    "textual",
    "rtoml",
    "tomli",
    "search.protocol",
]


def imported(path: Path) -> set[str]:
    """The top-level names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", ORDER[:-1])
def test_no_package_knows_those_above_it(package: str) -> None:
    above = set(ORDER[ORDER.index(package) + 1 :])
    modules = sorted((ROOT / package).rglob("*.py"))
    assert modules
    wrong = {str(path.relative_to(ROOT)): imported(path) & above for path in modules}
    assert {path: names for path, names in wrong.items() if names} == {}


def test_opening_a_review_loads_nothing_that_only_numbers_and_duplicates_need() -> None:
    code = (
        "import sys, screening.state, screening.store, search.store\n"
        "names = ('numpy', 'pandas', 'rapidfuzz')\n"
        "assert not [name for name in names if name in sys.modules]\n"
        "import numpy, rapidfuzz\n"  # and who needs them has them
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys, cli; cli.run(['--help']); "
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"
    assert "Usage: sarcat" in done.stdout
