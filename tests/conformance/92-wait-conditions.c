/*
 * 92-wait-conditions - stage 07: wait with all its conditions, at the edges.
 */
#include "loop_support.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>

/*
 *     async def job(label, yields, fail=False):
 *         for _ in range(yields):
 *             await asyncio.sleep(0)
 *         if fail:
 *             raise ValueError(label)
 *         return label
 */
struct job {
    struct coroutine co;
    void *result;
    char *label;
    int yields;
    bool fail;
    struct naps naps;
};

static struct future *job(struct coroutine *co)
{
    struct job *self = (struct job *)co;

    CO_BEGIN(self);
    self->naps = naps(self->yields);
    CO_AWAIT(self, self->naps);
    if (self->fail)
        CO_RAISE(self, error_new(&error_value, "%s", self->label));
    self->result = self->label;
    CO_FINALLY(self);
    CO_END(self);
}

static struct job job_new(char *label, int yields, bool fail)
{
    return (struct job){
        .co = CO_INIT(job), .label = label, .yields = yields, .fail = fail};
}

/* Tasks by name: tasks["a"] is futures[A]. */
enum { A, B, C, D, E };

struct tasks {
    char *names[5];
    struct future *futures[5];
    size_t count;
};

static bool spawn(struct tasks *tasks, char *name, int yields, bool fail)
{
    struct future *task =
        async_ensure_future(COROUTINE(job_new(name, yields, fail)), NULL);

    if (task == NULL)
        return false;
    tasks->names[tasks->count] = name;
    tasks->futures[tasks->count++] = task;
    return true;
}

static void drop_tasks(struct tasks *tasks)
{
    while (tasks->count > 0)
        future_free(tasks->futures[--tasks->count]);
}

static void keep_last_only(struct tasks *tasks)
{
    while (tasks->count > 1) {
        future_free(tasks->futures[0]);
        tasks->count--;
        for (size_t i = 0; i < tasks->count; i++) {
            tasks->names[i] = tasks->names[i + 1];
            tasks->futures[i] = tasks->futures[i + 1];
        }
    }
}

/*
 *     async def look(tasks, **options):
 *         mark()
 *         done, pending = await asyncio.wait(tasks.values(), **options)
 *         say("done:", *(n for n in tasks if tasks[n] in done), "- pending:",
 *             *(n for n in tasks if tasks[n] in pending))
 */
struct look {
    struct coroutine co;
    void *result;
    const struct tasks *tasks;
    enum async_return_when return_when;
    double timeout;
    struct async_wait wait;
};

static void say_names(const struct tasks *tasks)
{
    char done[LINE_SIZE] = "", pending[LINE_SIZE] = "";

    for (size_t i = 0; i < tasks->count; i++)
        add_words(future_done(tasks->futures[i]) ? done : pending, "%s",
                  tasks->names[i]);
    say("done:%s - pending:%s", done, pending);
}

static struct future *look(struct coroutine *co)
{
    struct look *self = (struct look *)co;

    CO_BEGIN(self);
    mark_pass();
    self->wait = async_wait(self->tasks->futures, self->tasks->count,
                            self->return_when, self->timeout);
    CO_AWAIT(self, self->wait);
    say_names(self->tasks);
    CO_FINALLY(self);
    CO_END(self);
}

static struct look look_new(const struct tasks *tasks,
                            enum async_return_when return_when, double timeout)
{
    return (struct look){.co = CO_INIT(look),
                         .tasks = tasks,
                         .return_when = return_when,
                         .timeout = timeout};
}

/* What all parts of the program have in their frames. */
struct part {
    struct coroutine co;
    void *result;
    struct tasks tasks;
    struct look look;
    struct task *caller;
    struct naps naps;
    struct wait_task wait_task;
    struct async_wait wait;
};

/* str(task.exception()) */
static const char *error_of(struct future *task)
{
    const struct error *error = NULL;

    must_do(future_error(task, &error));
    return error != NULL ? error_message(error) : "None";
}

