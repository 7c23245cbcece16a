/*
 * loop_memory_test.c - the loop of stage 07 where memory runs out: small
 * programs, each of which lives once for every allocation that it makes, and
 * that one fails; and once more with all from there on.
 *
 * Either the program does not notice, or it ends with an error for want of
 * memory; the loop can be closed, and nothing is left.
 */
#include "allocations.h"
#include "support.h"

#include "stages/07-loop/async_generator.h"
#include "stages/07-loop/error_group.h"
#include "stages/07-loop/gather.h"
#include "stages/07-loop/server.h"
#include "stages/07-loop/shield.h"
#include "stages/07-loop/sleep.h"
#include "stages/07-loop/streams.h"
#include "stages/07-loop/subprocess.h"
#include "stages/07-loop/task_group.h"
#include "stages/07-loop/timeout.h"
#include "stages/07-loop/wait.h"
#include "stages/07-loop/wait_for.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>

/* What one of the programs needs. */
struct program {
    struct coroutine co;
    void *result;
    struct future *future;
    struct task *task;
    struct async_sleep sleep;
    struct async_wait wait;
    struct as_completed each;
    struct as_completed_next next;
    struct async_wait_for wait_for;
    struct timeout timeout;
    struct task_group group;
    struct task_group_end end;
    struct async_generator *generators[2];
    struct async_generator_step step;
    struct loop_shutdown_asyncgens shutdown;
    struct process *child;
    struct process_communicate talk;
    struct async_start_server start;
    struct server *server;
    struct async_open_connection open;
    struct stream_reader *reader;
    struct stream_writer *writer;
    struct stream_writer_drain drain;
    struct stream_read read;
};

static struct program program_new(coroutine_resume *body)
{
    return (struct program){.co = CO_INIT(body)};
}

static struct future *nap(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(1);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    CO_END(self);
}

static struct coroutine *napping(void)
{
    return COROUTINE(program_new(nap));
}

/* ---- waiting for several ---- */

static struct future *gathers(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->future = async_gather(
        (struct coroutine *[]){napping(), napping(), napping()}, 3);
    CO_CHECK(self, self->future);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

static struct future *waits(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(napping()));
    self->future = &self->task->future;
    self->wait = async_wait(&self->future, 1, ASYNC_ALL_COMPLETED, 0.5);
    CO_AWAIT(self, self->wait);
    self->wait = async_wait(&self->future, 1, ASYNC_FIRST_COMPLETED, 5);
    CO_AWAIT(self, self->wait);
    CO_FINALLY(self);
    task_free(self->task);
    CO_END(self);
}

static struct future *takes_as_completed(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, as_completed_begin(
                       &self->each,
                       (struct coroutine *[]){napping(), napping()}, 2, 5));
    while (self->each.left > 0) {
        self->next = as_completed_next(&self->each);
        CO_AWAIT(self, self->next);
    }
    CO_FINALLY(self);
    as_completed_end(&self->each);
    CO_END(self);
}

/* ---- waiting for one ---- */

static struct future *shields(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = async_shield(napping()));
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    future_free(self->future);
    CO_END(self);
}

static struct future *waits_too_long(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->wait_for = async_wait_for(napping(), 0.5);
    CO_TRY_AWAIT(self, self->wait_for);
    if (!error_is(self->wait_for.co.error, &error_timeout))
        CO_RAISE(self, self->wait_for.co.error);
    CO_FINALLY(self);
    CO_END(self);
}

static struct future *has_a_deadline(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, timeout_begin(&self->timeout, 5));
    CO_CHECK(self, timeout_reschedule(&self->timeout, 1));
    self->sleep = async_sleep(3);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    self->co.error = timeout_end(&self->timeout, self->co.error);
    if (error_is(self->co.error, &error_timeout))
        self->co.error = NULL; /* it is due */
    CO_END(self);
}

/* ---- groups ---- */

static int failures; /* each is another error, which is made then */

static struct future *fails(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->sleep = async_sleep(0.5);
    CO_AWAIT(self, self->sleep);
    CO_RAISE(self, error_new(&error_key, "for the %dth time", ++failures));
    CO_FINALLY(self);
    CO_END(self);
}

/* One of its two tasks fails, so the body and the other are cancelled. */
static struct future *groups(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, task_group_begin(&self->group));
    CO_CHECK(self,
             self->task = task_group_create_task(&self->group, napping()));
    task_free(self->task);
    CO_CHECK(self, self->task = task_group_create_task(
                       &self->group, COROUTINE(program_new(fails))));
    self->sleep = async_sleep(3);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    self->end = task_group_end(&self->group, self->co.error);
    CO_TRY_AWAIT(self, self->end);
    self->co.error = self->end.co.error;
    if (error_group(self->co.error) != NULL)
        self->co.error = NULL; /* it is due, whatever is in it */
    task_free(self->task);
    CO_END(self);
}

