# make reproduce: everything from the corpora to build/paper.pdf     make test: every test
# Both create .venv from requirements.lock when it is missing or out of date.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: reproduce check-snapshot search test test-slow check lint types layers notebooks bench golden snapshot lock clean

# With UNGDC=path (the corpus as published, or a folder that `stance corpus fetch ungdc` wrote) every
# speech is coded again under build/ and held against corpora/ungdc, then the results against the
# paper's snapshot; neither is changed.
reproduce: $(INSTALLED)
	@$(if $(UNGDC),UNGDC="$(UNGDC)" $(BIN)/python -m experiments.search.population)
	@$(BIN)/python -m experiments $(if $(UNGDC),--check)

test: $(INSTALLED)
	@$(BIN)/python -m pytest -n 2

test-slow: $(INSTALLED)
	@$(BIN)/python -m pytest -n 2 -m "slow or not slow"

# Long trainings that need texts: TEXTS is a folder of hydrated corpora (see experiments/search). The
# encoder is tuned in PyTorch, which is not in the lock: .venv/bin/pip install torch tokenizers
search: $(INSTALLED)
	@$(BIN)/python -m experiments.search.encoder
	@$(BIN)/python -m experiments.search.pool
	@$(BIN)/python -m experiments.search.combinations
	@$(BIN)/python -m experiments.search.full
	@$(BIN)/python -m experiments.search.student
	@$(BIN)/python -m experiments.search.propositions
	@$(BIN)/python -m experiments.search.french
	@$(BIN)/python -m experiments.search.conformal

# The results must be those that the paper's snapshot keeps.
check-snapshot: $(INSTALLED)
	@$(BIN)/python -m experiments --check

check: lint types layers

lint: $(INSTALLED)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: $(INSTALLED)
	@$(BIN)/mypy

layers: $(INSTALLED)
	@$(BIN)/lint-imports

notebooks: $(INSTALLED)
	@$(BIN)/jupyter lab experiments/notebooks

bench: $(INSTALLED)
	@$(BIN)/python -m tests.benchmarks.ratios
	@$(BIN)/python -m tests.benchmarks.coders

golden: $(INSTALLED)
	@$(BIN)/python -m pytest -q tests/golden --renew-golden

snapshot: reproduce
	@$(BIN)/python -m experiments --snapshot

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --fork-strategy fewest \
		--python-version 3.11 --extra dev --no-header pyproject.toml -o requirements.lock

# An interrupted installation leaves no marker, so the next call starts the environment anew.
$(VENV)/.locked: requirements.lock
	@echo "Installing the locked environment into $(VENV) (about a minute) ..."
	@rm -rf $(VENV)
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("stance needs Python 3.11 or newer, found %d.%d" % sys.version_info[:2])'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

$(INSTALLED): $(VENV)/.locked pyproject.toml
	@$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

clean:
	rm -rf build .venv .pytask pytask.lock
