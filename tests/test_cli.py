"""The error boundary: each kind of end has its exit status and one sentence, never a traceback."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer

import cli
from search.errors import BadInput, FaultsFound, SarcatError


def ends_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    def app(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", app)
    return cli.run([])


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (SarcatError("PubMed did not answer.", remedy="Try again later."), 1, "Try again later."),
        (BadInput("this is a PDF.", where="paper.pdf"), 2, "sarcat: paper.pdf: this is a PDF."),
        (FaultsFound("3 faults."), 3, "3 faults."),
        (KeyboardInterrupt(), 130, "kept"),
        (OSError(28, "No space left on device", "review.db"), 1, "review.db: No space left"),
        (ZeroDivisionError("x"), 1, "a fault in Sarcat itself (ZeroDivisionError: x)"),
    ],
)
def test_each_end_has_its_status(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    status: int,
    words: str,
) -> None:
    assert ends_with(monkeypatch, error) == status
    shown = capsys.readouterr()
    assert words in shown.err
    assert shown.out == ""
    assert "Traceback" not in shown.err


def test_a_typing_slip_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["no-such-command"]) == 2
    assert "no-such-command" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["site", "serve", "--port", "70000"], ["search", "--nope"], ["decide"]]
)
def test_misuse_is_said_in_whole_sentences(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    first, see, command = line.partition(" See `")
    assert see, line
    assert first[-1] in ".?!"
    assert first[-2] not in ".?!"
    assert command == f"sarcat {' '.join(arguments[: 2 if arguments[0] == 'site' else 1])} --help`."


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("sarcat 0.")


def test_a_reader_that_leaves_early_is_no_error() -> None:
    code = (
        "import sys, cli\n"
        "@cli.app.command('flood')\n"
        "def flood():\n"
        "    for _ in range(9):\n"
        "        sys.stdout.write('x' * 9**5)\n"
        "cli.main(['flood'])\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(1)
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, b"")


def commands(app: typer.Typer, name: str = "sarcat") -> Iterator[str]:
    """Every command, as it is typed."""
    for group in app.registered_groups:
        assert group.typer_instance
        own = group.typer_instance.info.name
        yield from commands(
            group.typer_instance, f"{name} {group.name if isinstance(group.name, str) else own}"
        )
    for command in app.registered_commands:
        assert command.callback
        yield f"{name} {command.name or command.callback.__name__}"


@pytest.mark.parametrize("command", sorted(commands(cli.app)))
def test_every_command_has_help_a_review_and_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*command.split()[1:], "--help"]) == 0
    text = capsys.readouterr().out
    assert "Example: sarcat" in text
    assert "--review" in text or command in ("sarcat init", "sarcat demo")
