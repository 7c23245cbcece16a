/*
 * crawler_connections.c - see crawler_connections.h.
 */
#include "crawler_connections.h"

#include <stdlib.h>
#include <string.h>

#define HASH_NONFATAL_OOM 1 /* uthash: report it, do not exit */
static bool no_memory;
#define uthash_nonfatal_oom(item) (no_memory = true)
#include <uthash.h>

/* A connection in the stack of those to one server. */
struct idle {
    struct stream_writer *writer;
    struct idle *next;
};

struct kept {
    struct idle *idle;
    UT_hash_handle hh;
    char authority[];
};

static struct kept *find(const struct connections *connections,
                         const char *authority)
{
    struct kept *kept;

    HASH_FIND_STR(connections->by_authority, authority, kept);
    return kept;
}

static struct kept *find_or_make(struct connections *connections,
                                 const char *authority)
{
    struct kept *kept = find(connections, authority);

    if (kept != NULL)
        return kept;
    kept = calloc(1, sizeof *kept + strlen(authority) + 1);
    if (kept == NULL)
        return NULL;
    strcpy(kept->authority, authority);
    no_memory = false;
    HASH_ADD_STR(connections->by_authority, authority, kept);
    if (!no_memory)
        return kept;
    free(kept);
    return NULL;
}

/* The server has neither closed it nor said anything that nobody asked for. */
static bool is_quiet(struct stream_writer *writer)
{
    const struct stream_reader *reader = stream_writer_reader(writer);

    return !stream_writer_is_closing(writer) && !reader->eof &&
           reader->error == NULL && reader->buffer.length == reader->taken;
}

static struct stream_writer *pop(struct kept *kept)
{
    struct idle *idle = kept->idle;
    struct stream_writer *writer = idle->writer;

    kept->idle = idle->next;
    free(idle);
    return writer;
}

struct stream_writer *connections_take(struct connections *connections,
                                       const char *authority)
{
    struct kept *kept = find(connections, authority);

    while (kept != NULL && kept->idle != NULL) {
        struct stream_writer *writer = pop(kept);
        if (is_quiet(writer))
            return writer;
        stream_writer_free(writer);
    }
    return NULL;
}

void connections_give(struct connections *connections, const char *authority,
                      struct stream_writer *writer)
{
    struct kept *kept = find_or_make(connections, authority);
    struct idle *idle = kept != NULL ? malloc(sizeof *idle) : NULL;

    if (idle == NULL) {
        stream_writer_free(writer);
        return;
    }
    *idle = (struct idle){writer, kept->idle};
    kept->idle = idle;
}

void connections_close(struct connections *connections)
{
    struct kept *kept, *next;

    HASH_ITER(hh, connections->by_authority, kept, next)
    {
        while (kept->idle != NULL)
            stream_writer_free(pop(kept));
        HASH_DEL(connections->by_authority, kept);
        free(kept);
    }
}
