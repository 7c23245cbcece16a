/*
 * run.c - see run.h.
 */
#include "run.h"

#include "common/buffer.h"
#include "common/clock.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_ARGUMENTS = 64, MAX_SITES = 4 };

int run_descriptor_limit;
int run_patience_s;

const char *build_dir(void)
{
    const char *dir = getenv("BUILD");

    return dir != NULL ? dir : "build";
}

const char *built(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", build_dir(), name);
    return path;
}

bool is_patient(void)
{
    return getenv("PATIENT") != NULL;
}

int run_under(const char *argv[])
{
    static const char *const words[RUN_UNDER_MOST] = {
        "/usr/bin/env", "valgrind", "-q", "--error-exitcode=99",
        "--leak-check=full",
        /* A resolver that never answers keeps what its thread has. */
        "--errors-for-leak-kinds=definite", "--show-leak-kinds=definite"};

    if (getenv("STAGES_UNDER_VALGRIND") == NULL)
        return 0;
    memcpy(argv, words, sizeof words);
    return RUN_UNDER_MOST;
}

/* How long a program may run before the test gives it up. */
static int64_t patience_ns(void)
{
    if (run_patience_s > 0)
        return run_patience_s * NS_PER_S;
    return (is_patient() ? 600 : 60) * NS_PER_S;
}

struct child child_start(const char *const argv[])
{
    int out[2], err[2];

    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(err, O_CLOEXEC), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        int null = open("/dev/null", O_RDONLY);
        dup2(null, STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        dup2(err[1], STDERR_FILENO);
        close(null);
        signal(SIGHUP, SIG_DFL); /* under nohup it would be ignored */
        if (run_patience_s > 0) {
            setpgid(0, 0);
            prctl(PR_SET_PDEATHSIG, SIGKILL);
        }
        if (run_descriptor_limit > 0) {
            rlim_t limit = (rlim_t)run_descriptor_limit;
            setrlimit(RLIMIT_NOFILE, &(struct rlimit){limit, limit});
        }
        execv(argv[0], (char *const *)argv);
        fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    close(out[1]);
    close(err[1]);
    return (struct child){.pid = pid, .out = out[0], .err = err[0]};
}

/* Reads what there is; closes the pipe and returns false at its end. */
static bool read_some(int *fd, struct buffer *text)
{
    ck_assert_int_eq(buffer_reserve(text, 4096), 0);
    ssize_t n = read(*fd, text->data + text->length, 4096);
    if (n > 0) {
        text->length += (size_t)n;
        return true;
    }
    close(*fd);
    *fd = -1;
    return false;
}

static void read_until_closed(struct child *child, struct buffer *out,
                              struct buffer *err)
{
    int64_t deadline_ns = clock_now_ns() + patience_ns();

    while (child->out >= 0 || child->err >= 0) {
        struct pollfd fds[2] = {{.fd = child->out, .events = POLLIN},
                                {.fd = child->err, .events = POLLIN}};
        int64_t left_ns = deadline_ns - clock_now_ns();
        if (left_ns <= 0 || poll(fds, 2, (int)(left_ns / NS_PER_MS) + 1) == 0) {
            kill(run_patience_s > 0 ? -child->pid : child->pid, SIGKILL);
            ck_abort_msg("process %d does not end; so far it said: %.*s%.*s",
                         (int)child->pid, (int)out->length,
                         out->data ? out->data : "", (int)err->length,
                         err->data ? err->data : "");
        }
        if (fds[0].revents != 0)
            read_some(&child->out, out);
        if (fds[1].revents != 0)
            read_some(&child->err, err);
    }
}

struct ended child_end(struct child *child)
{
    struct buffer out = {0}, err = {0};
    int status;

    read_until_closed(child, &out, &err);
    ck_assert_int_eq(waitpid(child->pid, &status, 0), child->pid);
    ck_assert_int_eq(buffer_append(&out, "", 1), 0);
    ck_assert_int_eq(buffer_append(&err, "", 1), 0);
    return (struct ended){
        .status =
            WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        .out = out.data,
        .err = err.data,
    };
}

struct ended run(const char *const argv[])
{
    struct child child = child_start(argv);

    return child_end(&child);
}

void ended_free(struct ended *ended)
{
    free(ended->out);
    free(ended->err);
    *ended = (struct ended){0};
}

void adopt_orphans(void)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* The sites that run, which are processes that may be there. */
static pid_t running_sites[MAX_SITES];

static bool is_running_site(pid_t pid)
{
    for (int i = 0; i < MAX_SITES; i++)
        if (running_sites[i] == pid)
            return true;
    return false;
}

static void replace_running_site(pid_t old, pid_t new)
{
    for (int i = 0; i < MAX_SITES; i++)
        if (running_sites[i] == old) {
            running_sites[i] = new;
            return;
        }
    ck_abort_msg("more than %d sites", MAX_SITES);
}

void no_process_left(void)
{
    char path[64];
    int pid;

    snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)getpid(),
             (int)getpid());
    FILE *children = fopen(path, "re");
    ck_assert_ptr_nonnull(children);
    while (fscanf(children, "%d", &pid) == 1)
        ck_assert_msg(is_running_site(pid), "process %d was left over", pid);
    fclose(children);
}

struct site site_start(const char *const arguments[])
{
    const char *argv[MAX_ARGUMENTS] = {strdup(built("site")), "--port=0"};
    struct site site;
    size_t length = 0;

    for (size_t i = 0; arguments[i] != NULL; i++)
        argv[i + 2] = arguments[i];
    site.child = child_start(argv);
    free((char *)argv[0]);
    while (length + 1 < sizeof site.url) {
        ssize_t n = read(site.child.out, site.url + length, 1);
        ck_assert_msg(n == 1, "the site did not start");
        if (site.url[length] == '\n')
            break;
        length++;
    }
    site.url[length] = '\0';
    replace_running_site(0, site.child.pid);
    return site;
}

void site_stop(struct site *site)
{
    kill(site->child.pid, SIGTERM);
    replace_running_site(site->child.pid, 0);
    struct ended ended = child_end(&site->child);
    ck_assert_msg(ended.status == 0, "the site ended with %d and said: %s",
                  ended.status, ended.err);
    ended_free(&ended);
}

char *read_file(const char *path)
{
    struct buffer text = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    ck_assert_msg(fd >= 0, "cannot read %s: %s", path, strerror(errno));
    while (fd >= 0 && read_some(&fd, &text))
        continue;
    ck_assert_int_eq(buffer_append(&text, "", 1), 0);
    return text.data;
}