static struct future *first_exception(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct tasks *tasks = &self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(tasks, "a", 1, false) && spawn(tasks, "b", 3, true) &&
                       spawn(tasks, "c", 5, false) &&
                       spawn(tasks, "d", 9, true));
    self->look = look_new(tasks, ASYNC_FIRST_EXCEPTION, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    self->look = look_new(tasks, ASYNC_FIRST_EXCEPTION, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    self->look = look_new(tasks, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    say("errors: %s %s", error_of(tasks->futures[B]),
        error_of(tasks->futures[D]));
    drop_tasks(tasks);

    CO_CHECK(self, spawn(tasks, "a", 9, false) && spawn(tasks, "b", 3, true) &&
                       spawn(tasks, "c", 5, false));
    future_cancel(tasks->futures[A], NULL);
    self->look = look_new(tasks, ASYNC_FIRST_EXCEPTION, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    say("a cancelled: %s b: %s", truth(future_cancelled(tasks->futures[A])),
        error_of(tasks->futures[B]));
    self->look = look_new(tasks, ASYNC_FIRST_EXCEPTION, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    drop_tasks(tasks);

    CO_CHECK(self, spawn(tasks, "a", 9, false) && spawn(tasks, "b", 2, false));
    future_cancel(tasks->futures[A], NULL);
    self->look = look_new(tasks, ASYNC_FIRST_EXCEPTION, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    CO_FINALLY(self);
    drop_tasks(tasks);
    CO_END(self);
}

static struct future *first_completed(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct tasks *tasks = &self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(tasks, "a", 2, false) && spawn(tasks, "b", 2, false) &&
                       spawn(tasks, "c", 3, false) &&
                       spawn(tasks, "d", 4, false) &&
                       spawn(tasks, "e", 9, false));
    self->look = look_new(tasks, ASYNC_FIRST_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    self->look = look_new(tasks, ASYNC_FIRST_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    future_cancel(tasks->futures[E], NULL);
    keep_last_only(tasks);
    self->look = look_new(tasks, ASYNC_FIRST_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    CO_FINALLY(self);
    drop_tasks(tasks);
    CO_END(self);
}

static struct future *timeouts(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct tasks *tasks = &self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(tasks, "a", 0, false) && spawn(tasks, "b", 1, false) &&
                       spawn(tasks, "c", 2, false) &&
                       spawn(tasks, "d", 9, false));
    self->look = look_new(tasks, ASYNC_ALL_COMPLETED, 0);
    CO_AWAIT(self, self->look);
    self->look = look_new(tasks, ASYNC_ALL_COMPLETED, -1);
    CO_AWAIT(self, self->look);
    self->look = look_new(tasks, ASYNC_FIRST_COMPLETED, 60);
    CO_AWAIT(self, self->look);
    self->look = look_new(tasks, ASYNC_ALL_COMPLETED, 60);
    CO_AWAIT(self, self->look);
    CO_FINALLY(self);
    drop_tasks(tasks);
    CO_END(self);
}

/* caller = asyncio.create_task(asyncio.wait(tasks.values())) */
static bool start_caller(struct part *self)
{
    self->caller = async_create_task(
        COROUTINE(async_wait(self->tasks.futures, self->tasks.count,
                             ASYNC_ALL_COMPLETED, ASYNC_FOREVER)));
    return self->caller != NULL;
}

static struct future *caller_cancelled(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct tasks *tasks = &self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(tasks, "a", 4, false) && spawn(tasks, "b", 6, false));
    mark_pass();
    CO_CHECK(self, start_caller(self));
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    say("cancel: %s", truth(task_cancel(self->caller, NULL)));
    CO_TRY_AWAIT(self, *self->caller);
    if (error_is(self->caller->co.error, &error_cancelled))
        say("caller cancelled; done: %s %s",
            truth(future_done(tasks->futures[A])),
            truth(future_done(tasks->futures[B])));
    self->look = look_new(tasks, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->look);
    say("results: %s %s", (char *)result_of(tasks->futures[A]),
        (char *)result_of(tasks->futures[B]));
    CO_FINALLY(self);
    task_free(self->caller);
    drop_tasks(tasks);
    CO_END(self);
}

static void cancel_caller(struct future *a, void *caller)
{
    (void)a;
    say("cancel: %s", truth(task_cancel(caller, NULL)));
}

static struct future *caller_cancelled_late(struct coroutine *co)
{
    struct part *self = (struct part *)co;
    struct tasks *tasks = &self->tasks;

    CO_BEGIN(self);
    CO_CHECK(self, spawn(tasks, "a", 2, false));
    mark_pass();
    CO_CHECK(self, start_caller(self));
    CO_CHECK(self, future_add_done_callback(tasks->futures[A], cancel_caller,
                                            self->caller));
    self->wait_task = wait_task(self->caller);
    CO_AWAIT(self, self->wait_task);
    say("caller cancelled: %s a: %s", truth(is_cancelled(self->caller)),
        (char *)result_of(tasks->futures[A]));
    CO_FINALLY(self);
    task_free(self->caller);
    drop_tasks(tasks);
    CO_END(self);
}

static struct future *refused(struct coroutine *co)
{
    struct part *self = (struct part *)co;

    CO_BEGIN(self);
    self->wait = async_wait(NULL, 0, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_TRY_AWAIT(self, self->wait);
    if (error_is(self->wait.co.error, &error_value))
        say("refused: nothing to wait for");
    CO_FINALLY(self);
    CO_END(self);
}

struct program {
    struct coroutine co;
    void *result;
    int i;
    struct naps naps;
    struct part part;
};

static struct future *program(struct coroutine *co)
{
    static coroutine_resume *const parts[] = {
        first_exception,  first_completed,       timeouts,
        caller_cancelled, caller_cancelled_late, refused};
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    count_passes(async_get_running_loop());
    self->naps = naps(1);
    CO_AWAIT(self, self->naps);
    for (self->i = 0; self->i < 6; self->i++) {
        printf("--\n");
        mark_pass();
        self->part = (struct part){.co = CO_INIT(parts[self->i])};
        CO_AWAIT(self, self->part);
    }
    CO_FINALLY(self);
    CO_END(self);
}

static struct program program_new(void)
{
    return (struct program){.co = CO_INIT(program)};
}

int main(void)
{
    run_to_end(COROUTINE(program_new()));
}
