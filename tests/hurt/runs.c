/*
 * runs.c - see runs.h. Each run has a directory, a process group and a time
 * limit of its own; nobody waits for a certain one, but for the next.
 */
#include "runs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIPE_SIZE = 1 << 20, PATH_SIZE = 512, MAX_ARGUMENTS = 64 };

static struct runs_options options;
static sigset_t awaited;        /* signals, of the end of a run or of us */
static int most = RUNS_AT_ONCE; /* of the places in use now */

static struct place {
    struct run run;
    run_over *over;
    char dir[PATH_SIZE - 64];
    struct hurt_state *state; /* mapped: DIR/state */
    int out, err;             /* the read ends */
} places[RUNS_AT_ONCE];

static _Noreturn void give_up(const char *what)
{
    perror(what);
    exit(2);
}

static int64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* "DIR/name" in a static buffer. */
static const char *path_in(const struct place *place, const char *name)
{
    static char path[PATH_SIZE];

    snprintf(path, sizeof path, "%s/%s", place->dir, name);
    return path;
}

/* ---- beginning ---- */

static void make_place(struct place *place, int number)
{
    snprintf(place->dir, sizeof place->dir, "%s/%d", options.dir, number);
    if (mkdir(place->dir, 0700) < 0)
        give_up(place->dir);
    int fd = open(path_in(place, "state"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *place->state) < 0)
        give_up("state");
    place->state = mmap(NULL, sizeof *place->state, PROT_READ | PROT_WRITE,
                        MAP_SHARED, fd, 0);
    if (place->state == MAP_FAILED)
        give_up("mmap");
    close(fd);
}

void runs_open(const struct runs_options *wanted)
{
    options = *wanted;
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGINT);
    sigaddset(&awaited, SIGTERM);
    sigprocmask(SIG_BLOCK, &awaited, NULL);
    for (int i = 0; i < RUNS_AT_ONCE; i++)
        make_place(&places[i], i);
}

/* ---- in the child ---- */

/* "valgrind -q" as several arguments; they last as long as we do. */
static size_t add_words(const char **argv, const char *words)
{
    char *rest = strdup(words), *word;
    size_t count = 0;

    for (word = strtok(rest, " "); word != NULL; word = strtok(NULL, " "))
        argv[count++] = word;
    return count;
}

static void list_arguments(const struct place *place, const char **argv)
{
    const struct run *run = &place->run;
    char *program, *manifest;
    size_t n = 0;

    if (options.under != NULL)
        n = add_words(argv, options.under);
    if (asprintf(&program, "%s/tests/hurt/%s", options.build,
                 run->variant->program) < 0 ||
        asprintf(&manifest, "--manifest=%s", path_in(place, "manifest")) < 0)
        give_up("memory");
    argv[n++] = program;
    argv[n++] = manifest;
    for (const char *const *a = run->shape->arguments; *a != NULL; a++)
        argv[n++] = shape_argument(*a, options.site, place->dir);
    if (run->variant->argument != NULL)
        argv[n++] = run->variant->argument;
    argv[n] = NULL;
}

