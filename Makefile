# The two commands a fresh machine needs: `make episode` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
EPISODE := 17
DATE := 2023-11-24

.PHONY: episode test test-coqui check format bench lock clean

episode: $(VENV)/.installed
	$(BIN)/kawaraban build $(EPISODE) --date $(DATE)

test: $(VENV)/.tested
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/pytest
	$(MAKE) test-coqui

# Coqui TTS has an environment of its own, with PyTorch in it, which is made once.
test-coqui:
	env="$$(PYTHON=$(PYTHON) tests/coqui-env)" && \
	PYTHONPATH=src "$$env/bin/python" -m pytest tests/test_coqui.py tests/test_engines.py

format: $(VENV)/.tested
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/pip pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --upgrade pip
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[fast]'
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[piper,llm,fast,cluster]' --group dev
	touch $@

# How fast everything is, into docs/speed.md; other libraries get an environment of their own.
bench: $(VENV)/.tested
	$(BIN)/python benchmarks/speed/run.py

# constraints.txt holds the exact versions the tests passed with, constraints-coqui.txt what the
# environment of test-coqui has on top.
lock: $(VENV)/.tested test-coqui
	( echo 'audioop-lts==0.2.2; python_version >= "3.13"'; \
	  $(BIN)/pip freeze --all --exclude-editable | grep -viE '^(setuptools|audioop)' ) > constraints.txt
	"$$(PYTHON=$(PYTHON) tests/coqui-env)/bin/python" -m pip freeze --all | grep -viE '^(setuptools|wheel)==' \
		| grep -vixFf constraints.txt > constraints-coqui.txt

clean:
	rm -rf $(VENV) .kawaraban output/* dist
