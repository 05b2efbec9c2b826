# feedmill: every target makes .venv first when it is missing or its pins have changed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PINS := requirements/dev.txt
# one more than there are cores: tests that start processes wait as much as they compute
JOBS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
# CPU-seconds that all tests and all drills may use, with every process that they start
CPU_BUDGET := 420
CPU_BUDGET_DRILLS := 1400
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: help demo test drills test-all soak hosts release version upgrade fuzz fuzz-api audit check bench bench-articles bench-polls bench-latency bench-memory bench-scale bench-startup bench-text bench-constants bench-sites bench-stories bench-templates bench-drawn-sites bench-extractors bench-polling format up venv clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(STAMP): $(PINS) pyproject.toml feedmill/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit(f"feedmill needs Python 3.11 or newer; this is {sys.version.split()[0]}. Name another one: make PYTHON=python3.12")'
	@echo "installing into $(VENV), once: feedmill and feedmill-client from here, and the $$(grep -c '==' $(PINS)) packages that $(PINS) pins ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r $(PINS)
	@PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation -e ./feedmill -e .
	@touch $(STAMP)

venv: $(STAMP) ## install both distributions and the tools into .venv

demo: $(STAMP) ## run the whole of feedmill on a small newsroom of its own (under 30 s)
	@$(BIN)/feedmill demo

up: $(STAMP) ## run the daemon on config/feeds.toml
	@$(BIN)/feedmill up

test: $(STAMP) ## run the tests, and print what they have used of a processor (ARGS="-k name")
	@$(BIN)/python tests/support/cpu_budget.py $(CPU_BUDGET) -n $(JOBS) --dist worksteal --ignore tests/drills $(ARGS)

drills: $(STAMP) ## run what takes long: kills, crashes, outages, a week, all command lines, the release, an upgrade
	@$(BIN)/python tests/support/cpu_budget.py $(CPU_BUDGET_DRILLS) -n $(JOBS) --dist worksteal tests/drills $(ARGS)

test-all: test drills ## run the tests and the drills

soak: $(STAMP) ## drill the daemon with faults for hours (SOAK="--articles 50000 --kills 200 --kinds all --seed 7")
	@PYTHONPATH=tests:tests/support:tests/support/servers $(BIN)/python -m faults $(SOAK)

release: $(STAMP) ## build what is released into dist/, and install it into clean environments
	@rm -rf dist
	@$(BIN)/python tools/build_release.py dist
	@$(BIN)/python tools/check_release.py dist

version: $(STAMP) ## set the version everywhere it stands (VERSION=0.2.0)
	@$(BIN)/python tools/set_version.py "$(VERSION)"

hosts: $(STAMP) ## cut one of three hosts off and bring it back (network namespaces; needs root)
	@PYTHONPATH=.:tests:tests/support:tests/support/servers $(BIN)/python tests/drills/hosts_drill.py

upgrade: $(STAMP) ## change a working feedmill over from a commit and back, under load (FROM=v0.1.0)
	@PYTHONPATH=.:tests:tests/support:tests/support/servers $(BIN)/python tests/drills/upgrade_drill.py "$(FROM)"

fuzz: $(STAMP) ## fuzz what reads strangers' bytes (an hour; MINUTES=10 for less)
	@$(BIN)/python -m fuzz $(or $(MINUTES),60)

.venv-api/.installed: requirements/api.txt
	@test -x .venv-api/bin/python || $(PYTHON) -m venv .venv-api
	@.venv-api/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/api.txt
	@touch $@

fuzz-api: $(STAMP) .venv-api/.installed ## let Schemathesis loose on the gateway (EXAMPLES=500 for longer)
	@$(BIN)/python fuzz/api.py .venv-api/bin/schemathesis $(or $(EXAMPLES),20) --seed $(or $(SEED),1)

audit: $(STAMP) ## ask the registry for advisories on the pinned packages
	@$(BIN)/python tools/audit_dependencies.py

