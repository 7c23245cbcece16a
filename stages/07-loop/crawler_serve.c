/*
 * crawler_serve.c - see crawler.h: what a process does that shares the work.
 */
#include "crawler_messages.h"
#include "crawler_processes.h"

#include "common/links.h"
#include "common/page_message.h"
#include "common/stop.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 *     async def serve(page):
 *         await fetch_page(page)
 *         writer.write(answer(page))
 */
struct serve {
    struct coroutine co;
    void *result;
    struct stream_writer *writer;
    uint32_t index;
    struct page page;
    struct fetch_page fetch;
};

static bool answer(struct serve *self)
{
    struct buffer answer = {0};
    bool sent = page_message_append(&answer, &self->page) == 0 &&
                send_message(self->writer, self->index, &answer);

    buffer_free(&answer);
    return sent;
}

static struct future *serve(struct coroutine *co)
{
    struct serve *self = (struct serve *)co;

    CO_BEGIN(self);
    self->fetch.page = &self->page;
    CO_AWAIT(self, self->fetch);
    if (!answer(self))
        stream_writer_close(self->writer); /* then the page is tried again */
    CO_FINALLY(self);
    free(self->page.url);
    if (self->page.links != NULL)
        links_free(self->page.links);
    free(self->page.links);
    CO_END(self);
}

/* What a process knows. */
struct server_process {
    struct crawler *crawler;
    struct fetcher fetcher;
    struct stream_writer *writer;
};

static struct serve serve_new(struct server_process *process, uint32_t index,
                              char *url)
{
    return (struct serve){.co = CO_INIT(serve),
                          .writer = process->writer,
                          .index = index,
                          .page = {.url = url},
                          .fetch =
                              fetch_page(&process->fetcher, NULL,
                                         &process->crawler->crawl.options)};
}

/* A page to be fetched. Without memory for it this process is of no use. */
static bool take_page(void *data, uint32_t index, const char *payload,
                      size_t size)
{
    struct server_process *process = data;
    char *url = strndup(payload, size);
    struct task *task = NULL;

    if (url != NULL)
        task = async_create_task(COROUTINE(serve_new(process, index, url)));
    if (task == NULL)
        free(url);
    task_free(task);
    return task != NULL;
}

/* It leaves when its parent says no more, with whatever it has in hand. */
_Noreturn void serve_pages(struct crawler *crawler, int fd)
{
    struct server_process process = {.crawler = crawler};
    struct loop *loop;

    stop_leave_to_parent();
    if ((loop = crawler_new_loop(crawler)) == NULL ||
        !fetcher_open(&process.fetcher, loop, crawler->keep_alive) ||
        (process.writer = async_open_socket(loop, fd)) == NULL)
        _exit(1);
    loop_run_until_complete(
        loop, COROUTINE(listen_new(process.writer, take_page, &process)), NULL);
    _exit(0);
}
