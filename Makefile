# All that a fresh machine needs is git, make and Python 3.11 or newer.

VENV ?= .venv
ARGS ?=

SHELL := /bin/sh
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first of these that is 3.11 or newer; `make PYTHON=… TARGET` overrides.
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && { echo "$$name"; break; }; \
	done)

.PHONY: help demo run check-setup generate screenshots test bench lint types check ci wheel lock format clean

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/.run-stamp ## Try the bot without Slack, in a browser page (ARGS="--db FILE --port N", ARGS=--script)
	@$(BIN)/crisis-bot demo $(ARGS)

run: $(VENV)/.run-stamp ## Run on Slack with the settings of .env
	@$(BIN)/crisis-bot serve $(ARGS)

check-setup: $(VENV)/.run-stamp ## Test settings, tokens, scopes, files and database
	@$(BIN)/crisis-bot check

generate: $(VENV)/.dev-stamp ## Make manifest.json and the README's tables again
	@$(BIN)/python -m tests.generated

screenshots: $(VENV)/.dev-stamp ## Make the README's pictures again, with Chromium
	@$(BIN)/python -m tests.browser.screenshots

test: $(VENV)/.dev-stamp ## Run the tests (ARGS="-k claim -x")
	@$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

bench: $(VENV)/.dev-stamp ## Measure; prints a table (ARGS="opening clicks --quick")
	@$(BIN)/python -m tests.bench $(ARGS)

lint: $(VENV)/.dev-stamp ## Style, format, import layers, dependencies that fit
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Some files are not formatted. Run: make format"; exit 1; }
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m pip --disable-pip-version-check check

types: $(VENV)/.dev-stamp ## Types, strictly
	@$(BIN)/mypy

check: lint types test ## What to run before a commit

ci: ## All that CI runs (.ci/run)
	@bash .ci/run

format: $(VENV)/.dev-stamp ## Format the code and repair what can be repaired
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

# build/ goes first: setuptools would pack what an earlier build left there.
wheel: $(VENV)/.dev-stamp ## Build dist/crisis_bot-….whl
	@rm -rf build dist
	@$(BIN)/python -m build --quiet --wheel --no-isolation --outdir dist .
	@ls dist/*.whl

lock: $(VENV)/.dev-stamp ## Pin the dependencies again (ARGS=--upgrade for newer ones)
	@$(PIP_INSTALL) 'uv>=0.13'
	@$(call compile,--extra build,requirements.lock)
	@$(call compile,--extra build --extra dev --constraint requirements.lock,requirements-dev.lock)
	@echo "requirements.lock and requirements-dev.lock are up to date"

# One answer for every system and for Python 3.11 to 3.14; no index address is written.
compile = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	--no-emit-index-url --no-emit-find-links --annotation-style line $(ARGS) $(1) --output-file $(2) pyproject.toml

clean: ## Remove what make and the tools made
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find bot handlers playbooks tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Two steps, so that a first try fetches only what runs; the package itself is linked, not copied.
$(VENV)/.run-stamp: requirements.lock pyproject.toml
	@$(if $(PYTHON),,echo "Python 3.11 or newer is needed and was not found (tried python3, python3.11 to python3.14)." >&2; \
		echo "Install it, or name it: make PYTHON=/path/to/python3.11 …" >&2; exit 1)
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments: its modules venv and ensurepip are missing." >&2; \
		echo "On Debian or Ubuntu: apt-get install $$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >&2; \
		exit 1; }
	@echo "Installing into $(VENV), once, with $$($(PYTHON) --version)"
	@test -x $(BIN)/python && $(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev-stamp: $(VENV)/.run-stamp requirements-dev.lock
	@echo "Installing the tools for development"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@
