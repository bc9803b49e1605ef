# `make demo` and `make test` set up all they need: Python 3.11 or later with venv, make and git are enough.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test longer check format clean

demo: $(READY)
	$(BIN)/syncd demo $(ARGS)

# Three at once also where there are two cores: a test often waits for a server or a process that it started.
test: $(READY)
	$(BIN)/python -m pytest -n 3 --dist loadscope $(ARGS)

# What takes minutes: continuous integration runs it, nobody waits for it at a desk.
longer: $(READY)
	$(BIN)/python -m pytest -n 3 --dist loadscope -m ci $(ARGS)

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pip check

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

$(READY): requirements-dev.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
