# The portal's commands. `make run` is all that a visitor needs; CONTRIBUTING.md explains the rest.
PORT ?= 8080
INSTANCE ?= instance
PYTHON ?= python3
BIN := .venv/bin
UV ?= uv

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run demo-card test check format soak bench lock

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' Makefile

setup:  ## make the environment in .venv and compile the translations
	@PYTHON="$(PYTHON)" scripts/setup.sh run

run: setup  ## serve the portal: make run [PORT=8080] [INSTANCE=instance] [DEMO=0]
	@PORT="$(PORT)" INSTANCE="$(INSTANCE)" exec $(BIN)/python run.py

demo-card: setup-test  ## a whole log-in by card without a reader: a made-up card in a virtual one (development only)
	@PORT="$(PORT)" INSTANCE="$(INSTANCE)" exec $(BIN)/python -m virtual_card

setup-test:
	@PYTHON="$(PYTHON)" scripts/setup.sh test
	@scripts/test_tools.sh

test: setup-test check  ## everything: style, layers, types, the whole suite on both databases, the walk in a browser
	$(BIN)/pytest -n 4 --dist worksteal --durations=30 --durations-min=5

check:  ## style, layers, types, templates, dependencies, translations (seconds)
	@PYTHON="$(PYTHON)" scripts/setup.sh test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 card_bridge
	$(BIN)/djlint --lint --quiet app/templates
	$(BIN)/deptry .
	$(BIN)/python scripts/messages.py check

format:  ## put the code in its house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

soak: setup-test  ## the long tests: many kills, many persons, fuzzing
	$(BIN)/pytest -m soak

bench: setup-test  ## the benchmarks beside their floors
	$(BIN)/python -m benchmarks

lock:  ## pin and hash the dependencies anew after a change of requirements/*.in (needs uv)
	for name in run test card card_build; do $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url requirements/$$name.in -o requirements/$$name.lock; done
