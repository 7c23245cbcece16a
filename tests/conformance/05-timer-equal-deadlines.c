/*
 * 05-timer-equal-deadlines - stage 07: timers with the same deadline become
 * ready together.
 */
#include "loop_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double UNIT = 0.02;

static const char *group[4];
static size_t members;

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void after_group(void *data)
{
    (void)data;
    qsort(group, members, sizeof group[0], compare_names);
    printf("tie group:");
    for (size_t i = 0; i < members; i++)
        printf(" %s", group[i]);
    printf("\ncall_soon from inside the group\n");
}

static void member(void *name)
{
    group[members++] = name;
    if (strcmp(name, "two") == 0)
        must_do(
            loop_call_soon(async_get_running_loop(), NULL, after_group, NULL));
}

int main(void)
{
    struct loop *loop = new_loop();

    step_time(loop);
    double base = loop_time(loop), tie = base + 2 * UNIT;
    must_do(
        loop_call_at(loop, NULL, base + 3 * UNIT, print_text, "later timer"));
    must_do(loop_call_at(loop, NULL, tie, member, "one"));
    must_do(loop_call_at(loop, NULL, tie, member, "two"));
    must_do(loop_call_at(loop, NULL, tie, member, "three"));
    must_do(loop_call_at(loop, NULL, tie, member, "four"));
    must_do(
        loop_call_at(loop, NULL, base + 1 * UNIT, print_text, "earlier timer"));
    must_do(loop_call_at(loop, NULL, base + 4 * UNIT, stop_loop, loop));
    must_do(loop_run_forever(loop));
    close_loop(loop);
}
