/*
 * subprocess.c - see subprocess.h: its end. It is started in
 * subprocess_start.c, and spoken with in subprocess_talk.c.
 *
 * A thread of its own waits for its end, as asyncio's ThreadedChildWatcher
 * does: waitpid(2) for one process disturbs no other, and needs no signal.
 */
#include "subprocess_internal.h"

#include "loop_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

/* ---- its end ---- */

/* Once it has ended, and so have its pipes. */
static void finish_if_over(struct process *process)
{
    if (process->ended && process->open_pipes == 0)
        future_set_result(process->over, number_value(process->code));
}

/* Somebody else may have reaped it, or nobody wants to hear of children. */
static void reap(struct process *process)
{
    enum { UNKNOWN = 255 };
    int status;
    pid_t pid;

    do
        pid = waitpid(process->pid, &status, 0);
    while (pid < 0 && errno == EINTR);
    process->ended = true;
    if (pid < 0)
        process->code = UNKNOWN;
    else
        process->code =
            WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void stop_watching(struct process *process)
{
    if (process->watched)
        pthread_join(process->watcher, NULL);
    process->watched = false;
}

static void on_exited(void *data)
{
    struct process *process = data;

    stop_watching(process);
    reap(process);
    finish_if_over(process);
}

/* What it has written comes first, as far as it is there: a pass later. */
static void on_told(void *data)
{
    struct process *process = data;

    loop_call_soon(process->loop, &process->exited, on_exited, process);
}

/*
 * In the watcher's thread. It leaves the zombie to the loop: as long as that
 * has not reaped it, its number is nobody else's, and may be sent signals.
 */
static void *watch(void *data)
{
    struct process *process = data;
    siginfo_t info;

    while (waitid(P_PID, (id_t)process->pid, &info, WEXITED | WNOWAIT) < 0 &&
           errno == EINTR)
        continue;
    loop_call_soon_threadsafe(process->loop, &process->told, on_told, process);
    return NULL;
}

/* Signals are for the other threads of the program. */
bool process_watch(struct process *process)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&process->watcher, NULL, watch, process);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    process->watched = error == 0;
    return process->watched || error_raise(error_from_errno(error));
}

void process_pipe_lost(struct process *process)
{
    process->open_pipes--;
    finish_if_over(process);
}

/* ---- letting it go ---- */

/* We close them: the process need not hear of their end. */
static void free_streams(struct process *process)
{
    for (int i = 0; i < 3; i++) {
        if (process->streams[i] == NULL)
            continue;
        process->streams[i]->process = NULL;
        stream_writer_free(process->streams[i]);
        process->streams[i] = NULL;
    }
}

/*
 * What was killed has soon ended, and then the watcher, whose news the loop
 * need not hear any more.
 */
static void end_now(struct process *process)
{
    if (process->pid == 0 || process->ended)
        return;
    kill(process->pid, SIGKILL);
    stop_watching(process);
    outside_take(process->loop);
    handle_cancel(process->loop, &process->told.handle);
    handle_cancel(process->loop, &process->exited);
    reap(process);
}

void process_free(struct process *process)
{
    if (process == NULL)
        return;
    free_streams(process);
    end_now(process);
    if (process->over != NULL && !future_done(process->over))
        future_set_result(process->over, number_value(process->code));
    future_free(process->over);
    free(process);
}
