# One command each: `make run` serves, `make test` tests. Both create .venv first where it is missing.

# TensorFlow is there for these versions of Python; the first one found is taken.
IS_SUPPORTED := -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python $(IS_SUPPORTED) && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test soak lint train bench clean

# make run LAN=1 opens it to the network, so that phones can join.
run: $(VENV)/runtime
	@exec $(BIN)/python -m webapp $(if $(LAN),--lan=$(LAN))

test: $(VENV)/development
	$(BIN)/python -m tools.chromium
	$(BIN)/python -m tools.programs
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

# The fault tests long, with exact limits and a table of figures; TESTS="-k memory" takes some of them.
soak: $(VENV)/development
	$(BIN)/python -m tools.chromium
	INKWISE_SOAK=1 $(BIN)/python -m pytest tests/faults tests/browser/test_outage.py \
		tests/browser/test_faulty_network.py --durations 0 $(TESTS)

lint: $(VENV)/development
	$(BIN)/ruff check .

# make train DATA=mnist.npz INK=pen_digits.jsonl NOT_DIGITS=not_digits.jsonl; QUICK=1 for a smaller run.
# ARGUMENTS takes whatever else `.venv/bin/python train_model.py --help` lists, such as "conv --seed 9".
# glibc gives large blocks back to the system at once and TensorFlow asks for them again at once; told to
# keep them, a training of conv spent 2 % of its time in the system, not 42 %. Others do not know these variables.
KEEP_MEMORY := MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=8000000000 MALLOC_TOP_PAD_=200000000
train: $(VENV)/development
	$(KEEP_MEMORY) $(BIN)/python train_model.py $(if $(DATA),--data "$(DATA)") $(if $(INK),--ink "$(INK)") \
		$(if $(NOT_DIGITS),--not-digits "$(NOT_DIGITS)") $(if $(QUICK),--quick) $(ARGUMENTS)

bench: $(VENV)/development
	$(foreach file,$(sort $(wildcard benchmarks/*.py)),$(BIN)/python -m $(subst /,.,$(basename $(file))) &&) true

clean:
	rm -rf $(VENV)

# --no-deps: the lists are complete, so what is installed is what was tested.
$(VENV)/runtime: requirements.txt
	@test -n "$(PYTHON)" && $(PYTHON) $(IS_SUPPORTED) || { echo "expected Python 3.11, 3.12 or 3.13, for which \
	TensorFlow exists, found $(or $(PYTHON),none of them); PYTHON=python3.13 names one." | tr -s '\t ' ' ' >&2; exit 2; }
	@test -e $@ || rm -rf $(VENV)  # an installation that was cut short is begun anew
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Inkwise with TensorFlow into $(VENV): this takes minutes, once."
	@$(BIN)/python -m pip install --disable-pip-version-check --no-deps -r requirements.txt
	@touch $@

$(VENV)/development: $(VENV)/runtime requirements-dev.txt
	@echo "Installing what the tests need into $(VENV)."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.txt
	$(BIN)/python -m pip check
	@touch $@
