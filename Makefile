# Everything by one word; `make` alone lists the words. Each brings what it needs.
PREFIX ?= /usr/local
REPO ?= src/base
# Of fuzzing: for each fuzzer, and how many at once.
MINUTES ?= 10
JOBS ?= 1
# A configuration of CMakePresets.json that builds into build/.
PRESET ?= $(if $(CI),ci,release)
export DOBBY_DEPS ?= $(CURDIR)/.deps

model := SmolLM2-135M-Instruct
models := $(or $(DOBBY_MODELS),$(or $(XDG_DATA_HOME),$(HOME)/.local/share)/dobby/models)
demo_db := build/demo/index.db
configure := cmake -D DOBBY_DEPS="$(DOBBY_DEPS)" --log-level=WARNING >/dev/null --preset
tests := $(CURDIR)/build/tests

# What was compiled once, in whatever build folder, is not compiled again.
export CMAKE_C_COMPILER_LAUNCHER ?= ccache
export CMAKE_CXX_COMPILER_LAUNCHER ?= ccache
export CCACHE_DIR ?= $(DOBBY_DEPS)/ccache
export CCACHE_BASEDIR ?= $(CURDIR)
export CCACHE_MAXSIZE ?= 1G
export CCACHE_DEPEND ?= 1
export CCACHE_NOHASHDIR ?= 1

# Folders whose code has threads.
threaded := engine summaries store web cli
space := $(subst ,, )

.PHONY: help setup build model demo train test robustness attacks fuzz races \
  thorough browser bench performance install format lint clean

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

setup: ## installs and fetches what is missing (tools/setup)
	@tools/setup

build: ## leaves the program at build/dobby
	@tools/setup build
	@$(configure) $(PRESET)
	@cmake --build build --target dobby dobby_printed

model: build ## imports the default model into your model folder, if missing
	@build/dobby model verify $(model) >/dev/null 2>&1 || { tools/setup model && \
	  build/dobby model import "$(DOBBY_DEPS)/models/$(model).Q4_1.gguf" \
	    --name $(model) --replace; }

demo: model ## summarises REPO (default: src/base) and shows the tree
	@build/dobby index "$(REPO)" --db $(demo_db)
	@build/dobby tree "$(REPO)" --db $(demo_db)

# A test is built once: with sanitizers, which see what it would pass over. The
# kernels are tested as they are installed too. One ctest runs all of them.
test: model ## builds everything and runs every test, with sanitizers
	@cmake --build build --target kernels_test
	@$(configure) asan-ubsan -D DOBBY_WERROR=$(if $(CI),ON,OFF)
	@cmake --build build-asan-ubsan
	@rm -rf $(tests) && mkdir $(tests) && touch $(tests)/skipped
	@printf 'subdirs("%s" "%s")\n' $(CURDIR)/build-asan-ubsan \
	  $(CURDIR)/build/src/kernels >$(tests)/CTestTestfile.cmake
	@SKIPPED_TESTS=$(tests)/skipped DOBBY_TEST_MODEL="$(models)/$(model)" \
	  ctest --output-on-failure --no-tests=error -j "$$(nproc)" \
	    --test-dir $(tests); status=$$?; \
	  sed 's/^/skipped: /' $(tests)/skipped; exit $$status

robustness: model ## kills, faults, corrupt models, hostile repositories, full disks
	@tools/setup robustness
	@cmake --build build --target failing_calls
	@for t in tests/robustness/*_test.py; do echo "== $$t"; \
	  python3 $$t --dobby build/dobby || exit 1; done

attacks: model ## hostile clones, models and texts: a part of robustness
	@for t in tests/robustness/hostile_*_test.py; do echo "== $$t"; \
	  python3 $$t --dobby build/dobby || exit 1; done

fuzz: ## runs every fuzzer for MINUTES (10), JOBS (1) at once
	@tools/setup build fuzz
	@$(configure) fuzz
	@cmake --build build-fuzz --target fuzzers
	@MINUTES=$(MINUTES) JOBS=$(JOBS) tests/fuzz/run

# Without the tests that only compute with the real model: it would take minutes
# a prompt, and the tiny models have the same threads.
races: model ## the tests with threads under ThreadSanitizer, in a build of its own
	@$(configure) tsan
	@cmake --build build-tsan --target $(threaded:%=%_test)
	@GTEST_FILTER='-GoldenLogits.*:EndToEnd.*' \
	  DOBBY_TEST_MODEL="$(models)/$(model)" ctest --output-on-failure \
	  --no-tests=error --test-dir build-tsan \
	  -R '^($(subst $(space),|,$(threaded)))_sanitized$$'

# A check that a change need not wait for is a target of its own, named here.
thorough: test robustness races fuzz ## all checks: hours, for a night or a release

browser: build ## rates summaries in a real browser (installs Chromium)
	@tools/setup browser
	@tests/browser/rate_test.py --dobby build/dobby

bench: model ## measures ten agents on ten prompts of 300 lines each
	@bench/prompts.py >build/prompts.jsonl
	@build/dobby bench --model $(model) --prompts build/prompts.jsonl --agents 10 \
	  --max-new-tokens 50 --ignore-eos --json

performance: build ## measures docs/performance.md, beside the peers (an hour)
	@bench/performance

train: ## tunes the default model from nothing (training/README.md); no user needs it
	@training/run

install: build ## installs below PREFIX (default: /usr/local)
	@cmake --install build --prefix "$(PREFIX)" --strip

format: ## formats every C++ file
	@tools/setup lint
	@git ls-files '*.cc' '*.h' | xargs clang-format-19 -i

lint: build ## format, clang-tidy, headers, sizes, layers, texts
	@tools/setup lint
	@tools/lint

clean: ## removes what was built, keeps what was fetched
	@rm -rf build build-*
