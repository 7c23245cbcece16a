/*
 * loop_support.c - see loop_support.h.
 */
#include "loop_support.h"

#include <stdio.h>
#include <stdlib.h>

int units_since(double zero, double unit)
{
    return (int)((loop_time(async_get_running_loop()) - zero) / unit + 0.1);
}

void must_do(bool done)
{
    if (done)
        return;
    fprintf(stderr, "%s: %s\n", error_name(error_last()),
            error_message(error_last()));
    exit(EXIT_FAILURE);
}

void *run_to_end(struct coroutine *main)
{
    void *result = NULL;

    must_do(async_run(main, &result));
    return result;
}

struct loop *new_loop(void)
{
    struct loop *loop = loop_new(NULL);

    must_do(loop != NULL);
    return loop;
}

void close_loop(struct loop *loop)
{
    must_do(loop_free(loop));
}

void print_text(void *text)
{
    printf("%s\n", (char *)text);
}

void stop_loop(void *loop)
{
    loop_stop(loop);
}