/* ---- generators ---- */

struct counter {
    struct coroutine co;
    void *result;
    struct async_yield out;
    struct async_sleep sleep;
};

static struct future *count(struct coroutine *co)
{
    struct counter *self = (struct counter *)co;

    CO_BEGIN(self);
    for (;;) {
        ASYNC_YIELD(self, self->out, "one more");
        self->sleep = async_sleep(1);
        CO_AWAIT(self, self->sleep);
    }
    CO_FINALLY(self);
    self->sleep = async_sleep(0.001); /* its end takes a while, too */
    CO_TRY_AWAIT(self, self->sleep);
    CO_END(self);
}

static struct async_generator *counter_new(void)
{
    return ASYNC_GENERATOR((struct counter){.co = CO_INIT(count)});
}

/* One of them is let go, the other one is left to the loop. */
static struct future *counts(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->generators[0] = counter_new());
    self->step = async_generator_anext(self->generators[0]);
    CO_AWAIT(self, self->step);
    self->step = async_generator_anext(self->generators[0]);
    CO_AWAIT(self, self->step);
    CO_CHECK(self, self->generators[1] = counter_new());
    self->step = async_generator_anext(self->generators[1]);
    CO_AWAIT(self, self->step);
    async_generator_free(self->generators[0]);
    self->generators[0] = NULL;
    self->shutdown = loop_shutdown_asyncgens(async_get_running_loop());
    CO_AWAIT(self, self->shutdown);
    CO_FINALLY(self);
    async_generator_free(self->generators[0]);
    async_generator_free(self->generators[1]);
    CO_END(self);
}

/* ---- the world ---- */

static struct future *talks(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->child = async_create_subprocess_exec(
        (const char *[]){"cat", NULL},
        &(struct process_pipes){PROCESS_PIPE, PROCESS_PIPE, PROCESS_PIPE, 0});
    CO_CHECK(self, self->child);
    self->talk = process_communicate(self->child, "hello", 5);
    CO_AWAIT(self, self->talk);
    CO_FINALLY(self);
    process_free(self->child);
    CO_END(self);
}

static void note_signal(void *data)
{
    future_set_result(data, NULL);
}

static struct future *hears(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, loop_add_signal_handler(async_get_running_loop(), SIGUSR1,
                                           note_signal, self->future));
    raise(SIGUSR1);
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    loop_remove_signal_handler(async_get_running_loop(), SIGUSR1);
    future_free(self->future);
    CO_END(self);
}

/* ---- streams ---- */

/* An echo of one line; the client hears its end when there is none. */
static struct future *serve(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->read = stream_reader_readline(self->reader);
    CO_AWAIT(self, self->read);
    CO_CHECK(self, stream_writer_write(self->writer, self->read.result,
                                       self->read.size));
    self->drain = stream_writer_drain(self->writer);
    CO_AWAIT(self, self->drain);
    CO_FINALLY(self);
    stream_writer_close(self->writer);
    CO_END(self);
}

static struct coroutine *on_client(struct stream_reader *reader,
                                   struct stream_writer *writer, void *data)
{
    struct program frame = program_new(serve);

    (void)data;
    frame.reader = reader;
    frame.writer = writer;
    return COROUTINE(frame);
}

static struct future *converses(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    self->start = async_start_server(on_client, NULL, "127.0.0.1", 0);
    CO_AWAIT(self, self->start);
    self->server = self->start.result;
    self->open = async_open_connection("127.0.0.1", server_port(self->server));
    CO_AWAIT(self, self->open);
    self->writer = self->open.writer;
    CO_CHECK(self, stream_writer_write(self->writer, "hello\n", 6));
    self->read = stream_reader_read(self->open.reader, 100);
    CO_AWAIT(self, self->read);
    CO_FINALLY(self);
    stream_writer_free(self->writer);
    server_free(self->server);
    CO_END(self);
}

/* ---- calls ---- */

static void do_nothing(void *data)
{
    (void)data;
}

static void on_done(struct future *future, void *data)
{
    (void)future, (void)data;
}

static void settle(void *future)
{
    future_set_result(future, NULL);
}

/* In memory of the loop's own. */
static bool call_all(struct loop *loop, struct future *future)
{
    return loop_call_soon(loop, NULL, do_nothing, NULL) &&
           loop_call_later(loop, NULL, 0.5, do_nothing, NULL) &&
           loop_call_soon_threadsafe(loop, NULL, do_nothing, NULL) &&
           future_add_done_callback(future, on_done, NULL) &&
           loop_call_later(loop, NULL, 1, settle, future);
}

