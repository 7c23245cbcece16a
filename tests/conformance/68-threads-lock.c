/*
 * 68-threads-lock - a lock between threads: a whole section, and a filler with
 * a reader.
 */
#include "common/clock.h"
#include "support.h"

#include <errno.h>
#include <stdio.h>

enum { CELLS = 200, ADDERS = 4, ADDITIONS = 2000, MOST_BODIES = 4 };

static const int64_t UNIT = NS_PER_S / 100;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool first_inside;
static int cells[CELLS];
static bool views_are_whole = true;
static int last_view;
static int total;

static void three_lines(const char *name)
{
    for (int n = 0; n < 3; n++) {
        sleep_ns(UNIT);
        printf("%s %d\n", name, n);
    }
}

static void section_one(void *name)
{
    pthread_mutex_lock(&lock);
    first_inside = true;
    pthread_cond_signal(&changed);
    three_lines(name); /* who was woken must wait for the lock */
    pthread_mutex_unlock(&lock);
}

static void section_two(void *name)
{
    pthread_mutex_lock(&lock);
    while (!first_inside)
        pthread_cond_wait(&changed, &lock);
    three_lines(name);
    pthread_mutex_unlock(&lock);
}

static void filler(void *nothing)
{
    (void)nothing;
    pthread_mutex_lock(&lock);
    for (int n = CELLS - 1; n >= 0; n--) {
        cells[n] = 1;
        if (n % 50 == 0)
            sleep_ns(UNIT / 10);
    }
    pthread_mutex_unlock(&lock);
}

static int sum_of_cells(void)
{
    int sum = 0;

    for (int n = 0; n < CELLS; n++)
        sum += cells[n];
    return sum;
}

static void viewer(void *nothing)
{
    (void)nothing;
    do {
        pthread_mutex_lock(&lock);
        last_view = sum_of_cells();
        pthread_mutex_unlock(&lock);
        if (last_view != 0 && last_view != CELLS)
            views_are_whole = false;
        sleep_ns(UNIT / 10);
    } while (last_view == 0);
}

static void adder(void *nothing)
{
    (void)nothing;
    for (int i = 0; i < ADDITIONS; i++) {
        pthread_mutex_lock(&lock);
        int seen = total;
        total = seen + 1;
        pthread_mutex_unlock(&lock);
    }
}

static void together(struct thread threads[], int count)
{
    for (int i = 0; i < count; i++)
        thread_start(&threads[i]);
    for (int i = 0; i < count; i++)
        thread_join(&threads[i]);
}

/* lock.acquire(blocking=False) */
static bool try_acquire(pthread_mutex_t *mutex)
{
    return pthread_mutex_trylock(mutex) != EBUSY;
}

/* threading.RLock() */
static void make_reentrant(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attributes;

    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
    must_not_fail(pthread_mutex_init(mutex, &attributes), "make a lock");
    pthread_mutexattr_destroy(&attributes);
}

int main(void)
{
    together((struct thread[]){{.body = section_one, .argument = "one"},
                               {.body = section_two, .argument = "two"}},
             2);
    together((struct thread[]){{.body = filler}, {.body = viewer}}, 2);
    printf("views are whole: %s last: %d\n", truth(views_are_whole), last_view);
    together(
        (struct thread[ADDERS]){
            {.body = adder}, {.body = adder}, {.body = adder}, {.body = adder}},
        ADDERS);
    printf("total: %d\n", total);

    pthread_mutex_lock(&lock);
    printf("plain lock again: %s\n", truth(try_acquire(&lock)));
    pthread_mutex_unlock(&lock);

    pthread_mutex_t again;
    make_reentrant(&again);
    pthread_mutex_lock(&again);
    printf("re-entrant lock again: %s\n", truth(try_acquire(&again)));
    pthread_mutex_unlock(&again);
    pthread_mutex_unlock(&again);
    pthread_mutex_destroy(&again);
}
