/*
 * descriptors.c - see loop.h: readers and writers, on stage 05's selector.
 *
 * A descriptor is registered once, for what its reader and its writer wait
 * for together. The selector's callback only puts their handles in line.
 */
#include "loop_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct watch {
    struct loop *loop;
    int fd;
    struct handle reader, writer; /* one that was cancelled is not there */
};

static void put_in_line(struct loop *loop, struct handle *handle)
{
    if (!handle_cancelled(handle) && !handle_is_in_line(handle))
        loop_put_in_line(loop, handle);
}

/* Readers first, as asyncio does. */
static void on_ready(void *data, int events)
{
    struct watch *watch = data;

    if (events & SELECTOR_READ)
        put_in_line(watch->loop, &watch->reader);
    if (events & SELECTOR_WRITE)
        put_in_line(watch->loop, &watch->writer);
}

void descriptors_put_ready(struct loop *loop)
{
    struct selector_ready ready;

    while (selector_next(loop->selector, &ready))
        ready.callback(ready.data, ready.events);
}

/* ---- the table: one watch for each descriptor that has any ---- */

static struct watch *find_watch(const struct loop *loop, int fd)
{
    return fd >= 0 && (size_t)fd < loop->watch_count ? loop->watches[fd] : NULL;
}

/* Makes room for `fd` in the table. */
static int make_room(struct loop *loop, int fd)
{
    size_t count = loop->watch_count;

    if ((size_t)fd < count)
        return 0;
    while (count <= (size_t)fd)
        count = count == 0 ? 64 : count * 2;
    struct watch **watches =
        realloc(loop->watches, count * sizeof(struct watch *));
    if (watches == NULL)
        return -1;
    memset(watches + loop->watch_count, 0,
           (count - loop->watch_count) * sizeof(struct watch *));
    loop->watches = watches;
    loop->watch_count = count;
    return 0;
}

static int events_of(const struct watch *watch)
{
    return (handle_cancelled(&watch->reader) ? 0 : SELECTOR_READ) |
           (handle_cancelled(&watch->writer) ? 0 : SELECTOR_WRITE);
}

static void forget(struct loop *loop, struct watch *watch)
{
    selector_unregister(loop->selector, watch->fd);
    loop->watches[watch->fd] = NULL;
    loop->census.watched--;
    free(watch);
}

/* ---- adding ---- */

/* Its first reader or writer, `events` says which. Returns NULL with errno. */
static struct watch *watch_new(struct loop *loop, int fd, int events)
{
    struct watch *watch = malloc(sizeof *watch);

    if (watch == NULL)
        return NULL;
    *watch = (struct watch){.loop = loop, .fd = fd};
    if (selector_register(loop->selector, fd, events, on_ready, watch) < 0) {
        free(watch);
        return NULL;
    }
    if (make_room(loop, fd) < 0) {
        selector_unregister(loop->selector, fd);
        free(watch);
        errno = ENOMEM;
        return NULL;
    }
    loop->watches[fd] = watch;
    loop->census.watched++;
    return watch;
}

static bool refuse(int error)
{
    static const struct error bad =
        ERROR(&error_value, "that is no open descriptor");
    static const struct error beyond =
        ERROR(&error_value, "select cannot hold so large a descriptor");
    static const struct error regular = {
        &error_os, NULL,
        "a regular file cannot be waited for: it is always ready", EPERM};

    if (error == EBADF)
        return error_raise(&bad);
    if (error == ERANGE)
        return error_raise(&beyond);
    return error_raise(error == EPERM ? &regular : error_from_errno(error));
}

static struct handle *side(struct watch *watch, int event)
{
    return event == SELECTOR_READ ? &watch->reader : &watch->writer;
}

static bool add(struct loop *loop, int fd, int event, handle_callback *callback,
                void *data)
{
    if (!loop_check(loop, callback))
        return false;
    struct watch *watch = find_watch(loop, fd);
    if (watch == NULL) {
        if ((watch = watch_new(loop, fd, event)) == NULL)
            return refuse(errno);
    } else if (selector_modify(loop->selector, fd, events_of(watch) | event,
                               on_ready, watch) < 0) {
        return refuse(errno);
    }
    struct handle *handle = side(watch, event);
    handle_cancel(loop, handle);
    *handle = (struct handle){.callback = callback, .data = data};
    return true;
}

bool(loop_add_reader)(struct loop *loop, int fd, handle_callback *callback,
                      void *data)
{
    return add(loop, fd, SELECTOR_READ, callback, data);
}

bool(loop_add_writer)(struct loop *loop, int fd, handle_callback *callback,
                      void *data)
{
    return add(loop, fd, SELECTOR_WRITE, callback, data);
}

const struct handle *descriptors_handle(const struct loop *loop, int fd,
                                        int event)
{
    struct watch *watch = find_watch(loop, fd);

    if (watch == NULL || handle_cancelled(side(watch, event)))
        return NULL;
    return side(watch, event);
}

/* ---- removing ---- */

static bool take_away(struct loop *loop, int fd, int event)
{
    struct watch *watch = find_watch(loop, fd);

    if (watch == NULL || handle_cancelled(side(watch, event)))
        return false;
    handle_cancel(loop, side(watch, event));
    if (events_of(watch) == 0)
        forget(loop, watch);
    else
        selector_modify(loop->selector, fd, events_of(watch), on_ready, watch);
    return true;
}

bool loop_remove_reader(struct loop *loop, int fd)
{
    return take_away(loop, fd, SELECTOR_READ);
}

bool loop_remove_writer(struct loop *loop, int fd)
{
    return take_away(loop, fd, SELECTOR_WRITE);
}

void descriptors_close(struct loop *loop)
{
    for (size_t fd = 0; fd < loop->watch_count; fd++)
        if (loop->watches[fd] != NULL)
            forget(loop, loop->watches[fd]);
    free(loop->watches);
    loop->watches = NULL;
    loop->watch_count = 0;
}
