# Covigie. `make` alone lists what can be done.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check --quiet --require-hashes
export COVIGIE_PORT ?= 8501
# The tests start the application again and again; without its compiled modules each start takes seconds longer.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help install demo demo-reset test check static types soak lock docs messages browser browser-tests

help:  ## List what can be done
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install $(PIP_FLAGS) -r requirements.lock
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.lock
	$(BIN)/pip install $(PIP_FLAGS) -r requirements-dev.lock
	touch $@

install: $(VENV)/.installed  ## Install what the application needs into .venv

demo: install  ## Start the demonstration: application, worker, networks' sandbox, mail inbox
	@$(BIN)/python cli.py demo

demo-reset: install  ## Start the demonstration afresh
	@$(BIN)/python cli.py demo --reset

browser: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.browser.install

check: static types  ## Run the checks that are not tests

static: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/python cli.py docs --check

types: $(VENV)/.installed-dev
	$(BIN)/mypy .

browser-tests: browser
	$(BIN)/pytest -n 2 --dist worksteal tests/browser -m browser -rs --durations=3

test: $(VENV)/.installed-dev  ## Run every check and test
	@$(MAKE) --no-print-directory --output-sync -j 2 types static browser
	$(BIN)/pytest -n 2 --dist worksteal -m "not soak and not browser" -rs --durations=8
	@$(MAKE) --no-print-directory browser-tests

soak: browser  ## Run the long tests
	$(BIN)/pytest -m soak -rs --hypothesis-profile search

docs: $(VENV)/.installed-dev  ## Write the generated docs anew
	$(BIN)/python cli.py docs

lock:  ## Write the lock files anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -o requirements.lock
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-header -c requirements.lock -o requirements-dev.lock
