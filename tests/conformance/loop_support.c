/*
 * loop_support.c - see loop_support.h.
 */
#include "loop_support.h"

#include "common/clock.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static int64_t stepped_ns;

static int64_t read_stepped(void *data)
{
    (void)data;
    return stepped_ns;
}

static void move_stepped(void *data, int64_t when_ns)
{
    (void)data;
    stepped_ns = when_ns;
}

void step_time(struct loop *loop)
{
    loop_set_clock(loop, &(struct loop_clock){.now_ns = read_stepped,
                                              .move_to = move_stepped});
}

/* What was sent a moment ago may take one more to be there. */
static void move_when_quiet(void *loop, int64_t when_ns)
{
    enum { ENOUGH = 3 };
    static size_t last_pass;
    static int quiet; /* passes, one behind the other */
    size_t pass = loop_census(loop).passes;

    quiet = pass == last_pass + 1 ? quiet + 1 : 0;
    last_pass = pass;
    if (quiet >= ENOUGH)
        stepped_ns = when_ns;
    else
        sleep_ns(NS_PER_MS);
}

void step_time_over_sockets(struct loop *loop)
{
    loop_set_clock(loop, &(struct loop_clock){.now_ns = read_stepped,
                                              .move_to = move_when_quiet,
                                              .data = loop});
}

double stepped_time(void)
{
    return (double)stepped_ns / NS_PER_S;
}

void stepped_sleep(double seconds)
{
    stepped_ns += (int64_t)(seconds * NS_PER_S);
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

void *run_until_complete(struct loop *loop, struct coroutine *awaitable)
{
    void *result = NULL;

    must_do(loop_run_until_complete(loop, awaitable, &result));
    return result;
}

void *result_of(struct future *future)
{
    void *result = NULL;

    must_do(future_result(future, &result));
    return result;
}

void print_text(void *text)
{
    printf("%s\n", (char *)text);
}

void stop_loop(void *loop)
{
    loop_stop(loop);
}

/* ---- in which pass of the loop something happens ---- */

static int passes, zero;

static void tick(void *loop)
{
    passes++;
    must_do(loop_call_soon(loop, NULL, tick, loop));
}

void count_passes(struct loop *loop)
{
    must_do(loop_call_soon(loop, NULL, tick, loop));
}

void mark_pass(void)
{
    zero = passes;
}

void say(const char *format, ...)
{
    va_list arguments;

    printf("[%d] ", passes - zero);
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
    printf("\n");
}

void say_text(void *text)
{
    say("%s", (char *)text);
}

void add_words(char line[LINE_SIZE], const char *format, ...)
{
    size_t length = strlen(line);
    va_list arguments;

    snprintf(line + length, LINE_SIZE - length, " ");
    length = strlen(line);
    va_start(arguments, format);
    vsnprintf(line + length, LINE_SIZE - length, format, arguments);
    va_end(arguments);
}

static struct future *nap(struct coroutine *co)
{
    struct naps *self = (struct naps *)co;

    CO_BEGIN(self);
    for (; self->times > 0; self->times--) {
        self->sleep = async_sleep(0);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    CO_END(self);
}

struct naps naps(int times)
{
    return (struct naps){.co = CO_INIT(nap), .times = times};
}

bool is_done(const struct task *task)
{
    return future_done(&task->future);
}

bool is_cancelled(const struct task *task)
{
    return future_cancelled(&task->future);
}

static struct future *wait_one(struct coroutine *co)
{
    struct wait_task *self = (struct wait_task *)co;

    CO_BEGIN(self);
    self->wait =
        async_wait(&self->future, 1, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    CO_END(self);
}

struct wait_task wait_task(struct task *task)
{
    return (struct wait_task){.co = CO_INIT(wait_one), .future = &task->future};
}

/* ---- several tasks ---- */

bool team_add(struct team *team, struct coroutine *object)
{
    assert(team->count < MOST_TASKS);
    struct task *task = async_create_task(object);
    if (task == NULL)
        return false;
    team->tasks[team->count++] = task;
    return true;
}

bool team_spawn(struct team *team, team_role *role, void *thing, ...)
{
    const char *label;
    bool made = true;
    va_list labels;

    va_start(labels, thing);
    while (made && (label = va_arg(labels, const char *)) != NULL)
        made = team_add(team, role(label, thing));
    va_end(labels);
    return made;
}

bool team_cancel(struct team *team, size_t i)
{
    return task_cancel(team->tasks[i], NULL);
}

void team_free(struct team *team)
{
    while (team->count > 0)
        task_free(team->tasks[--team->count]);
}

static struct future *wait_all(struct coroutine *co)
{
    struct wait_team *self = (struct wait_team *)co;

    CO_BEGIN(self);
    self->wait = async_wait(self->futures, self->count, ASYNC_ALL_COMPLETED,
                            ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    CO_END(self);
}

struct wait_team wait_team(const struct team *team)
{
    struct wait_team wait = {.co = CO_INIT(wait_all), .count = team->count};

    for (size_t i = 0; i < team->count; i++)
        wait.futures[i] = &team->tasks[i]->future;
    return wait;
}

bool group_add(struct task_group *group, struct coroutine *object)
{
    struct task *task = task_group_create_task(group, object);

    task_free(task);
    return task != NULL;
}

const char *errors_in(const struct error_group *group)
{
    static char line[LINE_SIZE];

    line[0] = '\0';
    for (size_t i = 0; i < group->count; i++)
        add_words(line, "/ %s", error_message(group->errors[i]));
    return line + 1; /* without the first blank */
}

const char *told(void)
{
    const char *message = task_cancel_message(async_current_task(NULL));

    return message != NULL ? message : "nothing";
}
