# Seven Crawlers. `make help` lists what you can ask for.
#
#   make setup race            install what is missing, build, race
#   make check CC=clang        build and test with another compiler
#   make BUILD=/tmp/b CFLAGS=-O0\ -g    elsewhere, otherwise

BUILD    = build
CC       = cc
CFLAGS   = -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wvla
STD      = -std=c11 -D_GNU_SOURCE -pthread -I.
COMPILE  = $(CC) $(STD) $(WARNINGS) $(CFLAGS)
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full \
           --child-silent-after-fork=yes

STAGES   = 01-blocking 02-processes 03-threads 04-busy-wait
PROGRAMS = site race $(STAGES)
programs = $(PROGRAMS:%=$(BUILD)/%)

# ---- what is built ----
all: $(programs) ## build the stages, the practice site and the race

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -MMD -MP -c -o $@ $<

# What all stages share; common/site and common/race are programs.
common   := $(wildcard common/*.c)
$(BUILD)/common.a: $(common:%.c=$(BUILD)/%.o)
	rm -f $@ && ar rcs $@ $^

object = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))
fetch  = $(BUILD)/stages/01-blocking/fetch.o

$(BUILD)/01-blocking:  $(call object,stages/01-blocking/*.c)
$(BUILD)/02-processes: $(call object,stages/02-processes/*.c) $(fetch)
$(BUILD)/03-threads:   $(call object,stages/03-threads/*.c) $(fetch)
$(BUILD)/04-busy-wait: $(call object,stages/04-busy-wait/*.c)
$(STAGES:%=$(BUILD)/%): $(BUILD)/common.a
	$(COMPILE) -o $@ $(filter %.o,$^) $(filter %.a,$^) -luriparser

$(BUILD)/site: $(call object,common/site/*.c) $(BUILD)/common/units.o
	$(COMPILE) -o $@ $^ -levent

# The race writes into its data how the stages were compiled.
$(BUILD)/common/race/%.o: STD += -DRACE_CFLAGS='"$(CFLAGS)"'
$(BUILD)/race: $(call object,common/race/*.c) $(BUILD)/common.a
	$(COMPILE) -o $@ $^ -lm

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- what is run ----
setup: ## install what is missing: compiler, libraries, tools
	@sh common/setup.sh

race: all ## race all stages over ten pages, 450 ms away (30 s)
	$(BUILD)/race --timeline

real: $(STAGES:%=$(BUILD)/%) ## crawl a real documentation tree over nginx
	@sh common/setup.sh documentation nginx wget
	@sh tests/real.sh $(BUILD) $(STAGES)

# ---- plots ----
# `experiments` measures, `plots` draws what was measured, here or elsewhere.
data   = plots/data
FORMAT = svg
plots  = ten-pages timelines

experiments: all ## measure anew what the plots show (2 minutes)
	$(BUILD)/race --runs=10 --csv=$(data)/ten-pages.csv \
	    --timeline-csv=$(data)/timelines.csv

plots: ## draw the plots from plots/data: FORMAT=svg, png or dumb
	@for plot in $(plots); do \
	    gnuplot -e "fmt='$(FORMAT)'$(if $(filter dumb,$(FORMAT)),,; \
	        out='plots/$$plot.$(FORMAT)')" plots/$$plot.gp || exit 1; \
	done

# ---- tests ----
# One Check suite per module, tests/NAME_test.c; what it needs beside common.
suites = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*_test.c))
pool   = $(BUILD)/stages/02-processes/pool.o \
         $(BUILD)/stages/02-processes/message.o

$(suites): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/tests/run.o \
           $(BUILD)/tests/support.o $(BUILD)/common.a
	$(COMPILE) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(WRAP) \
	    -luriparser $$(pkg-config --libs check)
$(BUILD)/tests/pool_test $(BUILD)/tests/message_test: $(pool)

# The stages as they are, with a resolver that the tests control and a look
# at the end at what was left over.
tested  = $(STAGES:%=$(BUILD)/tests/stages/%)
inserts = $(BUILD)/tests/leftovers.o $(BUILD)/tests/fake_resolver.o
$(BUILD)/tests/stages/01-blocking:  $(call object,stages/01-blocking/*.c)
$(BUILD)/tests/stages/02-processes: $(call object,stages/02-processes/*.c) \
                                    $(fetch)
$(BUILD)/tests/stages/03-threads:   $(call object,stages/03-threads/*.c) \
                                    $(fetch)
$(BUILD)/tests/stages/04-busy-wait: $(call object,stages/04-busy-wait/*.c)
$(tested): $(inserts) $(BUILD)/common.a
	@mkdir -p $(@D)
	$(COMPILE) -o $@ $(filter %.o,$^) $(filter %.a,$^) \
	    -Wl,--wrap=getaddrinfo -luriparser

run-suites: $(programs) $(suites) $(tested)
	@failed=; for suite in $(suites); do \
	    BUILD=$(BUILD) $(UNDER) $$suite || failed="$$failed $$suite"; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

check: ## run all tests (under two minutes)
	@$(MAKE) --no-print-directory BUILD=$(BUILD)/check \
	    WARNINGS='$(WARNINGS) -Werror' run-suites

help: ## list what you can ask for
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | \
	    awk -F '\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'

format: ## lay the code out by .clang-format
	clang-format -i $$(find common stages tests -name '*.[ch]')

clean: ## remove everything that was built
	rm -rf $(BUILD)

.PHONY: all setup race real experiments plots run-suites check help format clean
.PRECIOUS: $(BUILD)/%.o
