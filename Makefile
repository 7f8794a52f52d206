# Every target makes .venv by itself; Python 3.11 or newer (with venv) and make are all it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK := requirements/lock.txt
STAMP := $(VENV)/.installed
UV_COMPILE := $(BIN)/uv pip compile -q pyproject.toml --all-extras --group dev --universal \
	--generate-hashes --python-version 3.11 --no-header --upgrade
PYTEST := $(BIN)/python -m pytest
MARKS := $(if $(CI),not browser,not browser and not slow)

.DEFAULT_GOAL := help
.PHONY: install demo test test-all check bench lock help clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) ## make .venv from the lock file (other targets do it by themselves)

$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "calltrack needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ echo "this Python has no venv; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "installing into $(VENV) (once; a minute or two) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(LOCK)
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP) ## run the demo: a Wagtail site with the proxy in front
	@$(BIN)/python -m demo

test: $(STAMP) ## run the tests (with CI set: the slow ones too)
	$(PYTEST) -m "$(MARKS)"
	$(PYTEST) -m "browser" tests/e2e

test-all: $(STAMP) ## run every test, slow ones included
	$(PYTEST) -m "not browser"
	$(PYTEST) -m "browser" tests/e2e

check: $(STAMP) ## style, types, import rules, missing migrations
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/lint-imports --verbose --no-cache > $(VENV)/lint-imports.log 2>&1 || { cat $(VENV)/lint-imports.log; exit 1; }
	$(BIN)/mypy
	$(BIN)/python -m django makemigrations --check --dry-run --settings settings.test

bench: $(STAMP) ## measure rewriter, proxy, leases and sessions against their peers
	@$(BIN)/python -m tests.bench

lock: $(STAMP) ## renew both lock files (needs the network)
	$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(UV_COMPILE) -c requirements/wagtail-7.4.txt -o $(LOCK)
	$(UV_COMPILE) -c requirements/wagtail-8.0.txt -o requirements/lock-wagtail-8.0.txt

clean: ## remove .venv and everything made by the tests and the demo
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		demo/var calltrack-data
	find . -name __pycache__ -prune -exec rm -rf {} +
