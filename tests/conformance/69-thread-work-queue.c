/*
 * 69-thread-work-queue - three threads take five items from one thread-safe
 * queue.
 */
#include "stages/03-threads/queue.h"

#include "common/clock.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { ITEMS = 5, CREW = 3 };

static const char *const items[ITEMS] = {"one", "two", "three", "four", "five"};
static struct thread_queue *work;
static void *taken[ITEMS + 1]; /* one more, to see if there were one */
static atomic_int taken_count;
static atomic_int workers_seen;
static pthread_barrier_t meeting;

/* docs: 03-twin-worker */
static void worker(void *nothing)
{
    void *item;
    bool seen = false;

    (void)nothing;
    while (thread_queue_get(work, &item) == 0 && item != NULL) {
        int place = taken_count++;
        if (place < ITEMS + 1)
            taken[place] = item;
        if (!seen) {
            seen = true;
            workers_seen++;
            pthread_barrier_wait(&meeting);
        }
        sleep_ns(20 * NS_PER_MS);
        thread_queue_task_done(work);
    }
    thread_queue_task_done(work);
}

/* How often `item` was taken. */
static int count_taken(const char *item)
{
    int count = 0;

    for (int i = 0; i < taken_count && i < ITEMS + 1; i++)
        count += taken[i] == item;
    return count;
}

static void report(void)
{
    bool each_once = taken_count == ITEMS;

    printf("queue empty: %s size: %zu\n", truth(thread_queue_is_empty(work)),
           thread_queue_size(work));
    printf("items:");
    for (int i = 0; i < ITEMS; i++) {
        for (int n = count_taken(items[i]); n > 0; n--)
            printf(" %s", items[i]);
        if (count_taken(items[i]) != 1)
            each_once = false;
    }
    printf("\neach once: %s\n", truth(each_once));
    printf("all three helped: %s\n", truth(workers_seen == CREW));
}

int main(void)
{
    struct thread crew[CREW];
    void *item;
    bool any_alive = false;

    work = thread_queue_new(10);
    must(work == NULL ? -1 : 0, "make a queue");
    must_not_fail(pthread_barrier_init(&meeting, NULL, CREW), "make a barrier");
    for (int i = 0; i < CREW; i++) {
        crew[i] = (struct thread){.body = worker};
        thread_start(&crew[i]);
    }
    for (int i = 0; i < ITEMS; i++)
        must(thread_queue_put(work, (char *)items[i]), "put");
    thread_queue_join(work);
    report();

    for (int i = 0; i < CREW; i++)
        must(thread_queue_put(work, NULL), "put a stop mark");
    for (int i = 0; i < CREW; i++)
        thread_join(&crew[i]);
    for (int i = 0; i < CREW; i++)
        any_alive = any_alive || thread_is_alive(&crew[i]);
    printf("threads ended: %s\n", truth(!any_alive));
    if (thread_queue_get_nowait(work, &item) < 0 && errno == EAGAIN)
        printf("nothing left\n");
    if (thread_queue_get_timeout(work, &item, 20 * NS_PER_MS) < 0 &&
        errno == ETIMEDOUT)
        printf("still nothing after a wait\n");
    pthread_barrier_destroy(&meeting);
    thread_queue_free(work);
}
