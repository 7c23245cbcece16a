/*
 * loop.c - see loop.h: the phases of one pass, from top to bottom, then what
 * begins and ends them.
 *
 *     def _run_once(self):
 *         timeout = ...
 *         self._process_events(self._selector.select(timeout))
 *         while self._scheduled and self._scheduled[0]._when < end_time:
 *             self._ready.append(heapq.heappop(self._scheduled))
 *         for i in range(len(self._ready)):
 *             self._ready.popleft()._run()
 */
#include "loop_internal.h"

#include "common/clock.h"

#include <errno.h>
#include <stdlib.h>

const struct error error_loop_closed =
    ERROR(&error_runtime, "Event loop is closed");

_Thread_local struct loop *running_loop;

/* ---- one pass ---- */

static int64_t now_ns(const struct loop *loop)
{
    return loop->clock.now_ns(loop->clock.data);
}

/* How long there is nothing to do unless something happens outside. */
static int64_t time_to_wait_ns(const struct loop *loop)
{
    if (loop->ready != NULL || loop->found != NULL || loop->stopping)
        return 0;
    const struct timer *first = timers_first(&loop->timers);
    if (first == NULL)
        return SELECTOR_FOREVER;
    int64_t moment_ns = now_ns(loop), left_ns;
    if (first->when_ns <= moment_ns)
        return 0;
    if (__builtin_sub_overflow(first->when_ns, moment_ns, &left_ns))
        return INT64_MAX; /* by a clock that shows less than nothing */
    return left_ns;
}

/*
 * Only our own wake-up is watched, and it did not come: to ask the kernel
 * what is ready would be to no purpose.
 */
static bool nothing_is_watched(struct loop *loop)
{
    return selector_count(loop->selector) == 1 && !atomic_load(&loop->woken);
}

/* A clock that can be moved is moved, instead of waiting by the machine's. */
static int64_t move_clock(struct loop *loop, int64_t timeout_ns)
{
    if (timeout_ns <= 0 || loop->clock.move_to == NULL)
        return timeout_ns;
    loop->clock.move_to(loop->clock.data, timers_first(&loop->timers)->when_ns);
    return 0;
}

/* Phase 1: what happened outside? Returns false if we cannot ask any more. */
static bool wait_for_events(struct loop *loop)
{
    int64_t timeout_ns = move_clock(loop, time_to_wait_ns(loop));

    if (timeout_ns != 0 || !nothing_is_watched(loop)) {
        if (selector_select(loop->selector, timeout_ns) < 0)
            return error_raise(error_from_errno(errno));
        loop->census.waits++;
        outside_take(loop);
        descriptors_put_ready(loop);
    }
    line_splice(&loop->ready, &loop->found);
    return true;
}

/* docs: 07-due-timers */
/* Phase 2: whose time has come? */
static void put_due_timers_in_line(struct loop *loop)
{
    struct timer *timer;

    if (loop->timers.count == 0)
        return; /* there is no need to look at the clock */
    int64_t end_ns = now_ns(loop);
    while ((timer = timers_pop_due(&loop->timers, end_ns)) != NULL)
        loop_put_in_line(loop, &timer->handle);
}

/* docs: 07-call-in-line */
/*
 * Phase 3: those that stand in line now. The line is taken away as a whole:
 * who is put in line from here on waits for the next pass. A handle that was
 * called is not looked at again: its callback may have freed it.
 */
static void call_those_in_line(struct loop *loop)
{
    struct handle *handle;

    loop->running = loop->ready;
    loop->ready = NULL;
    while ((handle = loop->running) != NULL) {
        line_remove(&loop->running, handle);
        if (loop->debug) {
            diagnosis_call(loop, handle);
            continue;
        }
        handle->callback(handle->data);
        if (raised_error != NULL)
            diagnosis_report_raised(loop, NULL);
    }
}

/* docs: 07-pass */
static bool pass(struct loop *loop)
{
    if (!wait_for_events(loop))
        return false;
    put_due_timers_in_line(loop);
    call_those_in_line(loop);
    loop->census.passes++;
    return true;
}

/* ---- running ---- */

