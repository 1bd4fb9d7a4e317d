PYTHON ?= python3
RUN = .venv/bin/python
INSTALL = bin/python -m pip install -qq --disable-pip-version-check --requirement

# A virtual environment is rebuilt when its requirements are newer than its stamp.
APP = .venv/installed
EMULATOR = .venv-ministack/installed
LINTERS = .venv-lint/installed
MUTATOR = .venv-mutants/installed

# The pages are built again when anything of web/, or the contract that types them, is newer.
PAGES = build/web/index.html
PAGES_SOURCES = $(shell find web -name node_modules -prune -o -type f ! -name contract.d.ts -print)
DENO = ../.venv/bin/deno

.PHONY: help run pages test test-fast proof mutants fuzz advisories check openapi desk day job pictures bench package template-check

help:  ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(APP) $(EMULATOR) $(PAGES)  ## Run everything on this machine (PORT=8000 STATE=.local LIMITS=on REGISTER=off)
	@exec $(RUN) -m infra.local

pages: $(PAGES)  ## Build the pages into build/web, also while `make run` serves them

test: $(APP) $(EMULATOR) $(PAGES)  ## Run every test
	@$(RUN) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder

test-fast: $(APP) $(PAGES)  ## Run the tests that need no server, and list the lines that none of them runs
	@$(RUN) -m pytest -q -m "not server" --cov --cov-report=term-missing:skip-covered

proof: $(APP) $(EMULATOR) $(PAGES)  ## Walk through all interleavings and the large histories; takes more than an hour
	@$(RUN) -m tests.interleavings
	@$(RUN) -m tests.histories
	@$(RUN) -m tests.histories.desk
	@$(RUN) -m tests.web.long_day
	@$(RUN) -m tests.e2e.lots

mutants: $(MUTATOR)  ## List the changes to the rules that no test minds; takes hours (ONLY='chalicelib.domain.*')
	@.venv-mutants/bin/mutmut run --max-children 1 $(if $(ONLY),'$(ONLY)')
	@.venv-mutants/bin/python -m tests.mutants

fuzz: $(APP) $(EMULATOR)  ## Fuzz every route from the OpenAPI document, with new requests each time (EXAMPLES=500)
	@$(RUN) -m tests.fuzz $(EXAMPLES)

advisories: $(APP)  ## Ask PyPI for known vulnerabilities in the pinned packages; needs the network
	@for list in requirements.txt requirements-dev.txt infra/local/requirements.txt \
	  infra/stack/passkeys-requirements.txt infra/stack/lint-requirements.txt bench/rival/requirements.txt \
	  tests/mutants-requirements.txt; do \
	  $(RUN) -m pip_audit --strict --no-deps --requirement $$list || exit 1; done

check: $(APP) $(PAGES)  ## Check formatting, lint, types, import contracts and the template
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@.venv/bin/lint-imports
	@$(RUN) -m infra.stack dev > /dev/null
	@cd web && $(DENO) task -q check

openapi: $(APP)  ## Rewrite docs/openapi.json after a change of a route or a body
	@$(RUN) -c 'import app, json; from chalicelib.api.openapi import document; \
	  print(json.dumps(document(), indent=2, ensure_ascii=False))' > docs/openapi.json

desk: $(APP)  ## Print a link that signs a browser in at a desk, beside a run (OFFICE=malang ROLE=supervisor)
	@$(RUN) -m infra.local.staff '$(OFFICE)' $(ROLE)

day: $(APP) $(EMULATOR) $(PAGES)  ## Play the next day of an office over HTTP (OFFICE=malang PEOPLE=162 SEED=1; to watch it, SPEED=60)
	@exec $(RUN) -m infra.local.day $(or $(OFFICE),malang) $(or $(PEOPLE),162) $(or $(SEED),1) $(SPEED)

job: $(APP)  ## Run a scheduled function beside a run (NAME=open_days AT=2026-12-01T17:00:00Z AGAIN=no)
	@$(RUN) -m infra.local.job '$(NAME)' '$(AT)'

pictures: $(APP)  ## Take the pictures of docs/, beside a run; needs Chromium
	@$(RUN) -m infra.local.pictures
	@$(RUN) -m tests.web.pictures

bench: $(APP) $(EMULATOR) $(PAGES)  ## Measure speed and cost, and write build/bench.json
	@$(RUN) -m bench

package: $(APP)  ## Make the CloudFormation package under build/ (STAGE=prod)
	@test -n '$(STAGE)' || { echo 'Which stage? As in make package STAGE=prod' >&2; exit 2; }
	@$(RUN) -m infra.stack.package '$(STAGE)'

template-check: package $(LINTERS)  ## Lint the CloudFormation package (STAGE=prod)
	@.venv-lint/bin/cfn-lint build/$(STAGE)/sam.json
	@.venv-lint/bin/cfn-lint --regions us-east-1 --template build/$(STAGE)/edge.json
	@.venv-lint/bin/checkov --file build/$(STAGE)/sam.json build/$(STAGE)/edge.json

$(PAGES): $(APP) $(PAGES_SOURCES) docs/openapi.json
	@cd web && $(DENO) install --quiet --frozen --allow-scripts=npm:esbuild
	@cd web && $(DENO) task -q contract
	@cd web && $(DENO) task -q build

$(APP): requirements-dev.txt requirements.txt infra/stack/passkeys-requirements.txt
	$(call install,.venv,requirements-dev.txt,the application's packages)

$(EMULATOR): infra/local/requirements.txt
	$(call install,.venv-ministack,infra/local/requirements.txt,the AWS emulator)

$(LINTERS): infra/stack/lint-requirements.txt
	$(call install,.venv-lint,infra/stack/lint-requirements.txt,the template's linters)

$(MUTATOR): tests/mutants-requirements.txt requirements-dev.txt requirements.txt
	$(call install,.venv-mutants,tests/mutants-requirements.txt,what changes the code)

define install
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
  echo 'Python 3.11 or newer is needed: name one, as in PYTHON=python3.12 make run' >&2; exit 1; }
@echo "Installing $(3) into $(1), once; this takes a minute ..." >&2
@$(PYTHON) -m venv --clear $(1)
@$(1)/$(INSTALL) $(2)
@touch $@
endef
