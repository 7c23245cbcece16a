/* A chain of futures, each settled by the callback of the one before. */
#include "stages/07-loop/async.h"

static struct future **chain;
static size_t depth, deepest;

static void pass_on(struct future *future, void *next)
{
    (void)future;
    if (++depth > deepest)
        deepest = depth;
    future_set_result(next, NULL);
    depth--;
}

int main(int argc, char **argv)
{
    size_t links = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
    struct loop *loop = loop_new(NULL);

    chain = calloc(links + 1, sizeof chain[0]);
    if (loop == NULL || chain == NULL)
        return 1;
    for (size_t i = 0; i <= links; i++)
        chain[i] = loop_create_future(loop);
    for (size_t i = 0; i < links; i++)
        future_add_done_callback(chain[i], pass_on, chain[i + 1]);
    future_set_result(chain[0], NULL);
    loop_run_until_complete(loop, &chain[links]->co, NULL);
    printf("%zu wake-ups, at most %zu inside one another, in %zu passes\n",
           links, deepest, loop_census(loop).passes);
    for (size_t i = 0; i <= links; i++)
        future_free(chain[i]);
    free(chain);
    return !loop_free(loop);
}