bool loop_check_can_run(struct loop *loop)
{
    static const struct error running =
        ERROR(&error_runtime, "This event loop is already running");
    static const struct error other =
        ERROR(&error_runtime,
              "Cannot run the event loop while another loop is running");

    if (loop->closed)
        return error_raise(&error_loop_closed);
    if (loop_is_running(loop))
        return error_raise(&running);
    if (running_loop != NULL)
        return error_raise(&other);
    return true;
}

bool loop_run_forever(struct loop *loop)
{
    bool goes_on;

    if (!loop_check_can_run(loop))
        return false;
    loop->thread = pthread_self();
    loop->is_running = true;
    running_loop = loop;
    do
        goes_on = pass(loop);
    while (goes_on && !loop->stopping);
    loop->stopping = false;
    running_loop = NULL;
    loop->is_running = false;
    return goes_on;
}

void loop_stop(struct loop *loop)
{
    loop->stopping = true;
}

bool loop_is_running(const struct loop *loop)
{
    return loop->is_running;
}

struct loop *async_get_running_loop(void)
{
    static const struct error none =
        ERROR(&error_runtime, "no running event loop");

    return running_loop != NULL ? running_loop : error_raise_null(&none);
}

/* ---- its life ---- */

static int64_t machine_now_ns(void *data)
{
    (void)data;
    return clock_now_ns();
}

void loop_set_clock(struct loop *loop, const struct loop_clock *clock)
{
    static const struct loop_clock machine = {.now_ns = machine_now_ns};

    loop->clock = clock != NULL ? *clock : machine;
}

double loop_time(const struct loop *loop)
{
    return (double)now_ns(loop) / NS_PER_S;
}

/* A child was forked: no loop runs in it, even if one did in us. */
static void forget_running_loop(void)
{
    running_loop = NULL;
}

static void watch_forks(void)
{
    pthread_atfork(NULL, NULL, forget_running_loop);
}

struct loop *loop_new(const char *backend)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL)
        return error_raise_null(&error_memory);
    pthread_once(&once, watch_forks);
    loop_set_clock(loop, NULL);
    loop->slow_callback_duration = 0.1;
    loop->selector = selector_new(backend);
    if (loop->selector != NULL && outside_open(loop) == 0)
        return loop;
    int error = errno;
    selector_free(loop->selector);
    free(loop);
    return error_raise_null(error_from_errno(error));
}

bool loop_is_closed(const struct loop *loop)
{
    return loop->closed;
}

static void drop_all(struct loop *loop)
{
    struct timer *timer;

    while ((timer = timers_pop_due(&loop->timers, INT64_MAX)) != NULL)
        loop_put_in_line(loop, &timer->handle);
    line_splice(&loop->ready, &loop->found);
    while (loop->ready != NULL)
        loop_drop(loop, loop->ready);
    timers_free(&loop->timers);
}

bool loop_close(struct loop *loop)
{
    static const struct error running =
        ERROR(&error_runtime, "Cannot close a running event loop");

    if (loop_is_running(loop))
        return error_raise(&running);
    if (loop->closed)
        return true;
    outside_close(loop); /* from here on it is closed */
    drop_all(loop);      /* first: what stands in line may be in a frame */
    tasks_abandon(loop);
    wires_cut(loop);
    default_executor_close(loop);
    servers_close(loop);
    transports_close(loop);
    generators_abandon(loop);
    descriptors_close(loop);
    diagnosis_close(loop);
    selector_free(loop->selector);
    loop->selector = NULL;
    return true;
}

void loop_let_go(struct loop *loop)
{
    if (!loop->freed || loop->census.futures > 0)
        return;
    pthread_mutex_destroy(&loop->mutex);
    free(loop);
}

bool loop_free(struct loop *loop)
{
    if (loop == NULL)
        return true;
    if (!loop_close(loop))
        return false;
    size_t held = loop->census.futures;
    loop->freed = true;
    loop_let_go(loop);
    if (held == 0)
        return true;
    async_log("a loop was freed while %zu of its futures were held", held);
    return error_raise(error_new(&error_runtime, "%zu futures are held", held));
}

struct loop_census loop_census(const struct loop *loop)
{
    return loop->census;
}
