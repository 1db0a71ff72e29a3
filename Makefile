# Needs Python 3.11 or newer, git and make; everything else is installed into $(VENV).
#   make demo    repair the example shop and show the branch and the pull request text
#   make test    run the tests

VENV ?= .venv
BIN := $(VENV)/bin
# The first interpreter that runs, is new enough and can make environments: a name on PATH may be a stub (pyenv leaves such).
PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3 python,$(shell \
	"$(name)" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo "$(name)")))
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TESTS ?= tests
IMAGE ?= kubewright:dev
FUZZ_SECONDS ?= 1800

.PHONY: help dev demo test lint fix docs lock bench fuzz image clean
.DEFAULT_GOAL := help

help: ## List the targets
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' $(firstword $(MAKEFILE_LIST)) | expand -t 10

dev: $(VENV)/.dev ## Install Kubewright for development into .venv

demo: $(VENV)/.run ## Repair the example shop, show the branch and the pull request text
	@KUBEWRIGHT="$(BIN)/kubewright" scripts/demo.sh

test: $(VENV)/.dev ## Run the tests on two processes
	@$(BIN)/pytest -n 2 $(TESTS)

lint: $(VENV)/.dev ## Check style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/.dev ## Let ruff repair what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev ## Write the help block of the README and the pages under docs/rules
	$(BIN)/python scripts/docs.py

lock: ## Resolve the dependencies anew and write the requirements*.lock files
	scripts/lock.sh

bench: $(VENV)/.dev ## Run the benchmarks
	@for program in benchmarks/*.py; do echo "== $$program"; $(BIN)/python "$$program" || exit; done

fuzz: $(VENV)/.fuzz ## Fuzz reader and editor, FUZZ_SECONDS each
	@for target in reader editor; do echo "== $$target, $(FUZZ_SECONDS) s"; \
		$(BIN)/python fuzz/$$target.py -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 || exit; done

image: ## Build the container image
	docker build --tag $(IMAGE) .

clean: ## Remove what the other targets made
	rm -rf build dist $(VENV)

# Every package is pinned by hash, the ones that build Kubewright itself included.
$(VENV)/.run: requirements-build.lock requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python 3.11 or newer with venv found: install one (on Debian: python3 and python3-venv)," \
		"or name it: make PYTHON=/path/to/python" >&2; exit 1; }
	@echo "installing into $(VENV) with $(PYTHON)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements-build.lock -r requirements.lock
	@$(PIP) install --no-build-isolation --no-deps --no-index --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.fuzz: $(VENV)/.dev requirements-fuzz.lock
	@$(PIP) install --require-hashes -r requirements-fuzz.lock
	@touch $@
