# Every step leaves a stamp, so that the first call makes everything and later ones nothing.
# make run | check | test | proofs | bench | faults | coverage | setup | client | wheel | publish | reference | lock | format | clean
SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# Where an environment forbids it, each of the hundreds of processes of a run would compile again.
unexport PYTHONDONTWRITEBYTECODE

# Debian's own Python is an optimised build, a fifth faster than many that lie first on PATH.
DEBIANS := /usr/bin/python3
PYTHON ?= $(shell $(DEBIANS) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
  && echo $(DEBIANS) || echo python3)
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
UV := $(BIN)/uv --quiet --no-config

.PHONY: help run check test proofs bench faults coverage pictures setup client wheel archive-wheel client-check test-packages proofs-packages publish reference lock format clean

help:
	@sed -n '2s/^# //p' Makefile

# ---- Python ---------------------------------------------------------------------------------
$(STAMPS)/venv: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "OnRecord needs Python 3.11 or newer: apt-get install python3 python3-venv"; exit 1; }
	@test -x $(BIN)/pip || { echo "== Python environment"; $(PYTHON) -m venv --clear $(VENV); } || \
	  { echo "Python can't make environments: apt-get install python3-venv"; exit 1; }
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
	@VIRTUAL_ENV=$(VENV) $(UV) pip install --require-hashes --no-build-isolation-package http-ece \
	  --requirement requirements-dev.lock
	@touch $@

setup: $(STAMPS)/dev $(STAMPS)/client

# ---- Web client -----------------------------------------------------------------------------
# The environment's node is used where the machine has none, or an older one than 20.19.
USERS_PATH := $(PATH)
export PATH := $(CURDIR)/$(BIN):$(PATH)
CLIENT_SOURCES := $(shell test -d client_web && find client_web -type f \
  -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name '.*')
STATIC := server/onrecord/http/static

NODE_IS_FIT := const [a, b] = process.versions.node.split("."); process.exit(a >= 24 || (a == 22 && b >= 12) || (a == 20 && b >= 19) ? 0 : 1)
$(STAMPS)/node: $(STAMPS)/venv requirements-node.lock
	@{ node -e '$(NODE_IS_FIT)' && npm --version; } >/dev/null 2>&1 || { echo "== Node.js"; \
	  VIRTUAL_ENV=$(VENV) $(UV) pip install --require-hashes --requirement requirements-node.lock; }
	@touch $@

$(STAMPS)/npm: $(STAMPS)/node client_web/package.json client_web/package-lock.json client_web/.npmrc
	@echo "== Packages of the web client"
	@cd client_web && npm ci --silent
	@touch $@

# Built once for both listeners; the server serves what lies in STATIC, and the wheel carries it.
$(STAMPS)/client: $(STAMPS)/npm $(CLIENT_SOURCES)
	@echo "== Web client"
	@cd client_web && log=$$(npm run --silent build 2>&1) || { echo "$$log"; exit 1; }
	@rm -rf $(STATIC) && mkdir -p $(STATIC) && cp -R client_web/dist/chat client_web/dist/console $(STATIC)/
	@touch $@

client: $(STAMPS)/client

# What a server is installed from, with requirements.lock and docs/systemd: docs/operations.md.
wheel: $(STAMPS)/venv $(STAMPS)/client
	@$(BIN)/python -m hatchling build --target wheel

# The archive's package alone, for an auditor: archive_hooks/README.md.
archive-wheel: $(STAMPS)/venv
	@cd archive_hooks && $(abspath $(BIN))/python -m hatchling build --target wheel --directory ../dist

# All of it, also after something failed: a person wants to see everything.
client-check: $(STAMPS)/client
	@mkdir -p reports; cd client_web; status=0; test -t 1 || export NO_COLOR=1; \
	  npm run --silent lint -- $$(test -t 1 || echo --colors=off) || status=1; \
	  npm run --silent types || status=1; \
	  npm run --silent size || status=1; \
	  npm run --silent test -- --reporter=default --reporter=junit \
	    --outputFile.junit=../reports/client.xml || status=1; \
	  exit $$status

