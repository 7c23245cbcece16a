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

# gcc knows when a coroutine's local would not be initialised; clang does not.
jumps   := $(shell $(CC) -Werror -Wjump-misses-init -x c -E \
             /dev/null >/dev/null 2>&1 && echo -Wjump-misses-init)
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full

STAGES   = 01-blocking 02-processes 03-threads 04-busy-wait 05-callbacks \
           06-futures 07-loop
EXAMPLES = examples/06-flat examples/06-stackful
OF_LOOP  = $(patsubst stages/07-loop/examples/%.c,examples/%,\
             $(wildcard stages/07-loop/examples/*.c))
PROGRAMS = site race $(STAGES) $(EXAMPLES) $(OF_LOOP) selectors frames micro \
           heavy
programs = $(PROGRAMS:%=$(BUILD)/%)

# ---- what is built ----
all: $(programs) ## build the stages, the practice site and the race

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  $(CC) $<"
	@$(COMPILE) -MMD -MP -c -o $@ $<

$(BUILD)/stages/06-futures/%.o $(BUILD)/stages/07-loop/%.o \
    $(BUILD)/tests/%.o: STD += $(jumps)
# Any frame of 07 may be read as a struct awaitable, with which it begins.
$(BUILD)/stages/07-loop/%.o $(BUILD)/tests/%.o: STD += -fno-strict-aliasing
$(BUILD)/tests/%.o: override CFLAGS += $(TEST_CFLAGS)

# What all stages share; common/site and common/race are programs.
common   := $(wildcard common/*.c)
$(BUILD)/common.a: $(common:%.c=$(BUILD)/%.o)
	@rm -f $@ && ar rcs $@ $^

object = $(patsubst %.c,$(BUILD)/%.o,$(wildcard $(1)))

# In any order: what is in one archive may need the other.
archives = -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

# What later stages take over unchanged: 02 and 03 the fetch of 01, 06 the
# selector of 05. 06 has its fetch twice, and everything else once.
fetch    = $(BUILD)/stages/01-blocking/fetch.o
selector = $(call object,stages/05-callbacks/selector*.c) \
           $(BUILD)/stages/05-callbacks/deadlines.o
pool     = $(BUILD)/stages/02-processes/pool.o \
           $(BUILD)/stages/02-processes/message.o
futures  = $(filter-out %fetch.o %fetch_flat.o,\
             $(call object,stages/06-futures/*.c)) $(selector)
generators = $(patsubst %,$(BUILD)/stages/06-futures/%.o,\
             generator future task)

# 07 takes over the selector of 05, the coroutines of 06, and for its executors
# the pools of 02 and 03. Programs are linked with what they use of it.
loop     = $(BUILD)/loop.a
crawler7 = $(call object,stages/07-loop/crawler*.c)
$(loop): $(filter-out $(crawler7),$(call object,stages/07-loop/*.c)) \
         $(selector) $(pool) $(BUILD)/stages/03-threads/queue.o
	@rm -f $@ && ar rcs $@ $^

# The stackful twin of 06: fibers in the place of coroutines.
fibers   = $(call object,stages/06-futures/stackful/fiber*.c)
driving  = $(filter-out %crawler.o,$(futures))
stackful = $(patsubst %,$(BUILD)/stages/06-futures/stackful/%.o,\
             crawler fetch) $(fibers) $(driving)

$(BUILD)/01-blocking:  $(call object,stages/01-blocking/*.c)
$(BUILD)/02-processes: $(call object,stages/02-processes/*.c) $(fetch)
$(BUILD)/03-threads:   $(BUILD)/stages/03-threads/crawler.o $(fetch)
$(BUILD)/04-busy-wait: $(call object,stages/04-busy-wait/*.c)
$(BUILD)/05-callbacks: $(call object,stages/05-callbacks/*.c)
$(BUILD)/06-futures:   $(futures) $(BUILD)/stages/06-futures/fetch.o
$(BUILD)/07-loop:      $(crawler7) $(loop)
$(BUILD)/examples/06-flat: $(futures) $(BUILD)/stages/06-futures/fetch_flat.o
$(BUILD)/examples/06-stackful: $(stackful)
$(STAGES:%=$(BUILD)/%) $(EXAMPLES:%=$(BUILD)/%): $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) -luriparser -lm

# Small programs on the loop; one of them serves the practice site's pages.
$(OF_LOOP:%=$(BUILD)/%): $(BUILD)/examples/%: \
    $(BUILD)/stages/07-loop/examples/%.o $(loop) $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) -luriparser -lm $(LIBS)
$(BUILD)/examples/site: $(BUILD)/common/site/site_pages.o \
                        $(BUILD)/common/site/site_request.o
$(BUILD)/examples/site: LIBS = -levent

$(BUILD)/site: $(call object,common/site/*.c) $(BUILD)/common/units.o
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $^ -levent

# Data says how the programs that it was measured with were compiled.
$(BUILD)/common/machine.o: STD += -DBUILD_CFLAGS='"$(CFLAGS)"'
$(BUILD)/race: $(call object,common/race/*.c) $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $^ -lm

# What a wake-up costs, against idle descriptors.
$(BUILD)/selectors: $(call object,stages/05-callbacks/bench/*.c) $(selector) \
                    $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lm

# What a waiting fetch needs, and what a switch costs.
$(BUILD)/frames: $(call object,stages/06-futures/stackful/bench/*.c) \
                 $(fibers) $(driving) $(BUILD)/stages/06-futures/fetch.o \
                 $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(filter %.a,$^) -luriparser -lm

# What the loop costs, beside the same work in bare C.
$(BUILD)/micro: $(patsubst %,$(BUILD)/stages/07-loop/bench/%.o,\
                  callbacks floors micro tasks timers)

# What pages that need CPU do to it.
$(BUILD)/heavy: $(BUILD)/stages/07-loop/bench/heavy.o
$(BUILD)/micro $(BUILD)/heavy: $(loop) $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) -lm

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

# ---- what is run ----
setup: ## install what is missing: compiler, libraries, tools
	@sh common/setup.sh

race: all ## race all stages over ten pages, 450 ms away (30 s)
	$(BUILD)/race --timeline

real: $(STAGES:%=$(BUILD)/%) ## crawl a real documentation tree over nginx
	@sh common/setup.sh documentation nginx wget wget2
	@sh tests/real.sh $(BUILD) $(STAGES)

# ---- plots ----
# `experiments` measures, `plots` draws what was measured, here or elsewhere.
data   = plots/data
FORMAT = svg
plots  = ten-pages timelines pages concurrency burnt selectors frames cores \
         counter-cases peers micro

# Interrupted, they go on where they were. One alone: EXPERIMENT=pages; what
# there is: EXPERIMENT=list. Peers, if they are built, take twenty minutes more.
EXPERIMENT = all
experiments: all ## measure anew what the plots show (20 minutes)
	@CC='$(CC)' CFLAGS='$(CFLAGS)' $(BUILD)/race --experiment=$(EXPERIMENT)

# Your own run over the committed one, into build/plots: COMPARE=yours.csv, or
# a directory of them.
plots: ## draw the plots from plots/data: FORMAT=svg, png, dumb; COMPARE=FILE
	@sh plots/draw.sh '$(FORMAT)' '$(BUILD)' '$(COMPARE)' $(plots)

report: ## write build/report.html: the table, the plots, each page's times
	@mkdir -p $(BUILD)
	@sh plots/report/report.sh >$(BUILD)/report.html
	@echo "$(BUILD)/report.html: open it in any browser"

check-report: report ## look at it in a headless Chromium, narrow and wide
	@sh common/setup.sh chromium
	@sh tests/report_page.sh $(BUILD)/report.html

# ---- book ----
# The chapters as a site of static pages, to be read from the disk.
book: ## write build/book: the course as one site, to be read in a browser
	@sh common/setup.sh cmark-gfm
	@sh docs/tools/book.sh $(BUILD)/book

check-book: book ## look at its pages in a headless Chromium, narrow and wide
	@sh common/setup.sh chromium
	@sh tests/book_page.sh $(BUILD)/book
.PHONY: book check-book

# ---- peers ----
# The same job by other libraries and languages, in build/peers. They are built
# by nobody else; whoever cannot be is left out.
peers     = epoll libuv libcurl libevent asyncio-streams aiohttp-client threads \
            client-go client.mjs
in_c      = $(patsubst %,$(BUILD)/peers/%,epoll libuv libcurl libevent)
in_python = $(patsubst %,$(BUILD)/peers/%,asyncio-streams aiohttp-client \
             threads)
needs     = compiler libevent libuv libcurl uvloop aiohttp go \
            $(if $(shell command -v node),,node)

peers: ## install and build what the stages can be compared with
	@sh common/setup.sh $(needs) || for word in $(needs); do \
	    sh common/setup.sh $$word || true; \
	done
	@for peer in $(peers); do \
	    $(MAKE) -s --no-print-directory $(BUILD)/peers/$$peer || true; \
	done
	@sh tests/peers/bench.sh $(BUILD) --who

# WORK=a ROUNDS=7 PART=10 and so on: tests/peers/bench.sh has them all.
raced = $(filter %05-callbacks %06-futures %07-loop,$(STAGES:%=$(BUILD)/%))
bench-peers: peers $(raced) $(BUILD)/site ## race them (20 minutes; PART=10: less)
	$(if $(filter nginx,$(SERVER)),@sh common/setup.sh nginx)
	@CC='$(CC)' CFLAGS='$(CFLAGS)' sh tests/peers/bench.sh $(BUILD)

$(BUILD)/peers/epoll $(BUILD)/peers/libuv: $(BUILD)/tests/peers/answer.o
$(BUILD)/peers/libuv:    LIBS = -luv
$(BUILD)/peers/libcurl:  LIBS = -lcurl
$(BUILD)/peers/libevent: LIBS = -levent
$(in_c): $(BUILD)/peers/%: $(BUILD)/tests/peers/%.o \
         $(BUILD)/tests/peers/peer.o $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS) -lm

# Beside what they import, and what that loads.
$(in_python): $(BUILD)/peers/%: tests/peers/%.py tests/peers/peer.py \
              $(BUILD)/peers/libdigest.so
	@cp tests/peers/peer.py $(@D)
	@install -m 755 $< $@
$(BUILD)/peers/libdigest.so: tests/peers/digest.c common/digest.h
	@mkdir -p $(@D)
	@$(COMPILE) -fPIC -shared -o $@ $<
$(BUILD)/peers/client-go: tests/peers/client.go
	@mkdir -p $(@D)
	@echo "  go build -o $@"
	@CGO_ENABLED=0 go build -o $@ $<
$(BUILD)/peers/client.mjs: tests/peers/client.mjs
	@mkdir -p $(@D)
	@install -m 755 $< $@

# ---- tests ----
# One Check suite per module, tests/NAME_test.c; what it needs beside common.
suites = $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/*_test.c))

# Those that are about stage 07, which has a struct future of its own.
about_07 = $(patsubst tests/%.c,$(BUILD)/$(1)%,\
             $(shell grep -lsE 'stages/07-loop|loop_support' $(2)))
$(call about_07,tests/,tests/*_test.c): $(loop)

$(suites): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(BUILD)/tests/run.o \
           $(BUILD)/tests/support.o $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) $(WRAP) \
	    -luriparser $$(pkg-config --libs check) -lm
$(BUILD)/tests/pool_test $(BUILD)/tests/message_test: $(pool)
$(patsubst %,$(BUILD)/tests/%_test,selector selector_stale selector_limits): \
    $(selector)
$(BUILD)/tests/deadlines_test: $(BUILD)/stages/05-callbacks/deadlines.o
$(BUILD)/tests/queue_test: $(BUILD)/stages/03-threads/queue.o
$(patsubst %,$(BUILD)/tests/%_test,coroutine generator futures): $(generators)
$(BUILD)/tests/stackful_test: $(fibers) $(driving)
$(BUILD)/tests/experiment_plan_test: $(patsubst %,$(BUILD)/common/race/%.o,\
    experiments experiment_file experiment_plan)
$(BUILD)/tests/stackful_test: WRAP += -Wl,--wrap=mmap,--wrap=mprotect

# In these suites calls of ours fail when the test says so.
allocating = $(patsubst %,$(BUILD)/tests/%_test,buffer frontier options timers \
             exchange_hops report message resolve url_memory \
             selector_limits deadlines queue concurrent executor \
             loop_queue loop_executor loop_threadsafe loop_resolve \
             network_faults)
$(allocating): $(BUILD)/tests/allocations.o
$(allocating): WRAP += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
                       -Wl,--wrap=strdup,--wrap=strndup
$(BUILD)/tests/http_memory_test: WRAP += -Wl,--wrap=realloc,--wrap=free
$(BUILD)/tests/resolve_test: WRAP += -Wl,--wrap=getaddrinfo \
                        -Wl,--wrap=freeaddrinfo,--wrap=pthread_create
$(BUILD)/tests/executor_test: WRAP += -Wl,--wrap=pthread_create,--wrap=fork \
                        -Wl,--wrap=poll,--wrap=thread_queue_get
$(BUILD)/tests/network_faults_test: WRAP += -Wl,--wrap=accept4,--wrap=recv \
                        -Wl,--wrap=send,--wrap=socket,--wrap=listen \
                        -Wl,--wrap=epoll_ctl,--wrap=connect
$(BUILD)/tests/loop_executor_test: WRAP += -Wl,--wrap=pthread_create
$(BUILD)/tests/loop_resolve_test: WRAP += -Wl,--wrap=getaddrinfo \
                        -Wl,--wrap=freeaddrinfo
$(BUILD)/tests/pool_test: WRAP += -Wl,--wrap=fork,--wrap=poll,--wrap=socketpair

# The stages as they are, with a resolver that the tests control and a look
# at the end at what was left over.
tested  = $(STAGES:%=$(BUILD)/tests/stages/%) \
          $(EXAMPLES:examples/%=$(BUILD)/tests/stages/%)
inserts = $(patsubst %,$(BUILD)/tests/%.o,leftovers fake_resolver small_socket \
             odd_calls odd_clock odd_connect odd_talk)
$(BUILD)/tests/stages/01-blocking:  $(call object,stages/01-blocking/*.c)
$(BUILD)/tests/stages/02-processes: $(call object,stages/02-processes/*.c) \
                                    $(fetch)
$(BUILD)/tests/stages/03-threads:   $(BUILD)/stages/03-threads/crawler.o \
                                    $(fetch)
$(BUILD)/tests/stages/04-busy-wait: $(call object,stages/04-busy-wait/*.c)
$(BUILD)/tests/stages/05-callbacks: $(call object,stages/05-callbacks/*.c)
$(BUILD)/tests/stages/06-futures: $(futures) $(BUILD)/stages/06-futures/fetch.o
$(BUILD)/tests/stages/07-loop:    $(crawler7) $(loop)
$(BUILD)/tests/stages/06-flat:    $(futures) \
                                  $(BUILD)/stages/06-futures/fetch_flat.o
$(BUILD)/tests/stages/06-stackful: $(stackful)
$(tested): $(inserts) $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) \
	    -Wl,--wrap=getaddrinfo,--wrap=socket,--wrap=connect,--wrap=send \
	    -Wl,--wrap=recv,--wrap=fork,--wrap=pthread_create \
	    -Wl,--wrap=clock_now_ns -luriparser -lm

# Small programs, each with the transcript that it must print.
twins = $(patsubst tests/%.c,$(BUILD)/%,$(wildcard tests/conformance/[0-9]*.c))
$(twins): $(BUILD)/conformance/%: $(BUILD)/tests/conformance/%.o \
          $(BUILD)/tests/conformance/support.o $(BUILD)/tests/leftovers.o \
          $(BUILD)/common.a
	@mkdir -p $(@D)
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) -lm
twins_of_07 = $(call about_07,,tests/conformance/[0-9]*.c)
$(filter $(twins_of_07),$(twins)): $(loop) \
    $(BUILD)/tests/conformance/loop_support.o
$(filter-out $(twins_of_07),$(twins)): $(generators) $(selector) $(pool) \
    $(BUILD)/stages/03-threads/queue.o

# `only` names some suites; UNDER is what to run them under.
only     = $(suites:$(BUILD)/tests/%_test=%)
threaded = resolve queue concurrent executor loop_executor loop_threadsafe \
           loop_resolve loop_outside loop_diagnosis subprocess streams conformance \
           stages faults_matrix interrupts interrupts_inside
modules  = $(filter-out conformance course coverage docs_tool examples_errors \
             examples_site experiments faults_matrix frames interrupts \
             interrupts_inside keep_alive misuse plots race race_talk shortage \
             site site_faults soak stages stages_loop stages_ways stdout torn \
             workers,$(only))

compile: $(programs) $(tested) $(twins) $(only:%=$(BUILD)/tests/%_test)

# The longest ones first, and one more at a time than there are processors,
# since they mostly wait; what one says is shown when it has ended.
run-suites: compile
	@rm -rf $(BUILD)/said && mkdir -p $(BUILD)/said
	@printf '%s\n' $(filter stages%,$(only)) $(filter-out stages%,$(only)) | \
	xargs -P $$(($$(getconf _NPROCESSORS_ONLN) + 1)) -I SUITE sh -c '\
	    BUILD=$(BUILD) $(UNDER) $(BUILD)/tests/SUITE_test \
	        >$(BUILD)/said/SUITE 2>&1 || echo SUITE >>$(BUILD)/said/.failed; \
	    cat $(BUILD)/said/SUITE'; \
	if [ -e $(BUILD)/said/.failed ]; then \
	    echo "failed:" $$(cat $(BUILD)/said/.failed); exit 1; fi; \
	echo "All $(words $(only)) suites pass."

# Builds of their own, with warnings as errors, beside the one you use.
again = $(MAKE) -j$$(getconf _NPROCESSORS_ONLN) --no-print-directory \
        WARNINGS='$(WARNINGS) -Werror'

# The other compiler only reads it all, in the time in which the suites wait;
# and the tests are not optimised. So there is time to run them.
checked = BUILD=$(BUILD)/check TEST_CFLAGS='-O0 -g0'
check: ## run all tests (two minutes); CC=clang for another compiler
	@$(again) $(checked) compile
	@$(again) $(checked) -j3 run-suites read-with-clang prove-exercises
	@$(again) $(checked) docs-check

# Not what is wrong on purpose, nor what needs libraries that may be missing.
to_read = $(shell find common stages tests docs -name '*.c' \
            ! -path 'tests/misuse/*' ! -path 'tests/peers/*' \
            ! -path 'tests/fuzz/*')
read-with-clang:
	@echo "  clang -fsyntax-only: $(words $(to_read)) files"
	@printf '%s\n' $(to_read) | \
	nice xargs -n 20 -P $$(getconf _NPROCESSORS_ONLN) \
	    clang $(STD) -DBUILD_CFLAGS='""' $(WARNINGS) -Werror -fsyntax-only

asan_flags = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
             -fno-sanitize-recover=undefined

check-asan: ## the same under the address and undefined-behaviour sanitizers
	@PATIENT=1 $(again) BUILD=$(BUILD)/asan run-suites CC=clang \
	    CFLAGS='$(asan_flags)'

# LEFTOVERS_THREAD: the sanitizer has a thread of its own.
check-tsan: ## what has threads, under the thread sanitizer
	@PATIENT=1 STAGE=03-threads LEFTOVERS_THREAD=1 $(again) BUILD=$(BUILD)/tsan run-suites \
	    CFLAGS='-O1 -g -fsanitize=thread' only='$(threaded)'

# Suites whose stages then run under it, and not they themselves.
broken = stages stages_loop faults_matrix interrupts interrupts_inside shortage \
         stdout torn
check-valgrind: ## modules and stages under valgrind (an hour)
	@PATIENT=1 $(again) BUILD=$(BUILD)/valgrind run-suites UNDER='$(VALGRIND)'\
	    CFLAGS='-O1 -g' only='$(modules)'
	@PATIENT=1 STAGES_UNDER_VALGRIND=1 $(again) BUILD=$(BUILD)/valgrind \
	    run-suites CFLAGS='-O1 -g' only='$(broken)'

# ---- fuzz ----
# tests/fuzz/fuzz_NAME.c looks for bytes that break something. `check` links
# it with replay.c and tries corpus/NAME and what lies near it; `fuzz` links it
# with libFuzzer, and further ones that hold ours against another's parser.
fuzzed   = http chunks url links message
oracles  = http_parser gumbo
replays  = $(fuzzed:%=$(BUILD)/tests/fuzz/%)
fuzzers  = $(patsubst %,$(BUILD)/fuzz_%,$(fuzzed) $(oracles))
helping  = $(patsubst %,$(BUILD)/tests/fuzz/%.o,\
             answer chunk_model url_by_uriparser url_spelling)
$(BUILD)/tests/fuzz/message $(BUILD)/fuzz_message: $(loop) \
    $(BUILD)/stages/07-loop/crawler_messages.o
$(replays): $(BUILD)/tests/fuzz/%: $(BUILD)/tests/fuzz/fuzz_%.o $(helping) \
            $(BUILD)/tests/fuzz/replay.o $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) -luriparser -lm
$(BUILD)/fuzz_http_parser: $(BUILD)/tests/fuzz/their_answer.o
$(BUILD)/fuzz_http_parser: LIBS = -lhttp_parser
$(BUILD)/fuzz_gumbo: LIBS = -lgumbo
$(fuzzers): $(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(helping) \
            $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(archives) \
	    $(LIBS) -luriparser -lm
$(BUILD)/tests/fuzz_test: | $(replays)

# FUZZ=links for one alone. What it finds goes to build/fuzz/found.
SECONDS = 60
FUZZ    = $(fuzzed) $(oracles)
fuzz: ## look for bytes that break a parser: SECONDS=60 for each of seven
	@sh common/setup.sh clang || exit 1; sh common/setup.sh http-parser gumbo; \
	for name in $(FUZZ); do \
	    $(again) BUILD=$(BUILD)/fuzz CC=clang \
	        CFLAGS='$(asan_flags) -fsanitize=fuzzer-no-link' \
	        $(BUILD)/fuzz/fuzz_$$name || rm -f $(BUILD)/fuzz/fuzz_$$name; \
	done; \
	sh tests/fuzz/fuzz.sh $(BUILD)/fuzz $(SECONDS) $(FUZZ)
.PHONY: fuzz

# ---- hurt ----
# The stages once more, linked so that each call to the system or for memory
# goes through tests/hurt first, where it can fail; and what has them all fail,
# one by one. `check` tries some.
injured = $(STAGES:%=$(BUILD)/tests/hurt/%) \
          $(EXAMPLES:examples/%=$(BUILD)/tests/hurt/%)
driver  = $(patsubst %,$(BUILD)/tests/hurt/%.o,failures judge main practice \
            runs shapes tries)
injures = $(call object,tests/hurt/hurt*.c) $(BUILD)/tests/leftovers.o
comma   = ,
WRAPPED = malloc calloc realloc free strdup strndup asprintf vasprintf getline \
          __getdelim mmap mprotect socket socketpair connect getsockopt \
          setsockopt getsockname getpeername send recv getaddrinfo poll ppoll \
          select epoll_create1 epoll_ctl epoll_wait eventfd open close read \
          pipe2 stat fstat ftruncate fopen fdopen fflush fclose fork \
          wait4 _exit pthread_create resolver_new
$(BUILD)/tests/hurt/01-blocking:  $(call object,stages/01-blocking/*.c)
$(BUILD)/tests/hurt/02-processes: $(call object,stages/02-processes/*.c) \
                                  $(fetch)
$(BUILD)/tests/hurt/03-threads:   $(BUILD)/stages/03-threads/crawler.o $(fetch)
$(BUILD)/tests/hurt/04-busy-wait: $(call object,stages/04-busy-wait/*.c)
$(BUILD)/tests/hurt/05-callbacks: $(call object,stages/05-callbacks/*.c)
$(BUILD)/tests/hurt/06-futures: $(futures) $(BUILD)/stages/06-futures/fetch.o
$(BUILD)/tests/hurt/06-flat:    $(futures) \
                                $(BUILD)/stages/06-futures/fetch_flat.o
$(BUILD)/tests/hurt/06-stackful: $(stackful)
$(BUILD)/tests/hurt/07-loop:    $(crawler7) $(loop)
$(injured): $(injures) $(BUILD)/common.a
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $(filter %.o,$^) $(archives) \
	    $(WRAPPED:%=-Wl$(comma)--wrap=%) -luriparser -lm
$(BUILD)/tests/hurt/hurt: $(driver)
	@echo "  $(CC) -o $@"
	@$(COMPILE) -o $@ $^
$(BUILD)/tests/hurt_test: | $(BUILD)/tests/hurt/hurt $(injured) $(BUILD)/site

# EVERY=10 tries one in ten; PAIRS=100 SEED=2 other pairs of failures.
EVERY = 1
PAIRS = 20
hurt: $(BUILD)/tests/hurt/hurt $(injured) $(BUILD)/site ## let each call of each stage fail; ONLY='03-threads plain'
	@BUILD=$(BUILD) $(BUILD)/tests/hurt/hurt -e $(EVERY) -p $(PAIRS) \
	    -s $(or $(SEED),1) $(ONLY)
.PHONY: hurt

# ---- soak ----
# A short one: PAGES=20000 CONNECTIONS=2000.
soaked = $(patsubst %,$(BUILD)/tests/stages/%,05-callbacks 06-futures 07-loop)
soak: SECONDS = 150
soak: $(soaked) $(BUILD)/site ## 10,000 pages at a time for minutes: SECONDS=150, PAGES=N
	@sh tests/soak.sh $(BUILD) SECONDS=$(SECONDS) $(PAGES:%=PAGES=%) \
	    $(CONNECTIONS:%=CONNECTIONS=%)
.PHONY: soak
$(BUILD)/tests/soak_test: | $(soaked) $(BUILD)/site
$(BUILD)/tests/keep_alive_test: \
    $(patsubst %,$(BUILD)/tests/%.o,scripted tcp_look) \
    | $(BUILD)/tests/stages/07-loop

# ---- faults ----
# What servers and networks do wrong, in every stage; `check` tries a part.
$(BUILD)/tests/faults_matrix_test: $(call object,tests/faults/*.c)
$(patsubst %,$(BUILD)/tests/%_test,faults_matrix interrupts \
             interrupts_inside torn): \
    $(patsubst %,$(BUILD)/tests/%.o,scripted tcp_look)
faults: $(tested) $(BUILD)/site $(BUILD)/tests/faults_matrix_test ## print what each stage makes of each fault (minutes)
	@FAULTS=all BUILD=$(BUILD) $(BUILD)/tests/faults_matrix_test
.PHONY: faults

# ---- coverage ----
# Without optimisation, so that every line is a line; and without those suites
# that only run other programs than ours.
counted  = $(filter-out book course docs_tool misuse plots,$(only))
counting = gcc --coverage -fprofile-update=atomic -include tests/coverage.h
count    = $(again) BUILD=$(BUILD)/coverage/built CC='$(counting)' \
           CFLAGS='-O0 -g' TEST_CFLAGS=-DCOVERAGE_OF_TESTS only='$(counted)'
coverage: ## which lines no test runs, and why (ten minutes)
	@sh common/setup.sh gcovr || true
	@find $(BUILD)/coverage -name '*.gcda' -delete 2>/dev/null || true
	@$(count) compile
	@PATIENT=1 $(count) run-suites || echo "coverage: see above"
	@PATIENT=1 BUILD=$(BUILD)/coverage/built \
	    $(BUILD)/coverage/built/tests/hurt/hurt -e 23 | tail -n 1
	@sh tests/coverage.sh $(BUILD)/coverage/built $(BUILD)/coverage
.PHONY: coverage

# Suites for what no other suite ran.
$(BUILD)/tests/race_read_test: $(patsubst %,$(BUILD)/common/race/%.o,\
    race_json race_trace)
$(BUILD)/tests/race_talk_test: $(BUILD)/common/race/experiment_progress.o \
    | $(BUILD)/race $(BUILD)/site $(BUILD)/05-callbacks $(BUILD)/06-futures
$(BUILD)/tests/examples_site_test $(BUILD)/tests/examples_errors_test: \
    | $(OF_LOOP:%=$(BUILD)/%) $(BUILD)/site
short_of = $(patsubst %,$(BUILD)/tests/%_test,loop_memory loop_memory_outside)
$(short_of): $(loop) $(BUILD)/tests/allocations.o
$(short_of): WRAP += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc \
    -Wl,--wrap=strdup,--wrap=strndup

# ---- docs ----
# The chapters show code, transcripts and numbers: docs/tools/README.md. Their
# small programs are linked with what they include: 01 to 06 are one archive,
# which a program on 07 is not given.
$(BUILD)/stages.a: $(fetch) $(pool) $(BUILD)/stages/03-threads/queue.o \
                   $(driving) $(BUILD)/stages/06-futures/fetch.o
	@rm -f $@ && ar qcs $@ $^

linkable = $(BUILD)/stages.a $(loop) $(BUILD)/common.a
listings = $(patsubst docs/experiments/%.c,$(BUILD)/docs/%,\
             $(wildcard docs/experiments/*.c))
# No two sanitizers in one program.
listings_tsan = $(if $(findstring -fsanitize,$(CFLAGS)),,\
  $(patsubst docs/experiments/%.c,$(BUILD)/docs/%-tsan,\
    $(shell grep -ls 'docs: tsan' docs/experiments/*.c)))
$(listings): $(BUILD)/docs/%: docs/experiments/%.c
$(listings_tsan): $(BUILD)/docs/%-tsan: docs/experiments/%.c
$(listings_tsan): EXTRA = -fsanitize=thread
$(listings) $(listings_tsan): docs/tools/compile.sh $(linkable)
	@echo "  $(CC) -o $@"
	@BUILD=$(BUILD) CC='$(CC)' CFLAGS='$(CFLAGS)' WARNINGS='$(WARNINGS)' \
	    EXTRA='$(EXTRA)' sh docs/tools/compile.sh $(filter docs/%.c,$^) $@

listings: $(listings) $(listings_tsan)
compile: listings

docs: all listings ## fill the chapters with code, transcripts and numbers
	@BUILD=$(BUILD) sh docs/tools/docs.sh fill

docs-check: all listings ## look whether they still are; LONG=1 takes longer
	@BUILD=$(BUILD) sh docs/tools/docs.sh check
.PHONY: listings docs docs-check

# ---- course ----
# Exercises for you, in course/, which `make clean` leaves alone: DO=check,
# hint, reset, solution, next or list; EX=03/2-fix chooses one; CHECK=PROGRAM
# grades a crawler of yours. That it is not right yet is no error of make's.
grader = $(if $(CHECK),$(BUILD)/tests/stages_test)
course: all $(linkable) $(grader) ## learn: DO=check, hint, reset, next, list
	@BUILD='$(BUILD)' CC='$(CC)' CFLAGS='$(CFLAGS)' WARNINGS='$(WARNINGS)' \
	    sh docs/tools/course.sh \
	    $(if $(CHECK),grade "$$CHECK","$$DO" "$$EX") || \
	    { code=$$?; [ $$code -eq 1 ] || exit $$code; }

exercises = $(patsubst docs/%.c,$(BUILD)/%,\
              $(wildcard docs/exercises/*/*/starter.c \
                         docs/exercises/*/*/solution.c))
$(exercises): $(BUILD)/%: docs/%.c docs/tools/compile.sh $(linkable)
	@BUILD=$(BUILD) CC='$(CC)' CFLAGS=-O0 WARNINGS='$(WARNINGS) -Werror' \
	    sh docs/tools/compile.sh $< $@

prove-exercises: $(programs) $(exercises)
	@BUILD=$(BUILD) sh docs/tools/course.sh prove

course-check: ## look whether every exercise fails first, and can be solved
	@$(again) BUILD=$(BUILD)/check prove-exercises
.PHONY: course prove-exercises course-check

# What the runner compiles a small course with.
$(BUILD)/tests/course_test: | $(linkable)

help: ## list what you can ask for
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | \
	    awk -F '\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'

format: ## lay the code out by .clang-format
	clang-format -i $$(find common stages tests docs -name '*.[ch]')

clean: ## remove everything that was built
	rm -rf $(BUILD)

.PHONY: all setup race real experiments plots report check-report peers \
        bench-peers compile run-suites check read-with-clang check-asan check-tsan \
        check-valgrind help format clean
.PRECIOUS: $(BUILD)/%.o
