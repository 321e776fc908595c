# make demo: the main job on the sample games; make test: all tests; make check: lint;
# make oldest: the fast tests with the oldest versions that pyproject.toml allows.
# Each makes the virtual environment itself; nothing but Python 3.10+ and make is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT := out/demo
OLDEST := .venv-oldest
# Another Python may have other oldest versions: make oldest OLDEST_PYTHON=python3.13.
OLDEST_PYTHON ?= $(BIN)/python

.PHONY: demo test oldest check clean

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(VENV)/installed
	rm -rf $(OUT)
	mkdir -p $(OUT)
	$(BIN)/gopolicy dataset build datasets/sample-train.zip -o $(OUT)/train.h5
	$(BIN)/gopolicy dataset build datasets/sample-valid.zip -o $(OUT)/valid.h5
	$(BIN)/gopolicy train $(OUT)/train.h5 --valid $(OUT)/valid.h5 --minutes 1 --out $(OUT)/run
	$(BIN)/gopolicy evaluate $(OUT)/valid.h5 --positions 4000
	$(BIN)/gopolicy suggest datasets/alphago-leesedol-2.sgf --move 37 --picture $(OUT)/move37.png

check: $(VENV)/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# Each worker takes the files of one half, and what is left of the other's: what a file
# prepares for its tests is then made once.
test: check
	$(BIN)/python -m pytest -n 2 --dist worksteal -q --cov

# What only tests need is new there. Bytecode is made at once: where Python writes none,
# each process would compile TensorFlow's sources anew.
$(OLDEST)/installed: pyproject.toml $(VENV)/installed
	$(BIN)/uv venv --quiet --clear --python $(OLDEST_PYTHON) $(OLDEST)
	$(BIN)/uv pip install --quiet --python $(OLDEST) --compile-bytecode \
	  --resolution lowest-direct -r pyproject.toml
	$(BIN)/uv pip install --quiet --python $(OLDEST) --compile-bytecode \
	  -r pyproject.toml --extra test
	touch $@

# Warnings are no errors there: old versions have them of what is newer beside them.
oldest: $(OLDEST)/installed
	PYTHONPATH=$(CURDIR):$(CURDIR)/gui \
	  $(OLDEST)/bin/python -m pytest -n 2 -q -m "not slow" -W default

clean:
	rm -rf $(VENV) $(OLDEST) out build dist
