# Two commands matter: `make demo` runs the main job, `make test` runs all tests. Both set up what they need.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
ARGS ?=

.PHONY: demo test coverage lint bench clean lock

demo: $(VENV)/.ready-run
	@$(BIN)/fieldsync demo $(ARGS)

test: $(VENV)/.ready-test
	@$(BIN)/python -m pytest $(ARGS)

coverage: $(VENV)/.ready-test
	@$(BIN)/python -m pytest -q --cov --cov-report=term --cov-fail-under=90 $(ARGS)

lint: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-test
	@$(BIN)/python -m bench $(ARGS)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "FieldSync needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-run: $(BIN)/python requirements/run.lock setup.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-test: $(BIN)/python requirements/test.lock setup.cfg
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.ready-run

# For maintainers: renew the exact locks from the ranges in setup.cfg and requirements/test.in.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-strip-extras --no-annotate --no-header setup.cfg requirements/build.in
lock: $(VENV)/.ready-test
	$(COMPILE) -o requirements/run.lock
	$(COMPILE) requirements/test.in -o requirements/test.lock

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
