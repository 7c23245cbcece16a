/*
 * fiber_switch.c - see fiber_switch.h: which switches there are, best first.
 */
#include "fiber_switch.h"

#include <string.h>

static const struct fiber_switch *const switches[] = {
#ifdef __x86_64__
    &fiber_own,
#endif
    &fiber_ucontext,
};

const struct fiber_switch *fiber_switch_find(const char *name)
{
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++)
        if (name == NULL || strcmp(switches[i]->name, name) == 0)
            return switches[i];
    return NULL;
}
