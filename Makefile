# Every step leaves a stamp, so that the first call makes everything and later ones nothing.
# make run | check | test | bench | faults | setup | client | lock | format | clean
SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
UV := $(BIN)/uv --quiet --no-config

.PHONY: help setup lock format clean

help:
	@sed -n '2s/^# //p' Makefile

# ---- Python ---------------------------------------------------------------------------------
$(STAMPS)/venv: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "OnRecord needs Python 3.11 or newer: apt-get install python3 python3-venv"; exit 1; }
	@test -x $(BIN)/python || { echo "== Python environment"; $(PYTHON) -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  --requirement requirements-build.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/runtime: $(STAMPS)/venv requirements.lock pyproject.toml
	@echo "== Python packages"
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --require-hashes --requirement requirements.lock
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/runtime requirements-dev.lock
	@echo "== Python packages for development"
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --require-hashes --requirement requirements-dev.lock
	@touch $@

setup: $(STAMPS)/dev

# Locks carry hashes and no address: whoever installs chooses the registry.
COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --custom-compile-command "make lock" $(LOCK_FLAGS)
lock: $(STAMPS)/venv
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --group build --output-file requirements-build.lock
	$(COMPILE) --group node --output-file requirements-node.lock

clean:
	rm -rf $(VENV) client_web/node_modules client_web/dist server/onrecord/edge/static reports
