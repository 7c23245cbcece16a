/*
 * order_test.c - thousands of random programs on stage 07's loop, each made
 * from a seed: tasks that sleep, hold locks, share a queue, wait for each
 * other, cancel each other, and callbacks soon and later.
 *
 * The clock is stepped: it moves only when the loop would wait. The selector
 * is scripted: which of the descriptors that exist only here are found ready
 * is drawn from the seed. So a program is the same whenever it is run, and
 * must leave the same trace; meanwhile it is watched:
 *
 *   - a callback runs once, in a later pass than the one that put it in line,
 *     not before its time, not after it was cancelled, in the order asked for;
 *   - a lock has one holder, a semaphore no more than it has places;
 *   - what is got from the queue was put, in that order, and once;
 *   - a done callback is called once, with a task that is done;
 *   - a cancelled task ends, and in the end nothing is left.
 *
 *     ORDER_SEED=12345 build/check/tests/order_test      that program alone
 *     ORDER_PROGRAMS=100000 build/check/tests/order_test more of them
 */
#include "stages/07-loop/async.h"

#include "stages/05-callbacks/selector.h"
#include "stages/05-callbacks/selector_backend.h"
#include "tests/support.h"

#include <check.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ACTORS = 12,
    MOST_STEPS = 40, /* of an actor */
    CALLBACKS = 200,
    FDS = 4,
    PLACES = 2, /* of the semaphore */
    ROOM = 2,   /* in the queue */
    ITEMS = 1000,
    RESCUES = 60,
};

/* ---- chance ---- */

static uint64_t chance;

