# make sheet: the worked solution of the built-in paper. make test: the tests. Both set up .venv by themselves.

MINIMUM := 3, 11
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < ($(MINIMUM)))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python
SHEET := $(foreach suffix,md tex pdf json,-o output/paper.$(suffix))

MARKED := $(foreach suffix,md pdf json,-o output/paper-marked.$(suffix))

.DELETE_ON_ERROR:
.PHONY: sheet marked test lint bench published golden clean $(VENV)

sheet: $(READY)
	mkdir -p output
	$(VENV)/bin/symback solve paper $(SHEET)

# The real paper, marked: exit code 1 says that a number on it belongs nowhere, which is so.
marked: $(READY)
	$(VENV)/bin/symback check paper tests/data/paper-transcript.md $(MARKED) || test $$? -eq 1

test: $(READY)
	$(RUN) -m pytest -n auto --maxprocesses 4

lint: $(READY)
	$(RUN) -m ruff check .
	$(RUN) -m mypy

bench: $(READY)
	$(RUN) -m tests.bench

published: $(READY)
	$(RUN) -m tests.published.marked

# Write the expected files of the tests anew; look at the difference before you commit it.
golden: $(READY)
	SYMBACK_REFRESH=1 $(RUN) -m pytest

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV): $(READY)

# A half-made or outdated environment is made again; a sound one is kept and only brought up to date.
$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { \
		echo 'symback needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3' >&2; exit 1; }
	@$(RUN) -c 'import sys, pip; sys.exit(sys.version_info < ($(MINIMUM)))' 2>/dev/null \
		|| $(PYTHON) -m venv --clear $(VENV) \
		|| { echo '$(PYTHON) cannot make environments; on Debian: apt-get install python3-venv' >&2; exit 1; }
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling
	$(RUN) -m pip install --quiet --disable-pip-version-check -c constraints.txt \
		--no-build-isolation -e '.[test,lint]'
	@$(RUN) -m compileall -q symback  # as pip does with what it copies; so that the first command is quick too
	@touch $@
