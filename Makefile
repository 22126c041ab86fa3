# `make run` starts the server, `make test` runs the tests. Both create .venv if it is missing.

# Uses the first Python of a version that TensorFlow supports.
IS_SUPPORTED := -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python $(IS_SUPPORTED) && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
NPM := $(shell command -v npm 2>/dev/null)
JS_TOOLS := $(if $(NPM),node_modules/.package-lock.json)

.PHONY: run test soak mutants lint train bench clean

# `make run LAN=1` also listens on the local network, so that phones can join.
run: $(VENV)/runtime
	@exec $(BIN)/python -m webapp $(if $(LAN),--lan=$(LAN))

test: $(VENV)/development
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m tools.programs
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# Runs the fault tests in their long form, with strict limits and a table of results; TESTS="-k memory" selects some.
# Without TESTS also the mutants.
soak: $(VENV)/development
	$(BIN)/python -m tools.chromium
	INKWISE_SOAK=1 $(BIN)/python -m pytest tests/faults tests/browser/test_outage.py \
		tests/browser/test_faulty_network.py --durations 0 $(TESTS)
	$(if $(TESTS),,$(BIN)/python -m tools.mutants)

# Removes each protection of tools/mutants.toml, one at a time: a test must fail. MUTANTS="CSRF" selects some by name.
mutants: $(VENV)/development
	$(BIN)/python -m tools.mutants $(MUTANTS)

lint: $(VENV)/development $(JS_TOOLS)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
ifdef NPM
	npx biome lint --error-on-warnings static/js
	npx tsc --project tsconfig.json
else
	@echo "JavaScript not checked: npm not found." $(if $(CI),>&2; exit 1)
endif

# Only `make lint` needs Node.js; the pages load static/js without a build step.
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

# make train DATA=mnist.npz INK="pen_digits.jsonl pendigits_train.jsonl" NOT_DIGITS=not_digits.jsonl; QUICK=1 for
# a short run.
# ARGUMENTS adds options of `.venv/bin/python train_model.py --help`, such as "conv --seed 9".
# By default glibc returns large blocks to the system, and TensorFlow allocates them again. With these variables,
# training conv spends 2 % of its time in system calls instead of 42 %. Other C libraries ignore them.
KEEP_MEMORY := MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=200000000
train: $(VENV)/development
	$(KEEP_MEMORY) $(BIN)/python train_model.py $(if $(DATA),--data "$(DATA)") $(if $(INK),--ink $(INK)) \
		$(if $(NOT_DIGITS),--not-digits "$(NOT_DIGITS)") $(if $(QUICK),--quick) $(ARGUMENTS)

bench: $(VENV)/development
	$(foreach file,$(sort $(wildcard benchmarks/*.py)),$(BIN)/python -m $(subst /,.,$(basename $(file))) &&) true

clean:
	rm -rf $(VENV)

# Installs the packages of a file, and prints how much $(VENV) holds: pip is silent for minutes while it unpacks
# TensorFlow, and without a terminal also while it downloads. Downloads count, because TMPDIR is in $(VENV).
# --no-deps: the files pin all packages, so the installed versions are the tested ones. --require-hashes: each file
# is the one that was published when tools/pin_hashes.py wrote its hash.
PROGRESS_INTERVAL := 5  # seconds
install = mkdir -p $(VENV)/tmp; \
	while sleep $(PROGRESS_INTERVAL) && kill -0 $$$$; do echo "  $$(du -sm $(VENV) | cut -f1) MB so far"; done 2>/dev/null & \
	TMPDIR=$(abspath $(VENV))/tmp $(BIN)/python -m pip install --progress-bar off --disable-pip-version-check --no-deps --require-hashes -r $(1)

$(VENV)/runtime: requirements.txt
	@test -n "$(PYTHON)" && $(PYTHON) $(IS_SUPPORTED) || { \
		found=$$($(or $(PYTHON),python3) --version 2>&1) || found=none; \
		echo "expected Python 3.11, 3.12 or 3.13, which TensorFlow supports, found $$found; set PYTHON," \
			"for example PYTHON=python3.13." >&2; exit 2; }
	@test -e $@ || rm -rf $(VENV)  # start over after an interrupted installation
	@echo "Installing Inkwise with TensorFlow into $(VENV): about 2,300 MB, in a few minutes."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/development: $(VENV)/runtime requirements-dev.txt
	@echo "Installing the development tools into $(VENV)."
	@$(call install,requirements-dev.txt)
	$(BIN)/python -m pip check
	@touch $@
