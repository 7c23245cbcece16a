/*
 * generator.c - see generator.h.
 */
#include "generator.h"

const struct error generator_exit = {0, "GeneratorExit"};
const struct error generator_ignored_exit = {0,
                                             "generator ignored GeneratorExit"};
const struct error generator_just_started = {
    0, "can't send non-None value to a just-started generator"};

/* Over when its answer is there; till then the answer is what is handed out. */
struct future *yield_resume(struct coroutine *co)
{
    struct yield *yield = (struct yield *)co;

    co->error = yield->answer.co.error;
    return yield->answer.co.resume(&yield->answer.co);
}

struct generator generator_new(struct coroutine *co)
{
    return (struct generator){.co = co};
}

/* From the future that is handed out to the yield that it is part of. */
static struct yield *yield_of(struct future *answer)
{
    return (struct yield *)((char *)answer - offsetof(struct yield, answer));
}

static enum generator_state go_on(struct generator *generator)
{
    struct future *handed = generator->co->resume(generator->co);

    generator->pending = handed != NULL ? yield_of(handed) : NULL;
    generator->value = handed != NULL ? generator->pending->value : NULL;
    generator->error = generator->co->error;
    if (handed != NULL)
        return GENERATOR_YIELDED;
    return generator->error != NULL ? GENERATOR_FAILED : GENERATOR_OVER;
}

static enum generator_state fail(struct generator *generator,
                                 const struct error *error)
{
    generator->error = error;
    return GENERATOR_FAILED;
}

enum generator_state generator_send(struct generator *generator, void *value)
{
    if (generator->co->line == CO_OVER)
        return GENERATOR_OVER;
    if (generator->pending != NULL)
        future_set_result(&generator->pending->answer, value);
    else if (value != NULL)
        return fail(generator, &generator_just_started);
    return go_on(generator);
}

enum generator_state generator_next(struct generator *generator)
{
    return generator_send(generator, NULL);
}

enum generator_state generator_throw(struct generator *generator,
                                     const struct error *error)
{
    if (generator->pending == NULL) {
        generator->co->line = CO_OVER;
        return fail(generator, error);
    }
    future_set_error(&generator->pending->answer, error);
    return go_on(generator);
}

enum generator_state generator_close(struct generator *generator)
{
    enum generator_state state;

    if (generator->co->line == CO_OVER)
        return GENERATOR_OVER;
    state = generator_throw(generator, &generator_exit);
    if (state == GENERATOR_YIELDED)
        return fail(generator, &generator_ignored_exit);
    if (state == GENERATOR_FAILED && generator->error == &generator_exit) {
        generator->error = NULL;
        return GENERATOR_OVER;
    }
    return state;
}
