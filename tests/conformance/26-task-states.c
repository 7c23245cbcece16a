/*
 * 26-task-states - stage 07: what a task says about itself while it lives.
 */
#include "loop_support.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/wait.h"

#include <stdio.h>
#include <string.h>

/*
 *     async def work(outcome):
 *         me = asyncio.current_task()
 *         print(" ", me.get_name(), "inside: done =", me.done())
 *         await asyncio.sleep(0.01)
 *         if outcome == "fail":
 *             raise ValueError("bad day")
 *         return outcome
 */
struct work {
    struct coroutine co;
    void *result;
    char *outcome;
    struct async_sleep sleep;
};

static struct future *work(struct coroutine *co)
{
    static const struct error bad_day = ERROR(&error_value, "bad day");
    struct work *self = (struct work *)co;
    struct task *me = async_current_task(NULL);

    CO_BEGIN(self);
    printf("  %s inside: done = %s\n", task_get_name(me),
           truth(future_done(&me->future)));
    self->sleep = async_sleep(0.01);
    CO_AWAIT(self, self->sleep);
    if (strcmp(self->outcome, "fail") == 0)
        CO_RAISE(self, &bad_day);
    self->result = self->outcome;
    CO_FINALLY(self);
    CO_END(self);
}

static struct work work_new(char *outcome)
{
    return (struct work){.co = CO_INIT(work), .outcome = outcome};
}

static const char *word(struct future *future)
{
    const struct error *error = NULL;

    if (!future_done(future))
        return "pending";
    if (future_cancelled(future))
        return "cancelled";
    must_do(future_error(future, &error));
    return error != NULL ? "error" : "result";
}

static void print_words(const char *label, struct future *const team[3])
{
    printf("%s: %s %s %s\n", label, word(team[0]), word(team[1]),
           word(team[2]));
}

/* len(asyncio.all_tasks()) */
static int count_tasks(const struct loop *loop)
{
    int count = 0;

    for (struct task *task = async_all_tasks(loop); task != NULL;
         task = task_next(task))
        count++;
    return count;
}

static bool is_among(const struct task *task, struct future *const team[3])
{
    return &task->future == team[0] || &task->future == team[1] ||
           &task->future == team[2];
}

struct program {
    struct coroutine co;
    void *result;
    struct task *good, *bad, *gone;
    struct future *team[3];
    struct async_sleep sleep;
    struct async_wait wait;
};

static struct future *program(struct coroutine *co)
{
    struct program *self = (struct program *)co;
    struct loop *loop = async_get_running_loop();

    CO_BEGIN(self);
    CO_CHECK(self, self->good = async_create_task(COROUTINE(work_new("fine"))));
    CO_CHECK(self, self->bad = async_create_task(COROUTINE(work_new("fail"))));
    CO_CHECK(self, self->gone = async_create_task(COROUTINE(work_new("late"))));
    task_set_name(self->good, "good");
    task_set_name(self->bad, "bad");
    task_set_name(self->gone, "gone");
    self->team[0] = &self->good->future;
    self->team[1] = &self->bad->future;
    self->team[2] = &self->gone->future;
    print_words("made", self->team);
    if (!future_result(&self->good->future, NULL) &&
        error_is(error_last(), &error_invalid_state))
        printf("too early for the result\n");
    if (!future_set_result(&self->good->future, "forged") &&
        error_is(error_last(), &error_runtime))
        printf("a task's result cannot be set from outside\n");
    printf("unfinished, main included: %d\n", count_tasks(loop));
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    print_words("started", self->team);
    task_cancel(self->gone, NULL);
    self->wait = async_wait(self->team, 3, ASYNC_ALL_COMPLETED, ASYNC_FOREVER);
    CO_AWAIT(self, self->wait);
    print_words("ended", self->team);
    printf("unfinished, main included: %d\n", count_tasks(loop));
    printf("main is current: %s\n",
           truth(!is_among(async_current_task(NULL), self->team)));
    CO_FINALLY(self);
    task_free(self->gone);
    task_free(self->bad);
    task_free(self->good);
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
