/*
 * 06-nested-wrong - a chain of tasks: each settles the future that the next
 * one waits for. Each wake-up runs inside the one before, on one stack.
 */
#include "stages/06-futures/task.h"
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct link {
    struct coroutine co;
    struct future awaited;
    struct task task;
} links[100001];
static int depth, deepest;

/* docs: 06-link-up */
static struct future *link_up(struct coroutine *co)
{
    struct link *self = (struct link *)co;

    CO_BEGIN(self);
    CO_AWAIT(self, self->awaited);
    deepest = ++depth > deepest ? depth : deepest;
    future_set_result(&self[1].awaited, NULL); /* the next one runs in here */
    depth--;
    CO_FINALLY(self);
    CO_END(self);
}

static void run_chain(int length)
{
    for (struct link *link = links; link < links + length; link++) {
        *link = (struct link){.co = CO_INIT(link_up), .awaited = future_new()};
        link->task = task_new(&link->co);
        task_start(&link->task);
    }
    future_set_result(&links[0].awaited, NULL);
    printf("%d tasks: %d wake-ups inside each other\n", length, deepest);
}

int main(void)
{
    setrlimit(RLIMIT_STACK, &(struct rlimit){1 << 20, 1 << 20}); /* 1 MiB */
    for (int length = 10; length <= 100000; length *= 100) {
        int status = 0;
        if (fork() == 0) {
            run_chain(length);
            exit(0);
        }
        wait(&status);
        if (WIFSIGNALED(status))
            printf("%d tasks: %s\n", length, strsignal(WTERMSIG(status)));
    }
}
