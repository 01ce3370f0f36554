PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help install start demo test test-mssql lint bench clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

install: $(INSTALLED) ## create the virtual environment and install what development needs

$(INSTALLED): requirements.txt requirements-dev.txt tools/install_system_packages.sh
	@sh tools/install_system_packages.sh
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

start: install ## serve the API on http://localhost:5000 with demo data
	$(BIN)/python -m demo.data
	$(BIN)/python -m local_host

demo: install ## run all four jobs at once over HTTP on a fresh database, and check them
	$(BIN)/python -m demo

test: install lint ## run every check and test
	$(BIN)/python -m pytest

test-mssql: install ## run the database tests on the SQL Server that TEST_MSSQL_URL names too
	@test -n "$(TEST_MSSQL_URL)" || { echo "Set TEST_MSSQL_URL, like the one in README.md for compose.yaml."; exit 1; }
	DATABASE_URL="$(TEST_MSSQL_URL)" $(BIN)/python -m sql
	TEST_MSSQL_URL="$(TEST_MSSQL_URL)" $(BIN)/python -m pytest -p no:xdist tests/access tests/jobs tests/sql

lint: install ## check style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install ## measure, and print one table of ratios
	$(BIN)/python -m benchmarks

clean: ## remove what these targets made
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .local_host
