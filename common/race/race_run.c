/*
 * race_run.c - see race_run.h.
 *
 * The child writes into files, not pipes: nobody has to read while it runs,
 * and so the race takes no time from it.
 */
#include "race_run.h"

#include "race_arguments.h"
#include "race_child.h"
#include "race_judge.h"
#include "race_syscalls.h"

#include "common/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A file of this run, which the next one overwrites. */
static int create(const struct race *race, const char *name)
{
    char path[RACE_PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", race->directory, name);
    return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
}

/* Starts it and notes the moment before. Returns 0, or -1 with errno. */
static int start(const struct race *race, struct child *child,
                 char *const argv[], int64_t *started)
{
    int out = create(race, RACE_STDOUT);
    int err = race->options.verbose ? STDERR_FILENO : create(race, RACE_STDERR);
    int result = -1, error;

    *started = clock_now_ns();
    if (out >= 0 && err >= 0)
        result = child_start(child, argv, out, err);
    error = errno;
    if (out >= 0)
        close(out);
    if (err >= 0 && err != STDERR_FILENO)
        close(err);
    errno = error;
    return result;
}

/* Waits, and looks again and again at what the child does. */
static enum child_news watch(struct activity *activity,
                             const struct child *child, int64_t deadline,
                             const struct child *site)
{
    enum child_news news;

    do {
        int64_t now = clock_now_ns();
        int64_t next = now + ACTIVITY_STEP_NS;
        news = child_wait(child, next < deadline ? next : deadline, site, -1);
        activity_look(activity, child->pid);
    } while (news == CHILD_OVERDUE && clock_now_ns() < deadline);
    return news;
}

/* Waits for the end, brings it about if need be. Returns what came first. */
static enum child_news see_it_through(const struct race *race, struct run *run,
                                      struct child *child, int64_t started,
                                      struct race_ending *ending)
{
    const struct child *site =
        race->site.url != NULL ? &race->site.child : NULL;
    int64_t deadline = started + race->options.limit_ns;
    enum child_news news;

    if (race->options.timeline_csv != NULL) {
        activity_begin(&run->activity, started);
        news = watch(&run->activity, child, deadline, site);
        activity_end(&run->activity);
    } else {
        news = child_wait(child, deadline, site, -1);
    }
    ending->wall_ns = clock_now_ns() - started;
    child_reap(child, &ending->status, &ending->usage);
    return news;
}

static void stop_counting(int counter)
{
    if (counter >= 0)
        close(counter);
}

static void run_child(struct race *race, struct run *run, char *const argv[])
{
    struct child child = {0};
    struct race_ending ending = {0};
    int64_t started;
    int counter = race->options.syscalls ? syscalls_count() : -1;

    if (start(race, &child, argv, &started) < 0) {
        race_run_is_bad(run, "cannot start %s: %s", argv[0], strerror(errno));
        stop_counting(counter);
        return;
    }
    enum child_news news = see_it_through(race, run, &child, started, &ending);
    run->figure[FIGURE_SYSCALLS] = syscalls_counted(counter);
    stop_counting(counter);
    switch (news) {
    case CHILD_ENDED:
        race_judge(race, run, &ending);
        break;
    case CHILD_OVERDUE:
        run->overdue = true;
        race_run_is_bad(run,
                        "killed after %g s; if it needs longer, give it "
                        "--limit=TIME",
                        (double)race->options.limit_ns / 1e9);
        race_add_last_words(race, run);
        break;
    case CHILD_OTHER_ENDED:
        race_run_is_bad(run, "the practice site died in the middle of it");
        race->over = true;
        break;
    default: /* a signal came: the run was cut short and counts for nothing */
        race->over = true;
        break;
    }
}

void race_run(struct race *race, size_t entrant, size_t run)
{
    struct run *this_run = &race->entrants[entrant].runs[run];
    char **argv = race_arguments(race, entrant, run);

    this_run->manifest = -1;
    for (int i = 0; i < FIGURES; i++)
        this_run->figure[i] = NAN;
    race_remove_leftovers(race);
    if (argv == NULL)
        race_run_is_bad(this_run, "no memory for its arguments");
    else
        run_child(race, this_run, argv);
    race_arguments_free(argv);
    if (this_run->state == RUN_BAD)
        race->wrong = true;
}