static struct future *calls(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->future = loop_create_future(async_get_running_loop()));
    CO_CHECK(self, call_all(async_get_running_loop(), self->future));
    CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    if (self->future != NULL)
        future_cancel(self->future, NULL); /* settle() may come yet */
    self->sleep = async_sleep(2);
    CO_TRY_AWAIT(self, self->sleep);
    future_free(self->future);
    CO_END(self);
}

/* Leaves a task and a generator, which async_run() has to end. */
static struct future *leaves(struct coroutine *co)
{
    struct program *self = (struct program *)co;

    CO_BEGIN(self);
    CO_CHECK(self, self->task = async_create_task(napping()));
    CO_CHECK(self, self->generators[0] = counter_new());
    self->step = async_generator_anext(self->generators[0]);
    CO_AWAIT(self, self->step);
    self->sleep = async_sleep(0);
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    task_free(self->task);
    async_generator_free(self->generators[0]);
    CO_END(self);
}

/* ---- living ---- */

static const struct {
    const char *name;
    coroutine_resume *body;
} programs[] = {
    {"gathers", gathers},
    {"waits", waits},
    {"takes_as_completed", takes_as_completed},
    {"shields", shields},
    {"waits_too_long", waits_too_long},
    {"has_a_deadline", has_a_deadline},
    {"groups", groups},
    {"counts", counts},
    {"talks", talks},
    {"hears", hears},
    {"converses", converses},
    {"calls", calls},
};

static int living; /* the program */

static int64_t read_time(void *now_ns)
{
    return *(int64_t *)now_ns;
}

static void move_time(void *now_ns, int64_t when_ns)
{
    *(int64_t *)now_ns = when_ns;
}

/* What is told of tasks that nobody waited for is not the point here. */
static void keep_quiet(struct loop *loop, const struct error_context *context,
                       void *data)
{
    (void)loop, (void)context, (void)data;
}

static bool lacks_memory(const struct error *error)
{
    return error_is(error, &error_memory) ||
           (error_is(error, &error_os) && error->number == ENOMEM);
}

/* By a clock that is moved, unless something outside must be waited for. */
static bool live_in(struct loop *loop)
{
    static int64_t now_ns;
    coroutine_resume *body = programs[living].body;
    bool is_outside = body == talks || body == converses;

    if (loop == NULL)
        return false;
    now_ns = 0;
    if (!is_outside)
        loop_set_clock(loop,
                       &(struct loop_clock){read_time, move_time, &now_ns});
    loop_set_exception_handler(loop, keep_quiet, NULL);
    return loop_run_until_complete(loop, COROUTINE(program_new(body)), NULL);
}

static void live(void)
{
    struct loop *loop = loop_new(NULL);
    bool lived = live_in(loop);
    const struct error *why = lived ? NULL : error_last();
    bool failed = allocations_restore();

    ck_assert_msg(lived || failed, "%s: nothing failed, but %s: %s",
                  programs[living].name, error_name(why), error_message(why));
    ck_assert_msg(lived || lacks_memory(why), "%s: %s: %s",
                  programs[living].name, error_name(why), error_message(why));
    ck_assert_msg(loop == NULL || loop_free(loop), "%s: %s",
                  programs[living].name, error_message(error_last()));
}

static void live_at_once(void)
{
    bool lived = async_run(COROUTINE(program_new(leaves)), NULL);
    const struct error *why = lived ? NULL : error_last();
    bool failed = allocations_restore();

    ck_assert(lived || failed);
    ck_assert_msg(lived || lacks_memory(why), "%s: %s", error_name(why),
                  error_message(why));
}

static void ignore_log(const char *text, void *data)
{
    (void)text, (void)data;
}

START_TEST(without_memory_a_loop_that_is_made_for_it_ends_too)
{
    async_set_log(ignore_log, NULL);
    live_at_once();
    int open = count_descriptors();
    ck_assert_int_gt(allocations_try_all(live_at_once), 10);
    ck_assert_int_eq(count_descriptors(), open);
}
END_TEST

START_TEST(without_memory_a_program_ends_and_nothing_is_left)
{
    living = _i;
    live(); /* what is made once, and stays, is made now */
    int open = count_descriptors();
    ck_assert_int_gt(allocations_try_all(live), 4);
    ck_assert_int_eq(count_descriptors(), open);
    ck_assert(!has_children());
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("loop_memory");
    TCase *tcase = tcase_create("memory");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase,
                        without_memory_a_program_ends_and_nothing_is_left, 0,
                        sizeof programs / sizeof programs[0]);
    tcase_add_test(tcase, without_memory_a_loop_that_is_made_for_it_ends_too);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
