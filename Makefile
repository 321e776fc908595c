# make demo: the main job on the sample games; make test: all tests; make check: lint.
# Each makes the virtual environment itself; nothing but Python 3.10+ and make is needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
OUT := out/demo

.PHONY: demo test check clean

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

test: check
	$(BIN)/python -m pytest -n 2 -q

clean:
	rm -rf $(VENV) out build dist
