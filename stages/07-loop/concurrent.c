/*
 * concurrent.c - see concurrent.h. One mutex over the state, one condition
 * that tells of its settlement; callbacks are called when both are let go.
 */
#include "concurrent.h"

#include "common/clock.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

/* From CANCELLED on it is settled, and nothing changes any more. */
enum state { PENDING, RUNNING, CANCELLED, FINISHED };

struct callback {
    concurrent_callback *call;
    void *data;
    struct callback *next;
};

struct concurrent_future {
    atomic_size_t holds;
    pthread_mutex_t mutex;  /* over all that follows but the bytes */
    pthread_cond_t settled; /* broadcast once */
    enum state state;
    void *result;
    const struct error *error;     /* NULL: there is a result */
    struct callback *first, **end; /* in the order added */
    bool has_bytes;
    _Alignas(max_align_t) unsigned char bytes[];
};

static const struct error settled_already =
    ERROR(&error_invalid_state, "the future is settled already");
static const struct error begun_already =
    ERROR(&error_runtime, "Future in unexpected state");

/* ---- making and freeing ---- */

/* Waits with a timeout go by the clock that nobody sets. */
static int init_condition(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;
    int error = pthread_condattr_init(&monotonic);

    if (error != 0)
        return error;
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    error = pthread_cond_init(condition, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return error;
}

static int init_locks(struct concurrent_future *future)
{
    int error = pthread_mutex_init(&future->mutex, NULL);

    if (error != 0)
        return error;
    error = init_condition(&future->settled);
    if (error != 0)
        pthread_mutex_destroy(&future->mutex);
    return error;
}

struct concurrent_future *concurrent_future_new_with_bytes(size_t size)
{
    struct concurrent_future *future = NULL;

    if (size <= SIZE_MAX - sizeof *future)
        future = calloc(1, sizeof *future + size);
    if (future == NULL)
        return error_raise_null(&error_memory);
    int error = init_locks(future);
    if (error != 0) {
        free(future);
        return error_raise_null(error_from_errno(error));
    }
    future->holds = 1;
    future->end = &future->first;
    future->has_bytes = size > 0;
    return future;
}

struct concurrent_future *concurrent_future_new(void)
{
    return concurrent_future_new_with_bytes(0);
}

void *concurrent_future_bytes(struct concurrent_future *future)
{
    return future->has_bytes ? future->bytes : NULL;
}

struct concurrent_future *
concurrent_future_hold(struct concurrent_future *future)
{
    future->holds++;
    return future;
}

void concurrent_future_free(struct concurrent_future *future)
{
    if (future == NULL || --future->holds > 0)
        return;
    while (future->first != NULL) {
        struct callback *callback = future->first;
        future->first = callback->next;
        free(callback);
    }
    pthread_cond_destroy(&future->settled);
    pthread_mutex_destroy(&future->mutex);
    free(future);
}

/* ---- settling it ---- */

static bool is_settled(const struct concurrent_future *future)
{
    return future->state >= CANCELLED;
}

/* Nobody adds to the list of a settled future, so that it needs no lock. */
static void call_callbacks(struct concurrent_future *future)
{
    while (future->first != NULL) {
        struct callback callback = *future->first;
        free(future->first);
        future->first = callback.next;
        callback.call(future, callback.data);
    }
}

/* With the mutex held, which it lets go. The caller's hold outlives it. */
static void settle_and_unlock(struct concurrent_future *future,
                              enum state state)
{
    future->state = state;
    pthread_cond_broadcast(&future->settled);
    pthread_mutex_unlock(&future->mutex);
    call_callbacks(future);
}

static bool finish(struct concurrent_future *future, void *result,
                   const struct error *error)
{
    pthread_mutex_lock(&future->mutex);
    if (is_settled(future)) {
        pthread_mutex_unlock(&future->mutex);
        return error_raise(&settled_already);
    }
    future->result = result;
    future->error = error;
    settle_and_unlock(future, FINISHED);
    return true;
}

bool concurrent_future_set_result(struct concurrent_future *future,
                                  void *result)
{
    return finish(future, result, NULL);
}

bool concurrent_future_set_error(struct concurrent_future *future,
                                 const struct error *error)
{
    assert(error != NULL);
    return finish(future, NULL, error);
}

bool concurrent_future_cancel(struct concurrent_future *future)
{
    pthread_mutex_lock(&future->mutex);
    if (future->state == PENDING) {
        settle_and_unlock(future, CANCELLED);
        return true;
    }
    bool cancelled = future->state == CANCELLED;
    pthread_mutex_unlock(&future->mutex);
    return cancelled;
}

bool concurrent_future_set_running(struct concurrent_future *future)
{
    pthread_mutex_lock(&future->mutex);
    enum state before = future->state;
    if (before == PENDING)
        future->state = RUNNING;
    pthread_mutex_unlock(&future->mutex);
    if (before == PENDING)
        return true;
    return error_raise(before == CANCELLED ? &error_cancelled : &begun_already);
}

/* ---- a look at it ---- */

static enum state look(struct concurrent_future *future)
{
    pthread_mutex_lock(&future->mutex);
    enum state state = future->state;
    pthread_mutex_unlock(&future->mutex);
    return state;
}

bool concurrent_future_cancelled(struct concurrent_future *future)
{
    return look(future) == CANCELLED;
}

bool concurrent_future_running(struct concurrent_future *future)
{
    return look(future) == RUNNING;
}

bool concurrent_future_done(struct concurrent_future *future)
{
    return look(future) >= CANCELLED;
}

/* ---- waiting for it ---- */

/* Beyond this many seconds, some 146 years, a timeout is none. */
#define LONGEST_S ((double)(INT64_MAX / 2 / NS_PER_S))

/* The moment that lies so far ahead, rounded up. */
static struct timespec moment_after(double timeout_s)
{
    return clock_timespec(clock_now_ns() + 1 +
                          (int64_t)(timeout_s * (double)NS_PER_S));
}

/* With the mutex held. Returns whether it is settled. */
static bool wait_until_settled(struct concurrent_future *future,
                               double timeout_s)
{
    if (!(timeout_s >= 0 && timeout_s <= LONGEST_S)) { /* nor a NaN */
        while (!is_settled(future))
            pthread_cond_wait(&future->settled, &future->mutex);
        return true;
    }
    struct timespec deadline = moment_after(timeout_s);
    int error = 0;
    while (!is_settled(future) && error == 0)
        error =
            pthread_cond_timedwait(&future->settled, &future->mutex, &deadline);
    return is_settled(future);
}

/* False with error_last(): it is not settled, or it was cancelled. */
static bool wait_until_finished(struct concurrent_future *future,
                                double timeout_s)
{
    pthread_mutex_lock(&future->mutex);
    bool settled = wait_until_settled(future, timeout_s);
    bool cancelled = future->state == CANCELLED;
    pthread_mutex_unlock(&future->mutex);
    if (!settled)
        return error_raise(&error_timeout);
    return !cancelled || error_raise(&error_cancelled);
}

bool concurrent_future_result(struct concurrent_future *future,
                              double timeout_s, void **result)
{
    const struct error *error;

    if (!concurrent_future_error(future, timeout_s, &error))
        return false;
    if (error != NULL)
        return error_raise(error);
    if (result != NULL)
        *result = future->result;
    return true;
}

bool concurrent_future_error(struct concurrent_future *future, double timeout_s,
                             const struct error **error)
{
    if (!wait_until_finished(future, timeout_s))
        return false;
    *error = future->error;
    return true;
}

/* ---- callbacks ---- */

/* Returns false if it is too late: then the caller has it called. */
static bool append(struct concurrent_future *future, struct callback *callback)
{
    pthread_mutex_lock(&future->mutex);
    bool in_time = !is_settled(future);
    if (in_time) {
        *future->end = callback;
        future->end = &callback->next;
    }
    pthread_mutex_unlock(&future->mutex);
    return in_time;
}

bool concurrent_future_add_done_callback(struct concurrent_future *future,
                                         concurrent_callback *callback,
                                         void *data)
{
    struct callback *added = malloc(sizeof *added);

    if (added == NULL)
        return error_raise(&error_memory);
    *added = (struct callback){.call = callback, .data = data};
    if (append(future, added))
        return true;
    free(added);
    callback(future, data);
    return true;
}

/* Unlinks it; NULL: it is not there. */
static struct callback *find_and_unlink(struct concurrent_future *future,
                                        concurrent_callback *callback,
                                        const void *data)
{
    struct callback **link = &future->first, *found;

    while ((found = *link) != NULL &&
           (found->call != callback || found->data != data))
        link = &found->next;
    if (found == NULL)
        return NULL;
    *link = found->next;
    if (found->next == NULL)
        future->end = link;
    return found;
}

bool concurrent_future_remove_done_callback(struct concurrent_future *future,
                                            concurrent_callback *callback,
                                            void *data)
{
    struct callback *found = NULL;

    pthread_mutex_lock(&future->mutex);
    if (!is_settled(future)) /* else the list is its settler's */
        found = find_and_unlink(future, callback, data);
    pthread_mutex_unlock(&future->mutex);
    bool in_time = found != NULL;
    free(found);
    return in_time;
}
