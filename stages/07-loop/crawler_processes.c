/*
 * crawler_processes.c - see crawler.h: N loops share the work, a process each.
 *
 * We keep the frontier; they fetch. A page's URL goes to one of them through a
 * socket, what became of the page comes back. A process is a loop like ours,
 * so each has many pages in hand. One that dies, or is silent for too long,
 * is ended, and its pages are tried once more. It is replaced when there is a
 * page to give, and not before: one that can never begin would be started
 * again and again.
 */
#include "crawler_processes.h"
#include "crawler_messages.h"

#include "common/page_message.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

const struct error process_died = ERROR(&error_os, "its process died");

/* ---- what they say ---- */

static bool take_answer(void *data, uint32_t index, const char *payload,
                        size_t size)
{
    struct share *share = data;
    struct crawler *crawler = share->crawler;

    if (index >= crawler->count)
        return false;
    struct job *job = &crawler->processes->jobs[index];
    if (job->share != share || !page_message_read(job->page, payload, size))
        return false;
    job->share = NULL;
    share->pages--;
    future_set_result(job->answered, NULL);
    return true;
}

/* Reaps it; what it had in hand is lost. */
static void bury(struct share *share)
{
    struct crawler *crawler = share->crawler;
    struct rusage usage = {0}; /* where SIGCHLD is ignored nobody tells us */

    kill(share->pid, SIGKILL);
    while (wait4(share->pid, NULL, 0, &usage) < 0 && errno == EINTR)
        continue;
    crawler->crawl.figures.workers_rss_kib += usage.ru_maxrss;
    share->pid = 0;
    stream_writer_free(share->writer);
    share->writer = NULL;
    share->pages = 0;
}

static void tell_of_death(struct share *share)
{
    struct crawler *crawler = share->crawler;
    struct job *jobs = crawler->processes->jobs;

    for (size_t i = 0; i < crawler->count; i++)
        if (jobs[i].share == share) {
            jobs[i].share = NULL;
            future_set_error(jobs[i].answered, &process_died);
        }
}

/* Why it ended, if it did, does not matter, so that nobody need tell of it. */
static void forget_listener(struct share *share)
{
    const struct error *error;

    if (share->listener != NULL)
        future_error(&share->listener->future, &error);
    task_free(share->listener);
    share->listener = NULL;
}

/* It says no more: it has died, or talks nonsense. */
static void on_silence(struct future *listener, void *data)
{
    struct share *share = data;

    (void)listener;
    bury(share);
    tell_of_death(share);
    forget_listener(share);
}

static bool open_stream(struct share *share)
{
    struct loop *loop = share->crawler->loop;

    share->writer = async_open_socket(loop, share->fd);
    share->fd = -1;
    if (share->writer != NULL)
        share->listener = loop_create_task(
            loop, COROUTINE(listen_new(share->writer, take_answer, share)));
    if (share->listener != NULL &&
        future_add_done_callback(&share->listener->future, on_silence, share)) {
        share->listener->quiet = true; /* it listens until the loop closes */
        return true;
    }
    if (share->listener != NULL) /* nobody will hear what it ended with */
        task_cancel(share->listener, NULL);
    task_free(share->listener);
    share->listener = NULL;
    bury(share);
    return error_raise(&error_memory);
}

/* ---- starting and ending them ---- */

/*
 * In the child: a copy of a brother's socket would keep that brother alive
 * when we are gone. What else it has of ours it does not use.
 */
static void close_brothers(const struct crawler *crawler)
{
    for (size_t i = 0; i < crawler->process_count; i++) {
        const struct share *brother = &crawler->processes->shares[i];
        if (brother->fd >= 0)
            close(brother->fd);
        else if (brother->writer != NULL &&
                 stream_writer_transport(brother->writer) != NULL)
            close(transport_get_fd(stream_writer_transport(brother->writer)));
    }
}

static bool share_start(struct share *share)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
                   pair) < 0)
        return error_raise(error_from_errno(errno));
    pid_t pid = fork();
    if (pid == 0) {
        close(pair[0]);
        close_brothers(share->crawler);
        serve_pages(share->crawler, pair[1]);
    }
    int error = errno;
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return error_raise(error_from_errno(error));
    }
    share->pid = pid;
    share->fd = pair[0];
    share->crawler->crawl.figures.workers++;
    return true;
}

bool processes_open(struct crawler *crawler)
{
    size_t workers = crawler->crawl.options.concurrency, started = 0;
    struct processes *processes = calloc(1, sizeof *processes);

    if (processes == NULL)
        return error_raise(&error_memory);
    crawler->processes = processes;
    processes->jobs = calloc(workers, sizeof processes->jobs[0]);
    if (processes->jobs == NULL)
        return error_raise(&error_memory);
    /* Last: whoever finds shares takes them for ready to be closed. */
    processes->shares =
        calloc(crawler->process_count, sizeof processes->shares[0]);
    if (processes->shares == NULL)
        return error_raise(&error_memory);
    crawler->crawl.figures.workers = 0;
    for (size_t i = 0; i < crawler->process_count; i++)
        processes->shares[i] = (struct share){.crawler = crawler, .fd = -1};
    for (size_t i = 0; i < crawler->process_count; i++)
        started += share_start(&processes->shares[i]);
    return started > 0; /* fewer are enough */
}

bool processes_begin(struct crawler *crawler)
{
    bool any = false;

    for (size_t i = 0; i < crawler->process_count; i++)
        if (crawler->processes->shares[i].pid != 0)
            any |= open_stream(&crawler->processes->shares[i]);
    return any;
}

void processes_revive(struct crawler *crawler)
{
    for (size_t i = 0; i < crawler->process_count; i++) {
        struct share *share = &crawler->processes->shares[i];
        if (share->pid == 0 && share_start(share))
            open_stream(share);
    }
}

void processes_close(struct crawler *crawler)
{
    struct processes *processes = crawler->processes;

    if (processes == NULL)
        return;
    for (size_t i = 0; processes->shares != NULL && i < crawler->process_count;
         i++) {
        struct share *share = &processes->shares[i];
        if (share->pid != 0)
            bury(share);
        if (share->fd >= 0)
            close(share->fd);
        forget_listener(share);
    }
    free(processes->shares);
    free(processes->jobs);
    free(processes);
    crawler->processes = NULL;
}
