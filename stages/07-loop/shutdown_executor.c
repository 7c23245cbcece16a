/*
 * shutdown_executor.c - see run_in_executor.h: the end of the loop's executor.
 *
 *     async def shutdown_default_executor(self):
 *         self._executor_shutdown_called = True
 *         if self._default_executor is None:
 *             return
 *         future = self.create_future()
 *         thread = threading.Thread(target=self._do_shutdown, args=(future,))
 *         thread.start()
 *         try:
 *             await future
 *         finally:
 *             thread.join()
 *
 * Who comes while it is ending waits for the same thread, by a concurrent
 * future that all of them wrap. That one runs from the beginning: when one of
 * them is cancelled, the others go on waiting.
 */
#include "run_in_executor.h"

#include "loop_internal.h"

/* In a thread of its own, for it waits until all work is done. */
static void *shut_down(void *data)
{
    struct loop_shutdown_default_executor *self = data;

    executor_shutdown(self->executor, true, false);
    concurrent_future_set_result(self->ended, NULL);
    return NULL;
}

/* The frame takes the executor over from the loop. */
static bool start_thread(struct loop_shutdown_default_executor *self)
{
    static const struct error no_thread =
        ERROR(&error_runtime, "can't start new thread");
    struct loop *loop = self->loop;

    self->ended = concurrent_future_new();
    if (self->ended == NULL)
        return false;
    concurrent_future_set_running(self->ended);
    self->executor = loop->executor;
    if (pthread_create(&self->thread, NULL, shut_down, self) != 0) {
        concurrent_future_free(self->ended);
        self->ended = NULL;
        self->executor = NULL;
        return error_raise(&no_thread);
    }
    loop->executor = NULL;
    concurrent_future_free(loop->executor_ended);
    loop->executor_ended = concurrent_future_hold(self->ended);
    return true;
}

/* Also where nobody has to wait: then there is no future. */
static bool begin(struct loop_shutdown_default_executor *self)
{
    struct loop *loop = self->loop;

    loop->executor_shut_down = true;
    if (loop->executor != NULL) {
        if (!start_thread(self))
            return false;
    } else if (loop->executor_ended != NULL) {
        self->ended = concurrent_future_hold(loop->executor_ended);
    } else {
        return true;
    }
    self->future = async_wrap_future(self->ended, loop);
    return self->future != NULL;
}

/* thread.join() */
static void end(struct loop_shutdown_default_executor *self)
{
    if (self->ended != NULL)
        concurrent_future_result(self->ended, -1, NULL);
    if (self->executor != NULL) {
        pthread_join(self->thread, NULL);
        executor_free(self->executor);
        self->executor = NULL;
    }
    concurrent_future_free(self->ended);
    self->ended = NULL;
    future_free(self->future);
    self->future = NULL;
}

static struct future *shutdown_default_executor(struct coroutine *co)
{
    struct loop_shutdown_default_executor *self =
        (struct loop_shutdown_default_executor *)co;

    CO_BEGIN(self);
    CO_CHECK(self, begin(self));
    if (self->future != NULL)
        CO_AWAIT(self, *self->future);
    CO_FINALLY(self);
    end(self);
    CO_END(self);
}

struct loop_shutdown_default_executor
loop_shutdown_default_executor(struct loop *loop)
{
    return (struct loop_shutdown_default_executor){
        .co = CO_INIT(shutdown_default_executor), .loop = loop};
}