static _Noreturn void become(const struct place *place, int out, int err)
{
    const char *argv[MAX_ARGUMENTS];
    sigset_t none;

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setenv("HURT", place->run.orders, 1);
    setenv("HURT_STATE", path_in(place, "state"), 1);
    setenv("ASAN_OPTIONS", "exitcode=99", 1);
    if (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
        _exit(98);
    if (place->run.shape->no_stdin) {
        setenv("HURT_NO_STDIN", "1", 1);
        close(STDIN_FILENO);
    }
    list_arguments(place, argv);
    execvp(argv[0], (char *const *)argv);
    perror(argv[0]);
    _exit(98);
}

/* ---- starting ---- */

static void remove_files(const struct place *place)
{
    static const char *const names[] = {"manifest", "trace", "har", "events"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        unlink(path_in(place, names[i]));
}

/* A manifest that is there already, and is longer than the new one. */
static void leave_stale_manifest(const struct place *place)
{
    FILE *file = fopen(path_in(place, "manifest"), "we");

    if (file == NULL)
        give_up("manifest");
    for (int i = 0; i < 100; i++)
        fputs("stale - - - http://127.0.0.1/stale\n", file);
    fclose(file);
}

static void start(struct place *place)
{
    int out[2], err[2];

    memset(place->state, 0, sizeof *place->state);
    remove_files(place);
    if (place->run.shape->stale)
        leave_stale_manifest(place);
    if (pipe2(out, O_CLOEXEC | O_NONBLOCK) < 0 ||
        pipe2(err, O_CLOEXEC | O_NONBLOCK) < 0)
        give_up("pipe");
    /* What it says is read when it is over: all of it has room. */
    fcntl(out[1], F_SETPIPE_SZ, PIPE_SIZE);
    fcntl(err[1], F_SETPIPE_SZ, PIPE_SIZE);
    place->run.begun_ns = now_ns();
    place->run.pid = fork();
    if (place->run.pid == 0)
        become(place, out[1], err[1]);
    if (place->run.pid < 0)
        give_up("fork");
    setpgid(place->run.pid, place->run.pid); /* whoever is first */
    close(out[1]);
    close(err[1]);
    place->out = out[0];
    place->err = err[0];
}

/* ---- the end of a run ---- */

/* All that can be read now, as a string that the caller frees. */
static char *read_all(int fd)
{
    size_t size = 0, room = 4096;
    char *text = malloc(room);
    ssize_t n;

    while (text != NULL && (n = read(fd, text + size, room - size - 1)) > 0) {
        size += (size_t)n;
        if (size + 1 == room)
            text = realloc(text, room *= 2);
    }
    if (text == NULL)
        give_up("memory");
    text[size] = '\0';
    close(fd);
    return text;
}

static char *read_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd < 0 ? NULL : read_all(fd);
}

static bool has_text(const char *path)
{
    struct stat about;

    return stat(path, &about) == 0 && about.st_size > 0;
}

static int64_t microseconds_ns(const struct timeval *time)
{
    return (time->tv_sec * INT64_C(1000000) + time->tv_usec) * 1000;
}

static void take_in(struct place *place, int status, const struct rusage *usage)
{
    struct run *run = &place->run;

    run->status = status;
    run->cpu_ns =
        microseconds_ns(&usage->ru_utime) + microseconds_ns(&usage->ru_stime);
    run->out = read_all(place->out);
    run->err = read_all(place->err);
    run->manifest = read_file(path_in(place, "manifest"));
    run->made_all = has_text(path_in(place, "trace")) &&
                    has_text(path_in(place, "har")) &&
                    has_text(path_in(place, "events"));
    for (int call = 0; call < HURT_CALL_COUNT; call++)
        run->made[call] = place->state->made[call];
    run->hurt = place->state->hurt;
    run->orphans = kill(-run->pid, SIGKILL) == 0;
    run->pid = 0;
    place->over(run);
    free(run->out);
    free(run->err);
    free(run->manifest);
}

/* The place of a process; of 0: one that is free. */
static struct place *place_of(pid_t pid)
{
    for (int i = 0; i < (pid == 0 ? most : RUNS_AT_ONCE); i++)
        if (places[i].run.pid == pid)
            return &places[i];
    return NULL;
}

/* Who runs for too long is killed, and reaped as any other. */
static void kill_late(void)
{
    int64_t now = now_ns();

    for (int i = 0; i < RUNS_AT_ONCE; i++) {
        struct run *run = &places[i].run;
        if (run->pid == 0 || run->hung ||
            now - run->begun_ns < options.limit_s * INT64_C(1000000000))
            continue;
        run->hung = true;
        kill(-run->pid, SIGKILL);
    }
}

/* Waits till something may have happened, and takes in all that is over. */
static void await_some(void)
{
    static const struct timespec second = {.tv_sec = 1};
    struct rusage usage;
    pid_t pid;
    int status;

    int number = sigtimedwait(&awaited, NULL, &second);
    if (number == SIGINT || number == SIGTERM)
        exit(128 + number); /* what runs dies with us */
    kill_late();
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0) {
        struct place *place = place_of(pid);
        if (place != NULL)
            take_in(place, status, &usage);
    }
}

void runs_limit(int jobs)
{
    most = jobs < RUNS_AT_ONCE ? jobs : RUNS_AT_ONCE;
}

void runs_start(const struct variant *variant, const struct shape *shape,
                const char *orders, const void *about, run_over *over)
{
    struct place *place;

    while ((place = place_of(0)) == NULL)
        await_some();
    place->run =
        (struct run){.variant = variant, .shape = shape, .about = about};
    snprintf(place->run.orders, sizeof place->run.orders, "%s", orders);
    place->over = over;
    start(place);
}

void runs_await_all(void)
{
    for (int i = 0; i < RUNS_AT_ONCE; i++)
        while (places[i].run.pid != 0)
            await_some();
}
