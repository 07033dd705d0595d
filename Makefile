# Coklit: every task a person or a machine starts. `make help` lists them.
# Needs python3.11, git and make; everything else is installed into .venv from hash-locked lists.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3.11
BIN := .venv/bin
RUN := $(BIN)/python
UV := $(BIN)/uv
UV_PIP_FLAGS := --require-hashes --quiet --python $(RUN)

ELECTION ?=
AREA ?=
PORT ?=
ONLY ?=
ARGS ?=

# Checks that load the settings but must not need a running service, with values as on a server.
# The key is made anew on every run; nothing listens at these addresses and nothing asks them.
PRODUCTION_LIKE = env -u COKLIT_DEBUG -u COKLIT_DEMO \
	COKLIT_SECRET_KEY="$$($(RUN) -c 'import secrets; print(secrets.token_urlsafe(60))')" \
	COKLIT_ALLOWED_HOSTS=coklit.example \
	COKLIT_BASE_URL=https://coklit.example \
	COKLIT_DATABASE_URL=postgresql://coklit_web:unused@127.0.0.1:9/coklit \
	COKLIT_DATABASE_OWNER_URL=postgresql://coklit_owner:unused@127.0.0.1:9/coklit \
	COKLIT_BROKER_URL=redis://127.0.0.1:9/0 \
	COKLIT_CACHE_URL=redis://127.0.0.1:9/1 \
	COKLIT_SMTP_URL=smtp://127.0.0.1:9

# It compares models with migration files; that no database answers to compare histories as well is expected.
MAKEMIGRATIONS = $(RUN) -W 'ignore:Got an error checking:RuntimeWarning' manage.py makemigrations

.PHONY: help demo test ci bench chaos soak lint types fmt migrations messages lock clean

help: ## list these tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

demo: .venv/.local ## start everything with invented data; Ctrl-C stops it (ELECTION=pilkada-2024 AREA=62.71 PORT=8000)
	@$(RUN) -m coklit.localservices.demo \
		$(if $(ELECTION),--election '$(ELECTION)') $(if $(AREA),--area '$(AREA)') $(if $(PORT),--port '$(PORT)') $(ARGS)

test: .venv/.test ## run every test against a real database, broker, mail receiver and browser (ARGS="tests/voters -x" chooses)
	@bash .ci/browser
	@$(RUN) -m pytest $(if $(ARGS),$(ARGS),--numprocesses 2 --dist loadscope)

ci: lint types ## what must be green before a change lands: lint, types, checks, the tests, three minutes of chaos
	$(PRODUCTION_LIKE) $(RUN) manage.py check --deploy --fail-level WARNING
	$(PRODUCTION_LIKE) $(MAKEMIGRATIONS) --check --dry-run
	@$(MAKE) --no-print-directory test
	@$(MAKE) --no-print-directory chaos ARGS=--short

bench: .venv/.test ## measure the figures against their floors (ONLY=import); writes bench/results.json
	@$(RUN) -m bench $(if $(ONLY),--only '$(ONLY)') $(ARGS)

chaos: .venv/.test ## kill every part while phones send; no result may be lost or doubled (ARGS="--short --seed 7")
	@$(RUN) -m bench.proofs chaos $(ARGS)

soak: .venv/.test ## an evening's uploads in 10 minutes; memory and answers must not grow (ARGS="--minutes 3")
	@$(RUN) -m bench.proofs soak $(ARGS)

lint: .venv/.test ## ruff, formatting, import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/.test ## mypy, strict
	$(PRODUCTION_LIKE) $(BIN)/mypy

fmt: .venv/.test ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

migrations: .venv/.test ## write migrations for changed models (ARGS="voters --name add_training")
	$(PRODUCTION_LIKE) $(MAKEMIGRATIONS) $(ARGS)

messages: .venv/.test ## take new texts into locale/id and compile it, no gettext needed (ARGS=other.po to merge)
	$(RUN) -m tools.messages $(ARGS)

# Existing pins are kept; ARGS=--upgrade moves everything on. Each list is resolved under the one before it.
lock: .venv/.uv ## resolve requirements/*.in to hashed requirements/*.txt
	for list in uv base local test; do \
		$(UV) pip compile --quiet --generate-hashes --no-header --python-version 3.11 $(ARGS) \
			requirements/$$list.in --output-file requirements/$$list.txt; \
	done

clean: ## remove the environment, caches and the demonstration's data
	rm -rf .venv .local staticfiles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --- the environment: each stamp is remade only when its list changes -----------------------------------------------

.venv/.uv: requirements/uv.txt
	@bash .ci/venv '$(PYTHON)'
	@$(RUN) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.local: requirements/local.txt .venv/.uv
	@echo "Installing what the demonstration needs ..."
	@$(UV) pip install $(UV_PIP_FLAGS) -r requirements/local.txt
	@touch $@

# `sync` also removes what is not listed, so that a test never passes thanks to a leftover.
.venv/.test: requirements/test.txt .venv/.uv
	@echo "Installing what the tests need ..."
	@$(UV) pip sync $(UV_PIP_FLAGS) requirements/test.txt
	@touch .venv/.local $@
