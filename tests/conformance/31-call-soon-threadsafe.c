/*
 * 31-call-soon-threadsafe - stage 07: a loop in a thread of its own, fed by
 * the main thread.
 */
#include "loop_support.h"

#include <semaphore.h>
#include <stdio.h>

static struct loop *loop;
static sem_t gate;

static struct {
    const char *name;
    char where[16]; /* the thread's name */
} seen[3];
static atomic_int seen_count;

static void run_loop(void *unused)
{
    (void)unused;
    pthread_setname_np(pthread_self(), "loop-thread");
    must_do(loop_run_forever(loop));
}

/* gate.wait */
static void wait_at_gate(void *unused)
{
    (void)unused;
    must(sem_wait(&gate), "wait");
}

/* seen.append((name, threading.current_thread().name)) */
static void visit(void *name)
{
    pthread_getname_np(pthread_self(), seen[seen_count].where,
                       sizeof seen[0].where);
    seen[seen_count++].name = name;
}

int main(void)
{
    struct thread worker = {.body = run_loop};
    struct threadsafe_handle handle = {0};

    loop = new_loop();
    sem_init(&gate, 0, 0);
    thread_start(&worker);
    must_do(loop_call_soon_threadsafe(loop, NULL, wait_at_gate, NULL));
    must_do(loop_call_soon_threadsafe(loop, &handle, visit, "one"));
    threadsafe_handle_cancel(&handle);
    must_do(loop_call_soon_threadsafe(loop, NULL, visit, "two"));
    printf("main is not blocked, seen so far: %d\n", seen_count);
    must_do(loop_call_soon_threadsafe(loop, NULL, visit, "three"));
    printf("cancelled flag: %s\n", truth(threadsafe_handle_cancelled(&handle)));
    sem_post(&gate);
    must_do(loop_call_soon_threadsafe(loop, NULL, stop_loop, loop));
    thread_join(&worker);
    for (int i = 0; i < seen_count; i++)
        printf("%s ran in %s\n", seen[i].name, seen[i].where);
    printf("running: %s\n", truth(loop_is_running(loop)));
    must_do(loop_close(loop));
    if (!loop_call_soon_threadsafe(loop, NULL, visit, "four") &&
        error_is(error_last(), &error_runtime))
        printf("closed loop refuses work\n");
    close_loop(loop);
    sem_destroy(&gate);
}
