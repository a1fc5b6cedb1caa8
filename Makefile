# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,\
            $(if $(shell command -v $(name) 2>/dev/null),$(name))) python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test format lint types contracts tests clean

# With a screen the demo is the window; without one it is printed.
demo: $(VENV)/installed
	$(if $(DISPLAY)$(WAYLAND_DISPLAY),$(BIN)/segue-gui --demo,$(BIN)/segue demo)

test: $(VENV)/installed-dev
	@$(MAKE) --no-print-directory format lint types contracts tests

format:
	$(BIN)/ruff format --check .

lint:
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

tests:
	$(BIN)/python -m pytest

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(VENV)/bin/python:
	@scripts/check_machine.sh $(PYTHON) .
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	@echo "Installing Segue: about 2.7 GB to download, 5 GB on disk, some five minutes."
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@scripts/check_machine.sh $(PYTHON) . test
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@
