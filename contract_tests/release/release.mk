# Commands of CI, releases and maintenance; the Makefile includes this file.

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
	$(call write_lock,$(LOCKS)/engine.txt,--constraint requirements.txt --group engine --group $(SUITE):runtime pyproject.toml)
	$(call write_lock,$(LOCKS)/fastapi.txt,--constraint requirements.txt --group fastapi)
	$(call write_lock,$(LOCKS)/tools.txt,--constraint requirements.txt --group release)
	$(call write_lock,$(LOCKS)/fixture-oldest.txt,--group fixture-oldest --group $(SUITE):runtime pyproject.toml)
	$(call write_lock,$(LOCKS)/fixture-newest.txt,--group fixture-newest --group $(SUITE):runtime pyproject.toml)
	$(call write_lock,$(LOCKS)/lowest.txt,--resolution lowest-direct $(DIRECT:%=--upgrade-package=%) $(RUNTIME))
	$(call with_node,$(NODE_HOME)/package-lock.json,cd $(NODE_HOME) && npm install --loglevel=error --package-lock-only \
		--ignore-scripts --omit-lockfile-registry-resolved --no-audit --no-fund)
clean: ## Remove everything that these commands made, except generated/
	@rm -rf $(VENV) $(VENV).lock .bench .cache .compare .release .faults $(NODE_HOME)/node_modules dist .generated-new .generated-old
	@find . -name .git -prune -o -type d \( -name __pycache__ -o -name .hypothesis -o -name .mypy_cache \
		-o -name .pytest_cache -o -name .ruff_cache -o -name .schemathesis \) -prune -exec rm -rf {} +
