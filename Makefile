# `make demo` and `make test` set up everything they need, on a machine with Python 3.11 or later.

# The newest Python that really runs (a name alone may be a launcher for one that is not installed).
PYTHON ?= $(shell for name in python3.14 python3.13 python3.12 python3.11 python3; do \
	if $$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo $$name; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lock clean

demo: $(VENV)/.ready-to-run ## the whole way on the offline corpus; ends by naming the page to open
	$(BIN)/sarcat demo demo

test: $(VENV)/.ready-to-test ## lint, types, and the whole test suite
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2

lock: ## the pinned requirements again, from pyproject.toml (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml requirements.in -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		pyproject.toml requirements.in --group dev -o requirements-dev.txt

clean:
	rm -rf $(VENV) demo dist build

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Sarcat needs Python 3.11 or later; none was found. \
Install one, or name it: make PYTHON=/path/to/python3.11 ..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# --no-build-isolation: the build backend, too, is one of the pinned packages.
$(VENV)/.ready-to-run: requirements.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-to-test: requirements-dev.txt pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
