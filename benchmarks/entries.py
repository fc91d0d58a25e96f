"""How long a large catalogue takes to check, load and export: made-up entries, 30 claims each.

    python benchmarks/entries.py [--entries N ...]

Each step runs in a process of its own: `sarcat catalogue check` (as a maintainer runs it), the
entries read into memory, and `sarcat catalogue export` to JSON, CSV and SQLite. Reported are CPU
seconds and peak memory, for two sizes or more, so that growth shows. The entries are those of
`site.py`: as full as the best real ones.
"""

from __future__ import annotations

import argparse
import os
import runpy
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
STEPS = {
    "check": ["catalogue", "check", "--json"],
    "export JSON": ["catalogue", "export", "{out}/catalogue.json"],
    "export CSV": ["catalogue", "export", "{out}/catalogue.csv"],
    "export SQLite": ["catalogue", "export", "{out}/catalogue.db"],
}
LOAD = (
    "import sys; from pathlib import Path; from catalogue.entries.reading import read_initiatives;"
    "read_initiatives(Path(sys.argv[1]) / 'initiatives')"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, nargs="+", default=[1000, 10_000])
    options = parser.parse_args()
    write_review = runpy.run_path(str(HERE / "site.py"))["write_review"]
    for count in options.entries:
        with tempfile.TemporaryDirectory() as folder:
            review = Path(folder) / "review"
            write_review(review, count)
            print(f"{count} entries")
            total = 0.0
            commands = {"load": [sys.executable, "-c", LOAD, str(review)]}
            for name, step in STEPS.items():
                words = [word.format(out=folder) for word in step]
                commands[name] = [sys.executable, "-m", "cli", *words, "--review", str(review)]
            for name, command in commands.items():
                seconds, memory = measured(command)
                total += seconds
                print(f"  {name:<14}{seconds:8.1f} CPU s {memory:8.0f} MB")
            print(f"  {'all':<14}{total:8.1f} CPU s")


def measured(command: list[str]) -> tuple[float, float]:
    """Run a command; its CPU seconds and its peak memory in MB."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          cwd=HERE.parent) as process:  # fmt: skip
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
