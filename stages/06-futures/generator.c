/*
 * generator.c - see generator.h.
 */
#include "generator.h"

const struct error generator_exit = {0, "GeneratorExit"};
const struct error generator_ignored_exit = {0,
                                             "generator ignored GeneratorExit"};
const struct error generator_just_started = {
    0, "can't send non-None value to a just-started generator"};
const struct error generator_already_executing = {
    0, "generator already executing"};

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

/* It has nothing more to say: over, or failed if there is an error. */
static enum generator_state end(struct generator *generator,
                                const struct error *error)
{
    generator->value = NULL;
    generator->error = error;
    return error != NULL ? GENERATOR_FAILED : GENERATOR_OVER;
}

/* docs: 06-go-on */
static enum generator_state go_on(struct generator *generator)
{
    struct future *handed;

    generator->running = true;
    handed = generator->co->resume(generator->co);
    generator->running = false;
    generator->pending = handed != NULL ? yield_of(handed) : NULL;
    if (handed == NULL)
        return end(generator, generator->co->error);
    generator->value = generator->pending->value;
    generator->error = NULL;
    return GENERATOR_YIELDED;
}

/* docs: 06-generator-send */
enum generator_state generator_send(struct generator *generator, void *value)
{
    if (generator->running)
        return end(generator, &generator_already_executing);
    if (generator->co->line == CO_OVER)
        return end(generator, NULL);
    if (generator->pending != NULL)
        future_set_result(&generator->pending->answer, value);
    else if (value != NULL)
        return end(generator, &generator_just_started);
    return go_on(generator);
}

enum generator_state generator_next(struct generator *generator)
{
    return generator_send(generator, NULL);
}

/* Takes the place of a frame's code when the frame is closed. */
static struct future *stay_over(struct coroutine *co)
{
    (void)co;
    return NULL;
}

/*
 * Raises GeneratorExit where a frame waits. Another error climbs up by itself,
 * and a frame that catches it lets those above go on. This one closes every
 * frame, from the innermost up, whatever the ones below made of it.
 */
static void raise_exit(struct generator *generator, struct coroutine *co)
{
    struct coroutine *inner = co->awaits;

    if (inner == NULL || inner->resume == yield_resume) {
        future_set_error(&generator->pending->answer, &generator_exit);
        return;
    }
    raise_exit(generator, inner);
    if (inner->resume(inner) != NULL)
        inner->error = &generator_ignored_exit;
    else if (inner->error == NULL)
        inner->error = &generator_exit;
    inner->line = CO_OVER;
    inner->resume = stay_over;
}

enum generator_state generator_throw(struct generator *generator,
                                     const struct error *error)
{
    if (generator->running)
        return end(generator, &generator_already_executing);
    if (generator->pending == NULL) {
        generator->co->line = CO_OVER;
        return end(generator, error);
    }
    generator->running = true;
    if (error == &generator_exit)
        raise_exit(generator, generator->co);
    else
        future_set_error(&generator->pending->answer, error);
    return go_on(generator);
}

enum generator_state generator_close(struct generator *generator)
{
    enum generator_state state;

    if (!generator->running && generator->co->line == CO_OVER)
        return end(generator, NULL);
    state = generator_throw(generator, &generator_exit);
    if (state == GENERATOR_YIELDED)
        return end(generator, &generator_ignored_exit);
    if (state == GENERATOR_FAILED && generator->error == &generator_exit)
        return end(generator, NULL);
    return state;
}
