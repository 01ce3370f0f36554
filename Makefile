PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# More processes than cores, because many tests wait. A process that is done takes tests from the others.
PYTEST := $(BIN)/python -m pytest --dist=worksteal
AZURITE := tests/azurite
AZURITE_INSTALLED := $(AZURITE)/node_modules/.installed
CHECKOV := tests/checkov
CHECKOV_INSTALLED := $(CHECKOV)/.venv/.installed
SITE := static_web
SITE_INSTALLED := $(SITE)/node_modules/.installed

# Node and npm come from the virtual environment, not from this machine.
export PATH := $(CURDIR)/$(BIN):$(PATH)

# Programs use the virtual environment, whichever Python made it.
unexport PYTHON

# With this variable, each test process would compile all tests again.
unexport PYTHONDONTWRITEBYTECODE

# A stamp holds the hashes of its source files, because git changes the time also of unchanged files.
IS_UNCHANGED = sha256sum --check --status $@ 2>/dev/null

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install start reset demo check check-python check-site test test-python test-site site test-browser test-mssql lint lock audit \
	sbom package pictures bench clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

install: $(INSTALLED) ## create the virtual environment and install everything for development

$(BIN)/python:
	@sh tools/check_python.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)

$(INSTALLED): requirements.txt requirements-dev.txt | $(BIN)/python
	@$(IS_UNCHANGED) || { rm -f $@ && \
		echo "Installing the Python packages and Node.js into $(VENV): about half a minute" && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt && \
		sha256sum $^ > $@; }
	@touch $@

# npm silently skips a bundler's binding that does not fit, so only a bundler that starts counts as installed. It
# bundles the packages that `make start` serves. Otherwise each start would bundle them again for the first page.
$(SITE_INSTALLED): $(SITE)/package.json $(SITE)/package-lock.json | $(INSTALLED)
	@$(IS_UNCHANGED) || { rm -f $@ && \
		echo "Installing the site's packages into $(SITE)/node_modules: about a minute" && \
		(cd $(SITE) && npm ci --no-audit --no-fund --loglevel=error && npx --no-install vite optimize --logLevel=error) && \
		sha256sum $^ > $@; }
	@touch $@

$(AZURITE_INSTALLED): $(AZURITE)/package.json $(AZURITE)/package-lock.json | $(INSTALLED)
	@$(IS_UNCHANGED) || { rm -f $@ && \
		echo "Installing Azurite into $(AZURITE)/node_modules, for the tests of the queues: about half a minute" && \
		(cd $(AZURITE) && npm ci --no-audit --no-fund --loglevel=error) && \
		sha256sum $^ > $@; }
	@touch $@

$(CHECKOV_INSTALLED): $(CHECKOV)/requirements.txt | $(INSTALLED)
	@$(IS_UNCHANGED) || { rm -f $@ && \
		echo "Installing checkov into $(CHECKOV)/.venv, for the rules on the templates: up to a minute" && \
		$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(CHECKOV)/.venv && \
		$(BIN)/uv pip sync --quiet --require-hashes --python $(CHECKOV)/.venv/bin/python \
			--python-version "$$($(BIN)/python -c 'import platform; print(platform.python_version())')" $(CHECKOV)/requirements.txt && \
		sha256sum $^ > $@; }
	@touch $@

start: install $(SITE_INSTALLED) ## serve the site on http://localhost:5173 and the API on http://localhost:5000, with demo data; MAIL=1 also shows every email on :1080
	@$(BIN)/python -m demo.start

reset: install ## replace the local SQLite file by one with new demo data
	@$(BIN)/python -m demo.reset

demo: install ## watch all four jobs on two servers, one of which is killed, in 20 seconds
	@$(BIN)/python -m demo

check: install $(SITE_INSTALLED) ## check style and types, and run the unit tests of API and site: for every edit
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-python check-site

check-python: lint
	$(PYTEST) --numprocesses=3 -m "not slow"

check-site: install $(SITE_INSTALLED)
	cd $(SITE) && npm run --silent api:check
	cd $(SITE) && npm run --silent typecheck
	cd $(SITE) && npm run --silent lint
	cd $(SITE) && npm test --silent

# API and site at the same time, since the tests of each wait a lot.
test: $(SITE_INSTALLED) $(AZURITE_INSTALLED) $(CHECKOV_INSTALLED) ## run every check and test
	@sh tools/install_system_packages.sh
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target test-python test-site

test-python: lint $(AZURITE_INSTALLED) $(CHECKOV_INSTALLED)
	$(PYTEST) --numprocesses=6

# With a lower priority, since it waits less.
test-site:
	@nice -n 1 $(MAKE) --no-print-directory check-site test-browser

site: install $(SITE_INSTALLED) ## build the site, and measure what a first visit loads
	cd $(SITE) && npm run --silent build
	cd $(SITE) && npm run --silent bundle

test-browser: site ## drive the built site in Chromium against the local host
	@sh tools/install_system_packages.sh
	cd $(SITE) && npm run --silent test:browser

pictures: site ## take the README's pictures again
	cd $(SITE) && node scripts/take-pictures.mjs

test-mssql: install ## run the database tests also on SQL Server, in the database that TEST_MSSQL_URL names, which is emptied
	@test -n "$(TEST_MSSQL_URL)" || { echo "TEST_MSSQL_URL is not set. Set it as docs/database.md shows for compose.yaml."; exit 1; }
	TEST_MSSQL_URL="$(TEST_MSSQL_URL)" $(BIN)/python -m pytest -p no:xdist tests/access tests/jobs tests/sql

lint: install ## check style, format, types and the directions of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

lock: install ## update the exact versions and hashes of the Python packages
	$(BIN)/uv pip compile --quiet --upgrade requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade requirements-dev.in -o requirements-dev.txt
	$(BIN)/uv pip compile --quiet --upgrade $(CHECKOV)/requirements.in -o $(CHECKOV)/requirements.txt

audit: install ## ask the registries for known vulnerabilities of the packages in production and on the site
	@$(BIN)/python -m tools.audit

sbom: install ## write the packages of the app and the site to build/*.cdx.json (CycloneDX)
	@mkdir -p build
	$(BIN)/uv tool run --quiet --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements.txt \
		--output-reproducible --output-file build/api.cdx.json
	cd $(SITE) && npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx > ../build/site.cdx.json

package: install ## make build/api, the byte-compiled package that azd deploys
	@$(BIN)/python -m tools.package

bench: install ## measure, row by row (ROWS=mail for some, ROWS=help for their names)
	@AZURE_FUNCTIONS_ENVIRONMENT=Development $(BIN)/python -m benchmarks $(ROWS)

clean: ## remove what these targets made
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis .local_host $(AZURITE)/node_modules \
		$(CHECKOV)/.venv $(SITE)/node_modules $(SITE)/dist $(SITE)/test-results
