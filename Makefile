# One command per need; CI runs the same ones. `make` alone lists them.
# PYTHON=... names the interpreter for a new .venv, ARGS=... goes to the command behind a target.

PYTHON ?=
ARGS ?=
BIN := .venv/bin
TESTS := $(BIN)/pytest -n auto --dist loadgroup --no-loadscope-reorder

.PHONY: help demo test test-all check format lock clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-8s  %s\n", $$1, $$2 }' Makefile

demo: .venv/.run ## Start everything at http://127.0.0.1:8000; ARGS=--once plays the main job and ends
	@exec $(BIN)/jiebang demo $(ARGS)

test: .venv/.dev ## Run the tests, but not the slow ones; ARGS="tests/transport -k rate" runs some
	$(TESTS) -m 'not slow' $(ARGS)

test-all: .venv/.dev ## Run every test
	$(TESTS) $(ARGS)

check: .venv/.dev ## Style, types, import contracts, compose file, tree
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python scripts/repository_files.py

format: .venv/.dev ## Put the code in shape
	$(BIN)/ruff check --fix-only --exit-zero
	$(BIN)/ruff format

lock: ## Pin what pyproject.toml asks for; ARGS=--upgrade takes newer releases
	scripts/lock $(ARGS)

clean: ## Remove the environment, caches and builds
	rm -rf .venv build dist .coverage* .*_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are newer than what they were made from, so a second call installs nothing.
.venv/.run: requirements/run.txt pyproject.toml
	@PYTHON="$(PYTHON)" scripts/install run

.venv/.dev: requirements/dev.txt requirements/run.txt pyproject.toml
	@PYTHON="$(PYTHON)" scripts/install dev
