# What can be done here. `make` alone lists it.
.DEFAULT_GOAL := help
T ?= tests
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
QUICK := "not browser and not service and not shared and not trial"
# Files share servers and browsers; the suite puts the longest first.
WHOLE_FILES := --dist loadfile --no-loadscope-reorder
# A part of the suite may have no test of one sort: pytest says 5 then.
OR_NONE := || [ $$? -eq 5 ]
LINTED := cop tests tools migrations bench wsgi.py

# The suite starts many processes: each would compile what it imports.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-test run work test test-quick lint format bench lock

help:  ## List what can be done
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

setup:  ## Make this clone ready to run: .venv, packages, assets (run and test do this first)
	@tools/setup.sh run

setup-test:
	@tools/setup.sh test

run: setup  ## Start a network on this machine, with the demo people the first time
	@$(BIN)/cop migrate
	@$(BIN)/cop demo --if-empty
	@$(BIN)/cop serve

work: setup  ## Start a process that only drains the outbox (search, alerts, mail)
	@$(BIN)/cop work

test: setup-test  ## The whole suite on SQLite, then what uses a database on PostgreSQL. One part: make T=tests/forums test
	$(PYTEST) $(T) -n 3 $(WHOLE_FILES) --durations=10 $(OR_NONE)
	COP_TEST_DATABASE_URL=postgresql: $(PYTEST) $(T) -n 2 -m $(QUICK) $(OR_NONE)

test-quick: setup-test  ## On SQLite, without browsers, servers, trials and shared data: under a minute
	$(PYTEST) $(T) -n 2 -m $(QUICK) $(OR_NONE)

lint: setup-test  ## Style, formatting and types
	$(BIN)/ruff check $(LINTED)
	$(BIN)/ruff format --check $(LINTED)
	$(BIN)/mypy

format: setup-test  ## Let the formatter have its way
	$(BIN)/ruff check --fix-only $(LINTED)
	$(BIN)/ruff format $(LINTED)

bench: setup-test  ## Benchmarks with their floors; ratios of one run
	$(BIN)/python -m bench

lock: setup-test  ## Lock the newest versions that fit requirements/*.in, with hashes
	@command -v uv >/dev/null || $(BIN)/python -m pip install --quiet uv
	@for each in run test node; do \
	  PATH="$(BIN):$$PATH" uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header requirements/$$each.in -o requirements/$$each.txt; \
	done
