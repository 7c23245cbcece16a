/*
 * experiment_head.h - the first lines of an experiment's file.
 */
#ifndef COMMON_RACE_EXPERIMENT_HEAD_H
#define COMMON_RACE_EXPERIMENT_HEAD_H

#include "experiment_plan.h"

#include "common/machine.h"

/*
 * What was measured, over what, how often, where and by which command, as
 * lines "# key: value", and the line that names the columns: all figures of
 * the race among them. Returns a text that the caller frees, or NULL with
 * errno.
 */
char *experiment_head(const struct plan *plan, const struct machine *machine,
                      const char *command);

#endif
