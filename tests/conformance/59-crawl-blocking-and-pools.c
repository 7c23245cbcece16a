/*
 * 59-crawl-blocking-and-pools - stages 01-03 of the crawler: ten slow pages
 * fetched one after another, by a pool of ten processes, and by a pool of ten
 * threads.
 */
#include "common/clock.h"
#include "stages/02-processes/pool.h"
#include "stages/03-threads/queue.h"
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGES = 10, WAYS = 3, REPLY_SIZE = 1000 };

static const int64_t DELAY = NS_PER_S / 10;

/* The site's side of one connection. */
static void handle(int conn)
{
    char target[16], reply[64];

    receive_target(conn, target, sizeof target);
    sleep_ns(DELAY);
    snprintf(reply, sizeof reply, "HTTP/1.0 200 OK\r\n\r\npage %s", target);
    send_all(conn, reply);
}

struct job {
    struct sockaddr_in address;
    int number;
    char page[REPLY_SIZE]; /* what was fetched */
};

static int create_connection(const struct sockaddr_in *address)
{
    int fd = must(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "socket");

    must(connect(fd, (const struct sockaddr *)address, sizeof *address),
         "connect");
    return fd;
}

static void fetch(struct job *job)
{
    char request[64], reply[REPLY_SIZE];
    size_t length = 0;
    ssize_t n;

    int fd = create_connection(&job->address);
    snprintf(request, sizeof request, "GET /%d HTTP/1.0\r\nHost: test\r\n\r\n",
             job->number);
    send_all(fd, request);
    while ((n = recv(fd, reply + length, sizeof reply - 1 - length, 0)) > 0)
        length += (size_t)n;
    must((int)n, "receive");
    close(fd);
    reply[length] = '\0';
    const char *blank_line = strstr(reply, "\r\n\r\n");
    strcpy(job->page, blank_line != NULL ? blank_line + 4 : "");
}

/* ---- one by one ---- */

static void map_one_by_one(void *nobody, struct job jobs[])
{
    (void)nobody;
    for (int i = 0; i < PAGES; i++)
        fetch(&jobs[i]);
}

/* ---- a pool of processes: stage 02's ---- */

/* In the worker: the page is fetched; an empty job is nothing but a start. */
static int fetch_job(void *context, const char *bytes, size_t size,
                     struct buffer *answer)
{
    struct job job;

    (void)context;
    if (size == 0)
        return 0;
    memcpy(&job, bytes, sizeof job);
    fetch(&job);
    return buffer_append_string(answer, job.page);
}

static void give(struct pool *pool, struct job *job)
{
    size_t size = job != NULL ? sizeof *job : 0;

    must(pool_submit(pool, job, size, job, INT64_MAX), "give out a job");
}

/* Without jobs, all workers start: list(processes.map(len, [[]] * 10)). */
static void map_in_processes(void *pool, struct job jobs[])
{
    struct pool_event event;

    for (int i = 0; i < PAGES; i++)
        give(pool, jobs != NULL ? &jobs[i] : NULL);
    for (int i = 0; i < PAGES; i++) {
        must(pool_wait(pool, -1, &event), "wait for a worker");
        must(event.kind == POOL_ANSWERED ? 0 : -1, "get an answer");
        struct job *job = event.tag;
        if (job != NULL)
            snprintf(job->page, sizeof job->page, "%.*s", (int)event.size,
                     event.answer);
    }
}

/* ---- a pool of threads over stage 03's queue ---- */

struct thread_pool {
    struct thread_queue *work;
    struct thread threads[PAGES];
};

/* In the thread: one job after another, till there is none behind a NULL. */
static void fetch_jobs(void *work)
{
    void *job;

    while (thread_queue_get(work, &job) == 0 && job != NULL) {
        fetch(job);
        thread_queue_task_done(work);
    }
}

static void map_in_threads(void *data, struct job jobs[])
{
    struct thread_pool *pool = data;

    for (int i = 0; i < PAGES; i++)
        must(thread_queue_put(pool->work, &jobs[i]), "put a job");
    thread_queue_join(pool->work);
}

static void thread_pool_open(struct thread_pool *pool)
{
    pool->work = thread_queue_new(0);
    must(pool->work == NULL ? -1 : 0, "make a queue");
    for (int i = 0; i < PAGES; i++) {
        pool->threads[i] =
            (struct thread){.body = fetch_jobs, .argument = pool->work};
        thread_start(&pool->threads[i]);
    }
}

static void thread_pool_close(struct thread_pool *pool)
{
    for (int i = 0; i < PAGES; i++)
        must(thread_queue_put(pool->work, NULL), "put a stop mark");
    for (int i = 0; i < PAGES; i++)
        thread_join(&pool->threads[i]);
    thread_queue_free(pool->work);
}

/* ---- the three compared ---- */

struct way {
    const char *label;
    void (*map)(void *pool, struct job jobs[]);
    void *pool;
    int64_t took;
};

static int count_pages(const struct job jobs[])
{
    int count = 0;

    for (int i = 0; i < PAGES; i++)
        count += jobs[i].page[0] != '\0';
    return count;
}

static void crawl(struct way *way, const struct sockaddr_in *address)
{
    struct job jobs[PAGES];

    for (int i = 0; i < PAGES; i++)
        jobs[i] = (struct job){.address = *address, .number = i};
    int64_t zero = clock_now_ns();
    way->map(way->pool, jobs);
    way->took = clock_now_ns() - zero;
    printf("%s: %d pages, first <%s>, last <%s>\n", way->label,
           count_pages(jobs), jobs[0].page, jobs[PAGES - 1].page);
}

int main(void)
{
    struct slow_site site = slow_site_new(WAYS * PAGES, handle);
    struct pool *processes = pool_new(PAGES, fetch_job, NULL);
    must(processes == NULL ? -1 : 0, "make a pool");
    map_in_processes(processes, NULL); /* they start before any thread does */
    struct thread_pool threads;
    thread_pool_open(&threads);
    slow_site_start(&site);

    struct way ways[WAYS] = {
        {.label = "process pool", .map = map_in_processes, .pool = processes},
        {.label = "thread pool", .map = map_in_threads, .pool = &threads},
        {.label = "one by one", .map = map_one_by_one},
    };
    for (int i = 0; i < WAYS; i++)
        crawl(&ways[i], &site.address);
    slow_site_join(&site);
    thread_pool_close(&threads);
    pool_free(processes);

    int64_t one_by_one = ways[2].took;
    printf("one by one took ten delays: %s\n", truth(one_by_one >= 10 * DELAY));
    for (int i = 0; i < 2; i++)
        printf("%s under half of that: %s\n", ways[i].label,
               truth(ways[i].took < one_by_one / 2));
}
