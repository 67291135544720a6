# On a fresh machine two commands do everything: `make demo` and `make test`.
VENV  := .venv
# Tests of networks need torch, some 700 MB; they have an environment of their own, which CI keeps outside the clone.
TORCH_VENV ?= .venv-torch
OUT   ?= demo-out
SONGS ?=
SITE  := site
# The first interpreter that runs and is 3.11 or newer; `make demo PYTHON=/path/to/python` names another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: demo test test-torch check check-torch bench mutants gallery tree reference docs docs-hosts wheel-test clean

demo: $(VENV)/demo.stamp
	@$(VENV)/bin/tonescape demo $(if $(SONGS),"$(SONGS)") --out "$(OUT)"

test: $(VENV)/dev.stamp
	@$(VENV)/bin/python -m pytest -n 2

check: $(VENV)/dev.stamp
	@$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check . && $(VENV)/bin/mypy

# The tests of the files that look for torch: those that are skipped without it.
test-torch: $(TORCH_VENV)/torch.stamp
	@$(TORCH_VENV)/bin/python -m pytest -n 2 $$(grep -rl '"torch"' tests --include='test_*.py')

check-torch: $(TORCH_VENV)/torch.stamp
	@$(TORCH_VENV)/bin/python -m mypy

bench: $(VENV)/dev.stamp
	@$(VENV)/bin/python bench/speed.py

$(VENV)/bin/python $(TORCH_VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Tonescape needs Python 3.11 or newer; install it, or: make demo PYTHON=/path/to/python" >&2; exit 1; }
	@$(PYTHON) -m venv $(@:/bin/python=) >/dev/null 2>&1 || { \
		rm -rf $(@:/bin/python=); $(PYTHON) -m venv --without-pip $(@:/bin/python=) && \
		$(PYTHON) -m pip --python $@ install -q pip; } || { rm -rf $(@:/bin/python=); \
		echo "this Python can make no virtual environment; type: sudo apt install python3-venv python3-pip" >&2; exit 1; }

$(VENV)/demo.stamp: pyproject.toml | $(VENV)/bin/python
	@echo "setting up (once, under a minute) ..." >&2
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check -e '.[demo]'
	@touch $@

$(VENV)/dev.stamp: pyproject.toml | $(VENV)/bin/python
	@echo "setting up (once, a minute or two) ..." >&2
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check -e '.[demo,dev]'
	@touch $@ $(VENV)/demo.stamp

$(VENV)/docs.stamp: $(VENV)/dev.stamp
	@$(VENV)/bin/python -m pip install -q --disable-pip-version-check -e '.[docs]'
	@touch $@

# torch first and by itself: together with packages that need it, pip may choose a build for GPUs.
$(TORCH_VENV)/torch.stamp: pyproject.toml | $(TORCH_VENV)/bin/python
	@echo "setting up torch (once, some minutes) ..." >&2
	@$(TORCH_VENV)/bin/python -m pip install -q --disable-pip-version-check torch==2.13.0
	@$(TORCH_VENV)/bin/python -m pip install -q --disable-pip-version-check -e '.[demo,dev,torch,diffusion]'
	@touch $@

# What `pip install tonescape` gives: the wheel in a new environment, used from an empty folder.
wheel-test: $(VENV)/dev.stamp
	@.ci/wheel $(VENV)/bin/python

# The site, in site/: pages that open from the disk and load nothing from elsewhere; the search wants a server.
docs: $(VENV)/docs.stamp
	@NO_MKDOCS_2_WARNING=1 $(VENV)/bin/python -m mkdocs build --strict --quiet
	@$(MAKE) -s docs-hosts
	@echo "the site: site/index.html; with search: $(VENV)/bin/python -m http.server -d site"

# What a browser would fetch by itself from another host: attributes of tags, and url() and @import of styles.
docs-hosts:
	@! { grep -rliE "<(script|img|link|iframe|source|audio|video|track|embed|object)\b[^>]*[[:space:]](src|srcset|href|poster|data)=[\"']?([^\"'>]*[, ])?(https?:)?//" "$(SITE)" --include='*.html'; \
		grep -rliE "(url\([[:space:]]*|@import[[:space:]]+)[\"']?(https?:)?//" "$(SITE)" --include='*.html' --include='*.css'; } \
		| grep . || { echo "these pages load something from another host" >&2; exit 1; }

mutants: $(VENV)/dev.stamp
	@$(VENV)/bin/python bench/mutants.py

gallery: $(VENV)/dev.stamp
	@$(VENV)/bin/python bench/gallery.py

tree: $(VENV)/dev.stamp
	@$(VENV)/bin/python tests/test_docs.py

reference: $(VENV)/dev.stamp
	@$(VENV)/bin/python docs/generate.py

# Literal names: OUT and the environments may be anywhere, so what lies outside the clone is left alone.
clean:
	rm -rf .venv .venv-torch demo-out .pytest_cache .mypy_cache .ruff_cache .hypothesis site