/* splitmix64, by Sebastiano Vigna */
static uint64_t draw(void)
{
    uint64_t z = chance += 0x9E3779B97F4A7C15;

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static size_t below(size_t n)
{
    return (size_t)(draw() % n);
}

static bool one_in(size_t n)
{
    return below(n) == 0;
}

/* ---- the program that runs ---- */

/* A callback that was asked for. */
struct call {
    struct timer timer; /* its handle is used, if it is for soon */
    bool later, called, cancelled;
    size_t pass;  /* in which it was asked for */
    double when;  /* of one for later */
    size_t place; /* among those for soon, or for later at that moment */
};

struct actor;

static struct world {
    uint64_t seed;
    struct loop *loop;
    struct lock lock;
    struct semaphore semaphore;
    struct event event;
    struct queue queue;
    struct task *tasks[ACTORS];
    size_t task_count;
    unsigned done_calls[ACTORS], done_due[ACTORS];
    struct call calls[CALLBACKS];
    size_t call_count, last_soon, last_later;
    double last_when;
    int holders, inside;    /* of the lock, and of the semaphore */
    size_t items, put, got; /* begun to be put, put, and got */
    intptr_t queued[ITEMS]; /* those put, in that order */
    size_t bytes[FDS];      /* that could be read */
    struct future *readable[FDS];
    size_t rescues;
    bool quiet; /* nobody begins anything new */
    size_t traced;
    char trace[1 << 16];
} world;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What happened, and in which pass. */
static void say(const char *format, ...)
{
    size_t room = sizeof world.trace - world.traced;
    va_list arguments;

    int size = snprintf(world.trace + world.traced, room, "%zu ",
                        loop_census(world.loop).passes);
    if (size < 0 || (size_t)size >= room)
        return;
    va_start(arguments, format);
    int more = vsnprintf(world.trace + world.traced + size, room - (size_t)size,
                         format, arguments);
    va_end(arguments);
    if (more >= 0 && (size_t)(size + more) < room)
        world.traced += (size_t)(size + more);
}

/* The seed is what whoever mends it needs. */
#define holds(truth)                                                       \
    ck_assert_msg(truth,                                                   \
                  "not so: %s; again with ORDER_SEED=%llu; what it did:\n" \
                  "%s",                                                    \
                  #truth, (unsigned long long)world.seed,                  \
                  world.trace +                                            \
                      (world.traced > 2000 ? world.traced - 2000 : 0))

/* ---- the clock, and the selector ---- */

static int64_t clock_ns;

static int64_t clock_shows(void *data)
{
    (void)data;
    return clock_ns;
}

static void clock_move_to(void *data, int64_t when_ns)
{
    (void)data;
    holds(when_ns > clock_ns);
    clock_ns = when_ns;
}

/* The descriptors, open so that they can be registered, but never read. */
static int fds[FDS];

/* What one of them is registered for; 0: it is not. */
static struct {
    int events;
    uint32_t generation;
} watched[FDS];

static void *script_open(void)
{
    memset(watched, 0, sizeof watched);
    return watched;
}

static int script_modify(void *state, int fd, int events, uint32_t generation)
{
    (void)state;
    for (int i = 0; i < FDS; i++)
        if (fds[i] == fd) {
            watched[i].events = events;
            watched[i].generation = generation;
        }
    return 0;
}

static void script_remove(void *state, int fd)
{
    script_modify(state, fd, 0, 0);
}

/* Of those with bytes to read some are found ready, at chance. */
static int script_wait(void *state, int64_t timeout_ns, struct found *found)
{
    int count = 0;

    (void)state;
    /* There is always a timer, and the clock is moved, so nobody waits. */
    holds(timeout_ns == 0);
    for (int i = 0; i < FDS; i++)
        if ((watched[i].events & SELECTOR_READ) != 0 && world.bytes[i] > 0 &&
            !one_in(3))
            found[count++] =
                (struct found){fds[i], watched[i].generation, SELECTOR_READ};
    return count;
}

static void script_close(void *state)
{
    (void)state;
}

/* In the place of epoll: whatever else the archive has is not linked then. */
const struct selector_backend_type selector_epoll = {
    "epoll",       script_open, script_modify, script_modify,
    script_remove, script_wait, script_close,
};

/* ---- callbacks ---- */

static void called(void *data)
{
    struct call *call = data;
    size_t number = (size_t)(call - world.calls);

    say("call %zu\n", number);
    holds(!call->called);
    holds(!call->cancelled);
    holds(loop_census(world.loop).passes > call->pass);
    call->called = true;
    if (!call->later) {
        holds(call->place > world.last_soon);
        world.last_soon = call->place;
        return;
    }
    holds(loop_time(world.loop) >= call->when);
    holds(call->when > world.last_when ||
          (call->when == world.last_when && call->place > world.last_later));
    world.last_when = call->when;
    world.last_later = call->place;
}

static double some_delay(void)
{
    static const double delays[] = {0, 0, 0.001, 0.001, 0.002, 0.005, 1};

    return delays[below(sizeof delays / sizeof delays[0])];
}

static void ask_for_call(void)
{
    if (world.call_count == CALLBACKS)
        return;
    struct call *call = &world.calls[world.call_count++];
    call->place = world.call_count; /* from 1 on */
    call->pass = loop_census(world.loop).passes;
    call->later = one_in(2);
    if (!call->later) {
        holds(loop_call_soon(world.loop, &call->timer.handle, called, call));
    } else {
        double delay = some_delay() + 0.0005;
        holds(loop_call_later(world.loop, &call->timer, delay, called, call));
        call->when = timer_when(&call->timer);
    }
    say("ask %zu %s\n", world.call_count - 1, call->later ? "later" : "soon");
}

static void cancel_some_call(void)
{
    if (world.call_count == 0)
        return;
    struct call *call = &world.calls[below(world.call_count)];
    if (call->later)
        timer_cancel(world.loop, &call->timer);
    else
        handle_cancel(world.loop, &call->timer.handle);
    if (!call->called)
        call->cancelled = true;
}

/* ---- reading a descriptor ---- */

static void on_readable(void *data)
{
    size_t i = value_number(data);

    say("readable %zu\n", i);
    holds(world.bytes[i] > 0);
    holds(world.readable[i] != NULL);
    world.bytes[i]--;
    loop_remove_reader(world.loop, fds[i]);
    if (!future_done(world.readable[i]))
        holds(future_set_result(world.readable[i], NULL));
}

/* ---- actors ---- */

/* lock or semaphore: inside, one is counted, and may sleep. */
struct section {
    struct coroutine co;
    void *result;
    bool of_lock;
    int *count; /* who are inside */
    int most;
    union {
        struct awaitable any;
        struct lock_acquire lock;
        struct semaphore_acquire semaphore;
    } acquire;
    struct async_sleep sleep;
};

/*
 *     async with lock:
 *         await sleep(some_delay())
 */
static struct future *section(struct coroutine *co)
{
    struct section *self = (struct section *)co;

    CO_BEGIN(self);
    if (self->of_lock)
        self->acquire.lock = lock_acquire(&world.lock);
    else
        self->acquire.semaphore = semaphore_acquire(&world.semaphore);
    CO_AWAIT(self, self->acquire.any);
    holds(++*self->count <= self->most);
    self->sleep = async_sleep(some_delay());
    CO_AWAIT(self, self->sleep);
    CO_FINALLY(self);
    if (async_entered(&self->acquire.any.co)) {
        --*self->count;
        holds(self->of_lock ? lock_release(&world.lock)
                            : semaphore_release(&world.semaphore));
    }
    CO_END(self);
}

static struct section section_new(bool of_lock)
{
    return (struct section){.co = CO_INIT(section),
                            .of_lock = of_lock,
                            .count = of_lock ? &world.holders : &world.inside,
                            .most = of_lock ? 1 : PLACES};
}

struct actor {
    struct coroutine co;
    void *result;
    size_t number;
    size_t steps;         /* left to do */
    size_t stubborn;      /* cancellations that it will take no notice of */
    size_t reads;         /* the descriptor whose future it holds, or FDS */
    struct future *other; /* that it awaits, held */
    bool gets, puts;      /* an item of the queue, in this step */
    union {
        struct awaitable any;
        struct async_sleep sleep;
        struct section section;
        struct queue_put put;
        struct queue_get get;
        struct queue_join join;
        struct event_wait event;
        struct async_wait_for wait_for;
    } wait;
};

static const struct error error_of_an_actor = ERROR(&error_value, "on purpose");

static void create_actor(void);

/* Steps that need not be awaited. */
static void do_at_once(struct actor *self)
{
    size_t other = below(world.task_count);

    switch (below(9)) {
    case 0:
        say("%zu cancels %zu\n", self->number, other);
        task_cancel(world.tasks[other], "at chance");
        break;
    case 1:
    case 2:
    case 3:
        ask_for_call();
        break;
    case 4:
        cancel_some_call();
        break;
    case 5:
        if (one_in(2))
            event_set(&world.event);
        else
            event_clear(&world.event);
        break;
    case 6:
        create_actor();
        break;
    default:
        world.bytes[below(FDS)]++;
        break;
    }
}

/* Begins to wait for a descriptor that nobody waits for; false: all are. */
static bool read_some(struct actor *self)
{
    size_t i = below(FDS);

    if (world.readable[i] != NULL)
        return false;
    self->reads = i;
    self->other = loop_create_future(world.loop);
    world.readable[i] = self->other;
    holds(loop_add_reader(world.loop, fds[i], on_readable,
                          number_value((intptr_t)i)));
    return true;
}

static void end_reading(struct actor *self)
{
    if (self->reads == FDS)
        return;
    loop_remove_reader(world.loop, fds[self->reads]);
    world.readable[self->reads] = NULL;
    self->reads = FDS;
}

/* Makes what is awaited in this step; false: it was done at once. */
static bool begin(struct actor *self)
{
    self->gets = self->puts = false;
    switch (below(24)) {
    case 0:
    case 1:
    case 11:
        self->wait.sleep = async_sleep(some_delay());
        return true;
    case 2:
    case 12:
        self->wait.section = section_new(true);
        return true;
    case 3:
        self->wait.section = section_new(false);
        return true;
    case 4:
    case 13:
        self->puts = true;
        self->wait.put =
            queue_put(&world.queue, number_value((intptr_t)++world.items));
        return true;
    case 5:
    case 14:
        self->gets = true;
        self->wait.get = queue_get(&world.queue);
        return true;
    case 6:
        self->wait.event = event_wait(&world.event);
        return true;
    case 7: /* an older one: so nobody waits for himself */
        if (self->number == 0)
            return false;
        self->other = future_hold(&world.tasks[below(self->number)]->future);
        return true;
    case 8:
        self->wait.wait_for =
            async_wait_for(COROUTINE(section_new(one_in(2))), some_delay());
        return true;
    case 9:
        return read_some(self);
    case 10:
        self->wait.join = queue_join(&world.queue);
        return true;
    default:
        do_at_once(self);
        return false;
    }
}

/* An item was put; or got, and then it is the first of those put. */
static void note_item(const struct actor *self)
{
    if (self->puts) {
        holds(world.put < ITEMS);
        world.queued[world.put++] = value_number(self->wait.put.item);
    } else if (self->gets) {
        holds(world.got < world.put);
        holds(value_number(self->wait.get.result) == world.queued[world.got]);
        world.got++;
        holds(queue_task_done(&world.queue));
    }
}

/* Whether the actor goes on after what its step came to. */
static bool goes_on(struct actor *self, const struct error *why)
{
    if (why == NULL) {
        note_item(self);
        return true;
    }
    if (!error_is(why, &error_cancelled))
        return true; /* the other one failed, or time is up */
    if (self->stubborn == 0)
        return false;
    self->stubborn--;
    return true;
}

/*
 *     async def actor(self):
 *         while self.steps:
 *             try:
 *                 await self.some_step()
 *             except CancelledError:
 *                 if not self.stubborn: raise
 */
static struct future *actor(struct coroutine *co)
{
    struct actor *self = (struct actor *)co;

    CO_BEGIN(self);
    say("%zu begins\n", self->number);
    while (self->steps > 0 && !world.quiet) {
        self->steps--;
        if (!begin(self))
            continue;
        if (self->other != NULL) {
            CO_TRY_AWAIT(self, *self->other);
            self->co.error = self->other->co.error;
        } else {
            CO_TRY_AWAIT(self, self->wait.any);
            self->co.error = self->wait.any.co.error;
        }
        end_reading(self);
        future_free(self->other);
        self->other = NULL;
        say("%zu went on%s\n", self->number,
            self->co.error != NULL ? ", with an error" : "");
        if (!goes_on(self, self->co.error))
            CO_RETURN(self);
        self->co.error = NULL;
    }
    if (one_in(8))
        CO_RAISE(self, &error_of_an_actor);
    CO_FINALLY(self);
    say("%zu ends\n", self->number);
    CO_END(self);
}

static void on_done(struct future *future, void *data)
{
    size_t number = (size_t)value_number(data);

    say("done %zu\n", number);
    holds(future_done(future));
    holds(future == &world.tasks[number]->future);
    holds(++world.done_calls[number] <= world.done_due[number]);
}

static void create_actor(void)
{
    if (world.task_count == ACTORS || world.quiet)
        return;
    size_t number = world.task_count;
    struct task *task = loop_create_task(
        world.loop, COROUTINE(((struct actor){.co = CO_INIT(actor),
                                              .number = number,
                                              .steps = 1 + below(MOST_STEPS),
                                              .stubborn = below(5),
                                              .reads = FDS})));
    holds(task != NULL);
    world.tasks[world.task_count++] = task;
    for (size_t times = below(3); times > 0; times--) {
        world.done_due[number]++;
        holds(future_add_done_callback(&task->future, on_done,
                                       number_value((intptr_t)number)));
    }
}

/* ---- from the beginning to the end ---- */

static bool all_done(void)
{
    for (size_t i = 0; i < world.task_count; i++)
        if (!future_done(&world.tasks[i]->future))
            return false;
    return true;
}

/* Nobody waits for what is there. */
static void check_nobody_is_forgotten(void)
{
    const struct queue *queue = &world.queue;

    holds(world.lock.waiters.count == 0 || lock_locked(&world.lock));
    holds(world.semaphore.waiters.count == 0 || world.semaphore.value == 0);
    holds(world.event.waiters.count == 0 || !event_is_set(&world.event));
    holds(queue->getters.count == 0 || queue_empty(queue));
    holds(queue->putters.count == 0 || queue_full(queue));
    holds(queue->finished.waiters.count == 0 || queue->unfinished > 0);
}

/*
 * Nothing is due any more for a thousand seconds: who waits, waits in vain,
 * unless it is for bytes that the selector has not told of. They are
 * cancelled, and since nobody is stubborn for ever, they end.
 */
static void rescue(void *data)
{
    (void)data;
    say("rescue\n");
    check_nobody_is_forgotten();
    if (all_done()) {
        loop_stop(world.loop);
        return;
    }
    holds(++world.rescues < RESCUES);
    for (size_t i = 0; i < world.task_count; i++)
        task_cancel(world.tasks[i], "rescued");
    world.quiet = world.rescues > 6;
    holds(loop_call_later(world.loop, NULL, 1000, rescue, NULL));
}

static void say_nothing(struct loop *loop, const struct error_context *context,
                        void *data)
{
    (void)loop, (void)data;
    say("told: %s\n", context->message);
}

static void begin_world(uint64_t seed)
{
    static const struct loop_clock stepped = {clock_shows, clock_move_to, NULL};

    memset(&world, 0, sizeof world);
    chance = world.seed = seed;
    clock_ns = INT64_C(1000000000);
    world.loop = loop_new("epoll");
    ck_assert_ptr_nonnull(world.loop);
    loop_set_clock(world.loop, &stepped);
    loop_set_exception_handler(world.loop, say_nothing, NULL);
    world.semaphore = semaphore_new(PLACES);
    world.queue = queue_new(ROOM);
    holds(loop_call_later(world.loop, NULL, 1000, rescue, NULL));
    for (size_t count = 2 + below(5); count > 0; count--)
        create_actor();
}

static void check_callbacks(void)
{
    for (size_t i = 0; i < world.call_count; i++)
        holds(world.calls[i].called != world.calls[i].cancelled);
    for (size_t i = 0; i < world.task_count; i++)
        holds(world.done_calls[i] == world.done_due[i]);
}

/* All is over: nobody holds anything, and nobody waits. */
static void check_the_end(void)
{
    holds(all_done());
    check_callbacks();
    holds(world.holders == 0 && !lock_locked(&world.lock));
    holds(world.inside == 0 && world.semaphore.value == PLACES);
    holds(world.put - world.got == queue_size(&world.queue));
    lock_free(&world.lock);
    semaphore_free(&world.semaphore);
    event_free(&world.event);
    queue_free(&world.queue);
    for (size_t i = 0; i < world.task_count; i++)
        task_free(world.tasks[i]);
    struct loop_census census = loop_census(world.loop);
    holds(census.futures == 0);
    holds(census.tasks == 0);
    holds(census.handles == 0);
    holds(census.watched == 0);
}

static void run_program(uint64_t seed)
{
    begin_world(seed);
    holds(loop_run_forever(world.loop));
    check_the_end();
    bool nothing_left = loop_free(world.loop);
    ck_assert_msg(nothing_left, "ORDER_SEED=%llu: %s", (unsigned long long)seed,
                  error_message(error_last()));
}

/* Twice, and it must have done the same. */
static void run_twice(uint64_t seed)
{
    static char first[sizeof world.trace];

    run_program(seed);
    memcpy(first, world.trace, sizeof first);
    run_program(seed);
    ck_assert_msg(strcmp(first, world.trace) == 0,
                  "ORDER_SEED=%llu: it did something else the second time",
                  (unsigned long long)seed);
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);

    return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

START_TEST(random_programs_keep_the_order_and_leave_nothing)
{
    for (int i = 0; i < FDS; i++)
        ck_assert_int_ge(fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC), 0);
    int descriptors = count_descriptors();
    uint64_t programs = number_of("ORDER_PROGRAMS", 4000);
    size_t tasks = 0, calls = 0, rescued = 0;

    if (getenv("ORDER_SEED") != NULL) {
        run_twice(number_of("ORDER_SEED", 0));
        puts(world.trace);
        return;
    }
    for (uint64_t seed = 1; seed <= programs; seed++) {
        run_twice(seed);
        tasks += world.task_count;
        calls += world.call_count;
        rescued += world.rescues > 0;
    }
    ck_assert_int_eq(count_descriptors(), descriptors);
    printf("order: %llu programs, each twice: %zu tasks, %zu callbacks, "
           "%zu programs had to be rescued\n",
           (unsigned long long)programs, tasks, calls, rescued);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("order");
    TCase *tcase = tcase_create("order");
    SRunner *runner = srunner_create(suite);

    tcase_set_timeout(tcase, 3600); /* as many programs as one likes */
    tcase_add_test(tcase, random_programs_keep_the_order_and_leave_nothing);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
