# Every target makes .venv by itself; Python 3.11 or newer (with venv) and make are all it needs.
# `make TARGET WAGTAIL=8.0` does the same on the newest supported Wagtail, in an environment of its own.
PYTHON ?= python3
WAGTAIL ?= 7.4
DATABASE ?= sqlite
VENV := $(if $(filter 7.4,$(WAGTAIL)),.venv,.venv-wagtail-$(WAGTAIL))
BIN := $(VENV)/bin
LOCK := $(if $(filter 7.4,$(WAGTAIL)),requirements/lock.txt,requirements/lock-wagtail-$(WAGTAIL).txt)
STAMP := $(VENV)/.installed
COMPILED := $(VENV)/.compiled
C_FILES := $(wildcard proxy/rewrite/*.[ch] proxy/rewrite/_core/*.[ch])
UV_COMPILE := $(BIN)/uv pip compile -q pyproject.toml --all-extras --group dev --universal \
	--generate-hashes --python-version 3.11 --no-header --upgrade
PYTEST := $(BIN)/python -m pytest
# Tests share out the processors: each worker has a database of its own.
SHARED := -n auto
MAIN := $(SHARED)
MARKS := $(if $(CI),not browser,not browser and not slow)
SEEN := $(if $(CI),browser,browser and not slow)
# pygal leaves a finder of before Python 3.4 in the import system: no warning of ours.
MIGRATIONS := $(BIN)/python -W error -W "ignore:PluginImportFixer:ImportWarning" -m django makemigrations --check --dry-run --settings settings.test

.DEFAULT_GOAL := help
.PHONY: install demo call test test-all test-lines test-plugin check bench bench-proxy fuzz fuzz-python snippet messages lock help clean nothing-built

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(COMPILED) ## make .venv from the lock file (other targets do it by themselves)

$(STAMP): $(LOCK) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "calltrack needs Python 3.11 or newer; set PYTHON=/path/to/python3.11" >&2; exit 1; }
	@test -x $(BIN)/pip || $(PYTHON) -m venv $(VENV) || \
		{ echo "this Python has no venv; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "installing into $(VENV) (once; a minute or two) ..."
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(LOCK)
	CALLTRACK_REWRITER=pure $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The rewriter's C core, built into the source tree for this environment's Python. Where that cannot be one
# line says why, no older build stays behind, and what was asked for goes on in pure Python. Two environments
# of one Python share the file: each builds on its own, and renames.
$(COMPILED): $(STAMP) setup.py $(C_FILES) $(if $(wildcard proxy/rewrite/_compiled.*.so),,nothing-built)
	@echo "compiling the rewriter (some seconds) ..."
	@built=$(VENV)/built.$$$$; \
	suffix=$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_config_var("EXT_SUFFIX"))'); \
	$(BIN)/python setup.py -q build_ext --build-lib $$built --build-temp $$built/objects; \
	if mv -f $$built/proxy/rewrite/_compiled$$suffix proxy/rewrite/ 2>/dev/null; \
	then touch $@; else rm -f proxy/rewrite/_compiled$$suffix; fi; \
	rm -rf $$built

demo: $(COMPILED) ## run the demo: a Wagtail site with the proxy in front
	@$(BIN)/python -m demo

call: $(STAMP) ## while the demo runs: let a number be called, as make call TO="020 019 94 17"
	@$(BIN)/python -m demo.call $(if $(TO),--to "$(TO)") $(if $(FROM),--from "$(FROM)") $(if $(SECONDS),--seconds $(SECONDS))

test: $(COMPILED) ## run the tests (with CI set: the slow ones too)
	$(PYTEST) -m "$(MARKS)" $(MAIN) --ignore tests/wagtail_calltrack
	$(PYTEST) -m "$(MARKS)" $(SHARED) tests/wagtail_calltrack
	$(PYTEST) -m "$(SEEN)" tests/e2e tests/snippet_server/script

# `make test` runs everything once, on the lowest line and SQLite. Here, what stands on Wagtail runs again
# on the newest line, and what uses the database on PostgreSQL, on both lines: lines and databases are read
# by the same code (queries, migrations), and two of them right alone are no promise for the pair.
test-lines: ## run the plugin's tests on the other Wagtail lines and databases
	@$(MAKE) --no-print-directory test-plugin WAGTAIL=7.4 DATABASE=postgresql
	@$(MAKE) --no-print-directory test-plugin WAGTAIL=8.0 DATABASE=sqlite
	@$(MAKE) --no-print-directory test-plugin WAGTAIL=8.0 DATABASE=postgresql

test-all: ## run every test, slow ones included, on all Wagtail lines and databases
	@$(MAKE) --no-print-directory test MARKS="not browser" SEEN="browser" MAIN=
	@$(MAKE) --no-print-directory test-lines

test-plugin: $(COMPILED) ## run the plugin's tests; WAGTAIL=8.0 and DATABASE=postgresql say where
ifeq ($(DATABASE),postgresql)
	$(BIN)/python -m tests.postgres_servers $(MIGRATIONS)
	$(BIN)/python -m tests.postgres_servers $(PYTEST) -m "database and not browser" $(SHARED)
else
	$(MIGRATIONS)
	$(PYTEST) -m "wagtail and not browser" $(SHARED)
	$(PYTEST) -m "wagtail and browser$(if $(CI), and not slow)" tests/e2e
endif

check: $(STAMP) ## style, types, import rules, missing migrations
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/lint-imports --verbose --no-cache > $(VENV)/lint-imports.log 2>&1 || { cat $(VENV)/lint-imports.log; exit 1; }
	$(BIN)/mypy
	$(MIGRATIONS)

bench: $(COMPILED) ## measure rewriter, proxy, snippet, leases and sessions against their peers
	@$(BIN)/python -m tests.bench

bench-proxy: $(COMPILED) ## measure the proxy alone, against nginx and a plain aiohttp proxy
	@$(BIN)/python -m tests.bench --only proxy

fuzz: $(COMPILED) ## look for pages that break the rewriter's C core (needs clang): make fuzz SECONDS=1800
	@$(BIN)/python -m tests.fuzz core --seconds $(or $(SECONDS),300)

fuzz-python: $(COMPILED) ## look for pages that the rewriter's two builds scan differently
	@$(BIN)/python -m tests.fuzz builds --seconds $(or $(SECONDS),300)

snippet: $(STAMP) ## build the script that the snippet's line of HTML loads
	@$(BIN)/python -m tests.snippet_server.script.building

# Texts that are new stand empty or are guessed ("fuzzy") afterwards: write them, and run it again.
messages: $(STAMP) ## collect the plugin's texts, merge and compile its catalogues (needs gettext's tools)
	cd wagtail_calltrack && ../$(BIN)/python -m django makemessages -l nl -l ru -l uk \
		--no-location --no-obsolete --no-wrap
	cd wagtail_calltrack && ../$(BIN)/python -m django compilemessages -v 0

lock: $(STAMP) ## renew both lock files (needs the network)
	$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(UV_COMPILE) -c requirements/wagtail-7.4.txt -o requirements/lock.txt
	$(UV_COMPILE) -c requirements/wagtail-8.0.txt -o requirements/lock-wagtail-8.0.txt

clean: ## remove the environments and everything made by the tests and the demo
	rm -rf .venv .venv-wagtail-* build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		demo/var calltrack-data proxy/rewrite/_compiled.*.so
	find . -name __pycache__ -prune -exec rm -rf {} +
