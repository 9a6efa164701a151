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
PORT ?=
CI ?=
UPGRADE ?=

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
	@rm -rf $(VENV)
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
	"$$found" -m venv $(VENV)
	@sed -n '/^setuptools==/,/[^\\]$$/p' requirements.txt > $(VENV)/.backend
	@for file in $(VENV)/.backend requirements.txt; do \
		$(PY) -m pip install -qq --disable-pip-version-check --no-compile --no-deps --no-build-isolation \
			--require-hashes -r "$$file"; \
	done
	@echo '$(VENV_PYTHON)' > $(VENV)/.python
	@touch $@

$(INSTALLED): $(REQUIREMENTS) pyproject.toml contract_tests/pyproject.toml contract_tests/hatch_build.py
	@$(VENV)/bin/uv pip install --quiet --no-config --no-cache --offline --python $(PY) --no-deps --no-build-isolation \
		--editable . --editable contract_tests
	@touch $@