# ---- Run ------------------------------------------------------------------------------------
# The command watches over the server, and starts it again where a new start recovers. PORT=9443: the
# first of the three ports, where 8443 is another's.
run: $(STAMPS)/runtime $(STAMPS)/client
	@PATH='$(USERS_PATH)' OPENSSL_CONF="$${OPENSSL_CONF:-$(CURDIR)/docs/systemd/openssl.cnf}" exec $(BIN)/onrecord demo run $(if $(PORT),--port $(PORT))   # it prints commands as they are typed here

# ---- Check and test -------------------------------------------------------------------------
check: $(STAMPS)/dev
	@$(BIN)/python -m tools.lanes check

STARTED := $(shell date +%s)
test: setup test-packages
	@LANES_STARTED=$(STARTED) $(BIN)/python -m tools.lanes test

# What is marked `proofs`: other engines, sizes and languages, figures, long and sampled runs, with
# fault tests and properties at other random points each time. KIND="slow faults": one kind alone.
proofs: setup proofs-packages
	@ONRECORD_FAULTS=long ONRECORD_SEED=$${ONRECORD_SEED:-$(STARTED)} \
	  $(BIN)/python -m tools.lanes proofs $(if $(KIND),'$(KIND)')

# Of those the fault tests: they fill disks, cut power, kill and hold processes.
faults: setup proofs-packages
	@ONRECORD_FAULTS=long ONRECORD_SEED=$${ONRECORD_SEED:-$(STARTED)} \
	  $(BIN)/python -m tools.lanes proofs faults 'slow faults'

# BEFORE=DIR: beside another checkout that is set up, in pairs.
bench: setup test-packages
	@$(BIN)/python -m tests.bench$(if $(BEFORE),.beside '$(BEFORE)')

# Which lines and branches the quick tests reach; printed, never a gate.
coverage: setup
	@$(BIN)/coverage run -m pytest -q tests/unit tests/properties; \
	  $(BIN)/coverage report --show-missing --skip-covered

# docs/pictures, from the demo's people in a real browser.
pictures: setup test-packages
	@$(BIN)/python -m tests.e2e.pictures

test-packages:
	@tools/test-packages.sh

proofs-packages:
	@tools/test-packages.sh proofs

# The generated pages of docs/ and the client's copy of the protocol.
reference: setup
	@$(BIN)/onrecord settings reference > docs/settings.md
	@$(BIN)/python -m onrecord.app.generate
	@PYTHONPATH=. $(BIN)/python tools/wire_reference.py > docs/wire.md
	@PYTHONPATH=. $(BIN)/python tools/roles_reference.py > docs/roles.md
	@PYTHONPATH=. $(BIN)/python tools/published_reference.py > archive_hooks/PUBLISHED.md
	@PYTHONPATH=. $(BIN)/python tools/openapi.py
	@PYTHONPATH=. $(BIN)/python tools/policy_copies.py
	@PYTHONPATH=. $(BIN)/python tools/words_copies.py
	@PYTHONPATH=. $(BIN)/python tools/signs_copy.py
	@PYTHONPATH=. $(BIN)/python tools/example_hook.py

# What a checker knows by its hash: pages and their words, the schema. Then `make reference`.
publish: setup
	@PYTHONPATH=. $(BIN)/python tools/publish.py words
	@PYTHONPATH=. $(BIN)/python tools/publish.py made

format: setup
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .

# Locks carry hashes and no address: whoever installs chooses the registry.
COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --custom-compile-command "make lock" $(LOCK_FLAGS)
lock: $(STAMPS)/venv
	$(COMPILE) pyproject.toml --extra kafka --extra nats --extra s3 --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
	$(COMPILE) --group build --output-file requirements-build.lock
	$(COMPILE) --group node --output-file requirements-node.lock

clean:
	rm -rf $(VENV) client_web/node_modules client_web/dist server/onrecord/http/static reports