check: $(STAMP) audit ## format, lint, types, who may import whom, names, and advisories
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python tools/check_names.py

bench: bench-articles bench-polls bench-latency bench-memory bench-scale bench-startup ## print every ratio of docs/performance.md (an hour; CORPUS=folder of pages)

bench-articles: $(STAMP) ## CPU and throughput of articles beside plain trafilatura and the obvious pipeline (ARTICLES="cpu --every 5")
	@$(BIN)/python benchmarks/articles.py $(ARTICLES)

bench-polls: $(STAMP) ## CPU of polls beside feedparser, reader, and fastfeedparser with aiohttp (fetches the last two)
	@$(BIN)/python benchmarks/polls.py

bench-latency: $(STAMP) ## from a poll's answer to the stream, idle and under a backlog (LATENCY="--known": by stages)
	@$(BIN)/python benchmarks/latency.py $(LATENCY)

bench-memory: $(STAMP) ## bytes of feeds, entries and articles, and of the processes
	@$(BIN)/python benchmarks/memory.py

bench-scale: $(STAMP) ## ledgers of 1,000 to 100,000 feeds in virtual time
	@$(BIN)/python benchmarks/scale.py

bench-startup: $(STAMP) ## start of commands and of the daemon beside a bare Python
	@$(BIN)/python benchmarks/startup.py

bench-polling: $(STAMP) ## simulate a year of 1,000 feeds: delay at equal numbers of requests (some minutes)
	@$(BIN)/python benchmarks/polling.py

bench-text: $(STAMP) ## compare cleaned text with plain trafilatura (CORPUS=folder, ../shared/corpus by default; FOLDS=5 by parts of the sites)
	@$(BIN)/python benchmarks/text.py $(or $(CORPUS),../shared/corpus) $(if $(FOLDS),--folds $(FOLDS)) $(if $(BEFORE),--before $(BEFORE))

bench-constants: $(STAMP) ## try other values of the reading's constants on CORPUS, and write docs/text-constants.md (hours; CONSTANTS="--most 48 --jobs 2")
	@$(BIN)/python benchmarks/constants.py $(or $(CORPUS),../shared/corpus) --raw build/text-constants.jsonl --write docs/text-constants.md $(CONSTANTS)

bench-sites: $(STAMP) ## read sites of real generators through the daemon, gold known exactly (SITES="--counts 1,3 --show")
	@$(BIN)/python benchmarks/sites.py $(SITES)

bench-templates: $(STAMP) ## read sites by learned templates and by the full way, page by page (TEMPLATES="--cpu", "--corpus ../shared/corpus --show")
	@PYTHONPATH=.:benchmarks:tests:tests/support $(BIN)/python benchmarks/templates.py $(TEMPLATES)

bench-drawn-sites: $(STAMP) ## the same on sites drawn at random and in the idioms of publishing systems (DRAWN="--seeds 1 100 --idioms 11 --redesigns --show")
	@PYTHONPATH=.:benchmarks:tests:tests/support $(BIN)/python benchmarks/drawn_sites.py $(DRAWN)

bench-extractors: $(STAMP) ## F1, exact texts and CPU of extractors on CORPUS, ../shared/corpus by default (fetches newspaper4k, readability-lxml, resiliparse, mediacloud-metadata; EXTRACTORS="--every 5")
	@PYTHONPATH=.:benchmarks:tests/support $(BIN)/python benchmarks/extractors.py $(or $(CORPUS),../shared/corpus) $(EXTRACTORS)

bench-stories: $(STAMP) ## precision, recall and cost of stories on edits and other texts (CORPUS=folder, ../shared/corpus by default)
	@PYTHONPATH=.:benchmarks:tests:tests/support $(BIN)/python benchmarks/stories.py $(or $(CORPUS),../shared/corpus)

format: $(STAMP) ## let ruff format and mend what it can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## remove what the targets made
	rm -rf $(VENV) .venv-api build feedmill/build dist *.egg-info feedmill/*.egg-info
