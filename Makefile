# Seven Crawlers. `make help` lists what you can ask for.

BUILD    = build
CC       = cc
CFLAGS   = -O2 -g
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wvla
STD      = -std=c11 -D_GNU_SOURCE -pthread
COMPILE  = $(CC) $(STD) $(WARNINGS) $(CFLAGS) -MMD -MP

common   := $(filter-out common/site.c common/race.c,$(wildcard common/*.c))

# ---- what is built ----
all: $(BUILD)/site $(BUILD)/race ## build everything

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(COMPILE) -c -o $@ $<

$(BUILD)/common.a: $(common:%.c=$(BUILD)/%.o)
	rm -f $@ && ar rcs $@ $^

$(BUILD)/site: $(BUILD)/common/site.o $(BUILD)/common.a
	$(COMPILE) -o $@ $^ -levent

$(BUILD)/race: $(BUILD)/common/race.o $(BUILD)/common.a
	$(COMPILE) -o $@ $^

# One Check suite per module: tests/NAME_test.c
$(BUILD)/tests/%_test: $(BUILD)/tests/%_test.o $(BUILD)/common.a
	$(COMPILE) -o $@ $^ -luriparser $$(pkg-config --libs check)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
.PRECIOUS: $(BUILD)/%.o
.PHONY: all
