/*
 * race_activity.c - see race_activity.h.
 *
 * Every process of the machine is met once, to learn its group; of ours all
 * threads are read at each look.
 */
#include "race_activity.h"

#include "common/clock.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#define HASH_NONFATAL_OOM            1
#define uthash_nonfatal_oom(element) ((element)->met = false)
#include <uthash.h>

/* A step: what is shorter would begin and end in one moment of the file. */
static const int64_t SHORTEST_NS = NS_PER_MS;

struct activity_task {
    long id;   /* of a process, or of a thread of one: the same numbers */
    bool met;  /* false: there was no memory to keep it */
    bool ours; /* its process is of the child's group */
    int64_t running_ns, ready_ns; /* so far */
    UT_hash_handle hh;
};

static struct activity_task *find(struct activity *activity, long id)
{
    struct activity_task *task;

    HASH_FIND(hh, activity->tasks, &id, sizeof id, task);
    return task;
}

/* Returns NULL without memory. */
static struct activity_task *add(struct activity *activity, long id)
{
    struct activity_task *task = calloc(1, sizeof *task);

    if (task == NULL)
        return NULL;
    task->id = id;
    task->met = true;
    HASH_ADD(hh, activity->tasks, id, sizeof task->id, task);
    if (!task->met) {
        free(task);
        return NULL;
    }
    return task;
}

/* Field 5 of proc(5)'s stat, behind the name, which may hold anything. */
static bool is_of_group(long process, pid_t group)
{
    char path[64], line[512];
    int of = -1;

    snprintf(path, sizeof path, "/proc/%ld/stat", process);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    if (fgets(line, sizeof line, file) != NULL) {
        const char *name_end = strrchr(line, ')');
        if (name_end == NULL || sscanf(name_end, ") %*c %*d %d", &of) != 1)
            of = -1;
    }
    fclose(file);
    return of == group;
}

/* What has passed since the last look goes into the sums. */
static void look_at_thread(struct activity *activity, long process, long thread,
                           int64_t *running_ns, int64_t *ready_ns)
{
    char path[80];
    long long running, ready;
    struct activity_task *task = find(activity, thread);

    snprintf(path, sizeof path, "/proc/%ld/task/%ld/schedstat", process,
             thread);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    int got = fscanf(file, "%lld %lld", &running, &ready);
    fclose(file);
    if (task == NULL)
        task = add(activity, thread);
    if (got != 2 || task == NULL)
        return;
    *running_ns += running - task->running_ns;
    *ready_ns += ready - task->ready_ns;
    task->running_ns = running;
    task->ready_ns = ready;
}

/* The names in a directory of /proc that are numbers, one after another. */
static long next_number(DIR *directory)
{
    const struct dirent *entry;

    while ((entry = readdir(directory)) != NULL) {
        char *end;
        long number = strtol(entry->d_name, &end, 10);
        if (number > 0 && *end == '\0')
            return number;
    }
    return 0;
}

static void look_at_process(struct activity *activity, long process,
                            int64_t *running_ns, int64_t *ready_ns)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%ld/task", process);
    DIR *threads = opendir(path);
    if (threads == NULL)
        return; /* it has ended meanwhile */
    for (long thread; (thread = next_number(threads)) != 0;)
        look_at_thread(activity, process, thread, running_ns, ready_ns);
    closedir(threads);
}

static bool is_ours(struct activity *activity, long process, pid_t group)
{
    struct activity_task *task = find(activity, process);

    if (task == NULL) {
        task = add(activity, process);
        if (task != NULL)
            task->ours = is_of_group(process, group);
    }
    return task != NULL && task->ours;
}

static void add_step(struct activity *activity, int64_t now_ns,
                     int64_t running_ns, int64_t ready_ns)
{
    if (activity->count == activity->room) {
        size_t room = activity->room > 0 ? 2 * activity->room : 64;
        void *steps = realloc(activity->steps, room * sizeof *activity->steps);
        if (steps == NULL)
            return;
        activity->steps = steps;
        activity->room = room;
    }
    double passed_ns = (double)(now_ns - activity->looked_ns);
    activity->steps[activity->count++] = (struct activity_step){
        .begin = (double)(activity->looked_ns - activity->started_ns) / 1e9,
        .end = (double)(now_ns - activity->started_ns) / 1e9,
        .running = (double)running_ns / passed_ns,
        .ready = (double)ready_ns / passed_ns,
    };
}

void activity_begin(struct activity *activity, int64_t started_ns)
{
    *activity = (struct activity){
        .started_ns = started_ns,
        .looked_ns = started_ns,
    };
}

void activity_look(struct activity *activity, pid_t group)
{
    int64_t now_ns = clock_now_ns(), running_ns = 0, ready_ns = 0;

    /* Two looks at once, of which the first was late: the next look sees it. */
    if (now_ns - activity->looked_ns < SHORTEST_NS)
        return;
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return;
    for (long process; (process = next_number(processes)) != 0;)
        if (is_ours(activity, process, group))
            look_at_process(activity, process, &running_ns, &ready_ns);
    closedir(processes);
    if (find(activity, group) != NULL)
        add_step(activity, now_ns, running_ns, ready_ns);
    activity->looked_ns = now_ns;
}

void activity_end(struct activity *activity)
{
    struct activity_task *task, *next;

    HASH_ITER(hh, activity->tasks, task, next)
    {
        HASH_DEL(activity->tasks, task);
        free(task);
    }
    activity->tasks = NULL;
}

void activity_free(struct activity *activity)
{
    activity_end(activity);
    free(activity->steps);
    *activity = (struct activity){0};
}
