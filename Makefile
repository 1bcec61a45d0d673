# Two commands: `make run` and `make test`. They need Python 3.11+, make and a package index, nothing else.
SHELL := /bin/sh
PYTHON ?= python3
OUTILS := .venv-outils
VENV := .venv
BIN := $(VENV)/bin
UV := $(OUTILS)/bin/uv
UV_VERSION := 0.13.9
export PYTHONUTF8 := 1
# The machine may have a uv of its own environment active: ours is the one of this folder.
unexport VIRTUAL_ENV
# Each of our processes would compile all that it loads, two seconds a time.
unexport PYTHONDONTWRITEBYTECODE
export UV_PROJECT_ENVIRONMENT := $(VENV)
# Where the system has certificates, use them: an administration's network often adds its own.
ifneq ($(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),)
export UV_SYSTEM_CERTS ?= 1
endif

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench chromium java clean

help:  ## Afficher cette aide
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

run: export IMILO_AVEC_PARENT := 1
run: $(VENV)/.pret  ## Installer, puis lancer I-MILO sur http://127.0.0.1:8000 (IMILO_PORT, IMILO_HOME, DATABASE_URL)
	@exec $(BIN)/imilo serve

test: $(VENV)/.pret-dev chromium java  ## Installer, puis lancer tous les tests (PYTEST_ARGS="-k nom")
	@exec $(BIN)/pytest -n 2 --dist worksteal $(PYTEST_ARGS)

lint: $(VENV)/.pret-dev  ## Vérifier le style, les types et le sens des imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --check --lint imilo
	$(BIN)/mypy imilo
	$(BIN)/lint-imports

format: $(VENV)/.pret-dev  ## Mettre le code en forme
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --quiet --reformat imilo

bench: $(VENV)/.pret-dev  ## Mesurer les temps de réponse (tableau, et JSON)
	@exec $(BIN)/python -m bench

chromium: $(VENV)/.pret-dev
	@sh outils/chromium.sh $(BIN)

java:
	@sh outils/java.sh

clean:  ## Retirer ce que make a installé ; les données (.imilo) restent
	rm -rf $(VENV) $(OUTILS) .imilo-test .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

$(UV): outils/uv.sh Makefile
	@sh outils/uv.sh "$(PYTHON)" $(OUTILS) $(UV_VERSION)

# Installed again when the lock file or the project changes. `--inexact`: run never removes what test needs.
$(VENV)/.pret: $(UV) pyproject.toml uv.lock
	@$(UV) sync --quiet --frozen --no-dev --inexact --python "$$(cat $(OUTILS)/python)"
	@touch $@

$(VENV)/.pret-dev: $(UV) pyproject.toml uv.lock
	@$(UV) sync --quiet --frozen --inexact --python "$$(cat $(OUTILS)/python)"
	@touch $@ $(VENV)/.pret
