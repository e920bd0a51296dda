# Everything lives in .venv; nothing else on the machine is touched.

PYTHON ?= python3
EXAMPLE_MOMENT := 2026-11-23T09:00Z

BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-cache-dir
COMPILE := $(BIN)/uv pip compile --quiet --no-cache --system-certs --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command "make requirements"

.PHONY: help site demo test soak bench bench-large check lint types layers docs requirements screenshot

help:
	@echo 'make site          set up and build the example into site/'
	@echo 'make demo          play a night with an outage here; page and posts in the browser'
	@echo 'make test          set up and run all tests'
	@echo 'make soak          play 20,000 random schedules of delivery instead of 1,000'
	@echo 'make bench         measure the speed beside Hugo, with up to 10,000 incidents (bench/README.md)'
	@echo 'make bench-large   measure clean builds of 100,000 incidents'
	@echo 'make check         lint, format, types, import layers, docs'
	@echo 'make requirements  pin the dependencies of pyproject.toml in requirements/'
	@echo 'make screenshot    take the pictures of the README from the built example'

site: .venv/ready-to-run
	$(BIN)/sitegen build --as-of $(EXAMPLE_MOMENT)
	@echo
	@echo 'The example is built. Open site/index.html in a browser.'

test: .venv/ready-to-develop
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

demo: .venv/ready-to-develop
	$(BIN)/python -m tests.demo

soak: .venv/ready-to-develop
	SITEGEN_SCHEDULES=20000 $(BIN)/python -m pytest --numprocesses auto --timeout 7200 tests/mirror/test_random_schedules.py

bench: .venv/ready-to-bench
	$(BIN)/python bench/run.py --keep

bench-large: .venv/ready-to-bench
	$(BIN)/python bench/run.py --keep --sizes 100000 --pairs 1 --only clean --only memory

check: lint types layers docs

lint: .venv/ready-to-develop
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: .venv/ready-to-develop
	$(BIN)/mypy

layers: .venv/ready-to-develop
	$(BIN)/lint-imports

docs: .venv/ready-to-develop
	$(BIN)/python -m pytest tests/docs

screenshot: .venv/ready-to-develop
	$(BIN)/python docs/images/take.py

requirements: .venv/ready-to-develop
	$(COMPILE) pyproject.toml --group build --output-file requirements/run.txt
	$(COMPILE) pyproject.toml --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(COMPILE) requirements/clients.in --output-file requirements/clients.txt
	$(COMPILE) requirements/bench.in --output-file requirements/bench.txt

# The package itself is installed last, without the network: what it needs is there by then.
.venv/ready-to-run: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo 'Setting up .venv …'
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-to-develop: requirements/dev.txt .venv/ready-to-run
	@echo 'Setting up the tools for development …'
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@

.venv/ready-to-bench: requirements/bench.txt .venv/ready-to-develop
	@echo 'Setting up what speed is measured against …'
	@$(PIP) install --require-hashes --requirement requirements/bench.txt
	@touch $@

.venv/bin/python:
	@command -v $(PYTHON) >/dev/null || { \
		echo 'sitegen needs Python 3.11 or newer, and there is no "$(PYTHON)" here.' >&2; \
		echo 'Install one, or name it: make site PYTHON=/path/to/python3' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo 'sitegen needs Python 3.11 or newer; this is' "$$($(PYTHON) --version 2>&1)." >&2; \
		echo 'Name a newer one: make site PYTHON=python3.11' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo '"$(PYTHON)" cannot make virtual environments: its venv module is missing.' >&2; \
		echo 'On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
