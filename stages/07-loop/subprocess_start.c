/*
 * subprocess_start.c - see subprocess.h: pipes, and a program between them.
 */
#include "subprocess_internal.h"

#include "loop_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* ---- its pipes ---- */

static void close_if_open(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* Those of the standard streams would be in the way of each other. */
static bool is_above_standard(int *fd)
{
    if (*fd > STDERR_FILENO)
        return true;
    int above = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (above < 0)
        return false;
    close(*fd);
    *fd = above;
    return true;
}

/* Our end and its end of one of the standard streams; -1: there is none. */
static bool make_pair(enum process_stream kind, int number, int ends[2])
{
    if (kind == PROCESS_DEVNULL) {
        ends[1] = open(_PATH_DEVNULL, O_RDWR | O_CLOEXEC);
        return ends[1] >= 0 && is_above_standard(&ends[1]);
    }
    if (kind != PROCESS_PIPE)
        return true;
    /* Its stdin is a socket, so that we notice when it does not read on. */
    if (number == STDIN_FILENO
            ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0
            : pipe2(ends, O_CLOEXEC) < 0)
        return false;
    return is_above_standard(&ends[1]) &&
           fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

/* Our end of one: a stream, whose end the process hears of. */
static bool open_stream(struct process *process, int number, size_t limit,
                        int *fd)
{
    struct stream_writer *stream = stream_writer_new(process->loop, limit);

    if (stream == NULL)
        return false;
    struct transport *transport =
        number == STDIN_FILENO
            ? transport_new(process->loop, *fd, &stream->protocol, NULL)
            : transport_new_pipe(process->loop, *fd, &stream->protocol, NULL);
    if (transport == NULL) {
        stream_writer_let_go(stream);
        return false;
    }
    *fd = -1; /* the transport's */
    stream_writer_hold(stream);
    stream_writer_set_transport(stream, transport);
    stream->is_pipe = true;
    stream->process = process;
    process->streams[number] = stream;
    process->open_pipes++;
    return true;
}

/* ---- starting it ---- */

/* What the program finds as its standard streams. Returns 0, or an errno. */
static int lead_streams(posix_spawn_file_actions_t *actions,
                        const struct process_pipes *pipes, int ends[3][2])
{
    int error = 0;

    for (int i = 0; i < 3 && error == 0; i++)
        if (ends[i][1] >= 0)
            error = posix_spawn_file_actions_adddup2(actions, ends[i][1], i);
    if (error == 0 && pipes->err == PROCESS_STDOUT)
        error = posix_spawn_file_actions_adddup2(actions, STDOUT_FILENO,
                                                 STDERR_FILENO);
    return error;
}

/* It begins with no signal blocked, and dies of SIGPIPE as programs do. */
static int spawn(struct process *process, const char *const argv[],
                 const struct process_pipes *pipes, int ends[3][2])
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;

    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawn_file_actions_init(&actions);
    int error = lead_streams(&actions, pipes, ends);
    if (error == 0)
        error = posix_spawnp(&process->pid, argv[0], &actions, &attributes,
                             (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (error != 0)
        process->pid = 0;
    return error;
}

static bool make_pairs(const struct process_pipes *pipes, int ends[3][2])
{
    return make_pair(pipes->in, STDIN_FILENO, ends[0]) &&
           make_pair(pipes->out, STDOUT_FILENO, ends[1]) &&
           make_pair(pipes->err, STDERR_FILENO, ends[2]);
}

static bool start(struct process *process, const char *const argv[],
                  const struct process_pipes *pipes, int ends[3][2])
{
    size_t limit = pipes->limit > 0 ? pipes->limit : STREAM_LIMIT;

    if ((process->over = loop_create_future(process->loop)) == NULL)
        return false;
    if (!make_pairs(pipes, ends))
        return error_raise(error_from_errno(errno));
    for (int i = 0; i < 3; i++)
        if (ends[i][0] >= 0 && !open_stream(process, i, limit, &ends[i][0]))
            return false;
    int error = spawn(process, argv, pipes, ends);
    if (error != 0)
        return error_raise(error_from_errno(error));
    return process_watch(process);
}

struct process *async_create_subprocess_exec(const char *const argv[],
                                             const struct process_pipes *pipes)
{
    struct loop *loop = async_get_running_loop();
    int ends[3][2] = {{-1, -1}, {-1, -1}, {-1, -1}};
    struct process *process;

    if (loop == NULL)
        return NULL;
    if ((process = calloc(1, sizeof *process)) == NULL)
        return error_raise_null(&error_memory);
    process->loop = loop;
    bool started = start(process, argv, pipes, ends);
    const struct error *why = error_last();
    for (int i = 0; i < 3; i++) {
        close_if_open(ends[i][0]);
        close_if_open(ends[i][1]);
    }
    if (started)
        return process;
    process_free(process);
    return error_raise_null(why);
}

struct process *async_create_subprocess_shell(const char *command,
                                              const struct process_pipes *pipes)
{
    return async_create_subprocess_exec(
        (const char *[]){"/bin/sh", "-c", command, NULL}, pipes);
}
