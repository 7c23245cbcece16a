/*
 * judge.c - see judge.h. What is asked of every run: it ends, by itself, with
 * nothing left over, says by its exit status what it came to, and every page
 * stands in the manifest once.
 */
#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { MAX_LINES = 64, MAX_SHAPES = 16 };

static const struct point unhurt;

static const char *wrong(const char *format, ...)
{
    static char text[1024];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return text;
}

/* ---- manifests ---- */

/* The lines of a manifest, which point into its text. */
struct manifest {
    char *text;
    size_t count;
    char *lines[MAX_LINES]; /* each ends with a NUL */
};

static void manifest_read(struct manifest *manifest, const char *text)
{
    char *line;

    *manifest = (struct manifest){.text = strdup(text)};
    for (line = strtok(manifest->text, "\n"); line != NULL;
         line = strtok(NULL, "\n"))
        if (manifest->count < MAX_LINES)
            manifest->lines[manifest->count++] = line;
}

static const char *url_of(const char *line)
{
    const char *url = strrchr(line, ' ');

    return url != NULL ? url : "";
}

static bool is_ok(const char *line)
{
    return strncmp(line, "ok ", 3) == 0;
}

static bool are_all_ok(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        if (!is_ok(manifest->lines[i]))
            return false;
    return true;
}

static bool is_any_ok(const struct manifest *manifest)
{
    for (size_t i = 0; i < manifest->count; i++)
        if (is_ok(manifest->lines[i]))
            return true;
    return false;
}

/* Whether the line's outcome is among the words. */
static bool has_outcome(const char *line, const char *words)
{
    size_t length = strcspn(line, " ");

    for (; *words != '\0'; words += strspn(words, " ")) {
        size_t word = strcspn(words, " ");
        if (word == length && strncmp(line, words, length) == 0)
            return true;
        words += word;
    }
    return false;
}

/* ---- one against the other ---- */

/* What the crawl of each shape comes to when nothing fails. */
static struct reference {
    const struct shape *shape;
    int status;
    struct manifest manifest;
} references[MAX_SHAPES];

static struct reference *reference_of(const struct shape *shape)
{
    size_t i = 0;

    while (references[i].shape != shape && references[i].shape != NULL)
        i++;
    return &references[i];
}

/* A worker that dies of what happens to it is one of its outcomes. */
static bool has_workers(const struct run *run)
{
    return strstr(run->variant->name, "processes") != NULL;
}

/* How many pages are hurt, and how many are not there. */
struct damage {
    size_t hurt;
    size_t missing;
};

/*
 * Holds the manifest against the right one, both of them sorted: whoever is in
 * one and not in the other is found by going through both at once.
 */
static const char *compare(const struct run *run, const struct point *point,
                           const struct manifest *manifest,
                           struct damage *damage)
{
    const struct manifest *right = &reference_of(run->shape)->manifest;
    const char *outcomes =
        point->failure != NULL ? point->failure->outcomes : "";
    size_t i = 0;

    for (size_t r = 0; r < right->count; r++) {
        const char *should = right->lines[r];
        if (i == manifest->count ||
            strcmp(url_of(manifest->lines[i]), url_of(should)) != 0) {
            damage->missing++;
            continue;
        }
        const char *is = manifest->lines[i++];
        if (strcmp(is, should) == 0)
            continue;
        damage->hurt++;
        if (!has_outcome(is, outcomes) &&
            !(has_workers(run) && has_outcome(is, "worker")))
            return wrong("'%s' instead of '%s'", is, should);
    }
    return i == manifest->count
               ? NULL
               : wrong("'%s' does not belong there", manifest->lines[i]);
}

static bool says(const struct run *run, const char *part)
{
    return strstr(run->err, part) != NULL;
}

/* Links are lost with the page they are on, or when it is said. */
static bool may_miss_pages(const struct run *run,
                           const struct manifest *manifest)
{
    return run->shape->follows && manifest->count > 0 &&
           (!is_any_ok(manifest) || says(run, "some of the links"));
}

/* The n of the failure, which is the last of the orders. */
static unsigned number_of(const struct run *run)
{
    const char *last = strrchr(run->orders, ',');
    unsigned n = 0;

    sscanf(last != NULL ? last + 1 : run->orders, "%*[^:]:%u", &n);
    return n;
}

static const char *judge_pages(const struct run *run, const struct point *point,
                               const struct manifest *manifest)
{
    unsigned may = point->failure != NULL ? point->failure->may : 0;
    struct damage damage = {0};
    const char *problem = compare(run, point, manifest, &damage);

    if (problem != NULL)
        return problem;
    if (damage.missing > 0 && !may_miss_pages(run, manifest))
        return wrong("%zu pages are not in the manifest", damage.missing);
    if (damage.hurt > 0 && (may & MAY_FIRST) && number_of(run) > 1 &&
        !run->shape->names)
        return "another worker could not be started, and pages are hurt";
    if (damage.hurt > 0 && !(may & MAY_PAGES))
        return wrong("%zu pages are hurt", damage.hurt);
    if (damage.hurt > 1 && point->mode == MODE_ONCE && !(may & MAY_FLIGHT) &&
        !((may & MAY_ALL) && !is_any_ok(manifest)))
        return wrong("one failure hurt %zu pages", damage.hurt);
    return NULL;
}

/* ---- the run as a whole ---- */

static const char *judge_end(const struct run *run)
{
    static const char *const bad[] = {
        "Sanitizer", "runtime error:", "==ERROR", "left over", "Assertion",
        "hurt: ",
        /* What stage 07 says of frames, tasks and futures that were lost. */
        "never awaited", "never retrieved", "ignored GeneratorExit",
        " futures were held", " is freed while "};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        if (says(run, bad[i]))
            return wrong("it said:\n%.800s", strstr(run->err, bad[i]));
    if (run->hung)
        return "it hangs";
    if (WIFSIGNALED(run->status))
        return wrong("killed by signal %d", WTERMSIG(run->status));
    if (WEXITSTATUS(run->status) > 2)
        return wrong("exit status %d", WEXITSTATUS(run->status));
    if (run->orphans)
        return "processes outlived it";
    return NULL;
}

/* Whether not all of the report could be written, and it says so. */
static bool report_failed(const struct run *run)
{
    return says(run, ": cannot write ") || says(run, ": cannot shorten ") ||
           says(run, ": no memory for all of ");
}

static const char *judge_status(const struct run *run, unsigned may,
                                const struct manifest *manifest)
{
    int status = WEXITSTATUS(run->status);

    if (status == 2)
        return "exit status 2, and a manifest";
    if (!are_all_ok(manifest))
        return status == 1 ? NULL : "exit status 0, though a page failed";
    if (status == 0)
        return run->shape->all_outputs && !run->made_all
                   ? "exit status 0, though a file is empty"
                   : NULL;
    if (says(run, "some of the links") ||
        ((may & MAY_REPORT) && report_failed(run)))
        return NULL;
    return "exit status 1, though no page failed";
}

/* Nothing was fetched, and no file touched. */
static bool has_not_begun(const struct run *run)
{
    if (run->manifest == NULL)
        return true;
    return run->shape->stale && strncmp(run->manifest, "stale", 5) == 0 &&
           strstr(run->manifest, "ok ") == NULL;
}

static const char *judge_stop(const struct run *run, unsigned may)
{
    bool report = (may & MAY_REPORT) && report_failed(run);

    if (!report && (!(may & MAY_STOP) || run->made[HURT_socket] > 0))
        return "there is no manifest, though the crawl had begun";
    if (WEXITSTATUS(run->status) != 1 &&
        !((may & MAY_USAGE) && WEXITSTATUS(run->status) == 2))
        return wrong("exit status %d, and no manifest",
                     WEXITSTATUS(run->status));
    return run->err[0] != '\0' ? NULL : "it does not say why";
}

static const char *judge_with(const struct run *run, const struct point *point)
{
    unsigned may = point->failure != NULL ? point->failure->may : 0;
    struct manifest manifest;
    const char *problem = judge_end(run);

    if (problem != NULL)
        return problem;
    if (has_not_begun(run))
        return judge_stop(run, may);
    if ((may & MUST_SAY) && WEXITSTATUS(run->status) == 0)
        return "exit status 0, and something was not written";
    /* What it could not write is not held against it. */
    if ((may & MAY_REPORT) && WEXITSTATUS(run->status) == 1 &&
        (says(run, "the manifest: ") || says(run, "cannot write stdout")))
        return NULL;
    manifest_read(&manifest, run->manifest);
    problem = judge_pages(run, point, &manifest);
    if (problem == NULL)
        problem = judge_status(run, may, &manifest);
    free(manifest.text);
    return problem;
}

const char *judge(const struct run *run, const struct point *point)
{
    return judge_with(run, point != NULL ? point : &unhurt);
}

const char *judge_whole(const struct run *run)
{
    struct reference *reference = reference_of(run->shape);
    const char *problem = judge_end(run);

    if (problem != NULL)
        return problem;
    if (run->manifest == NULL)
        return wrong("there is no manifest; it said: %s", run->err);
    if (reference->shape == NULL) {
        *reference = (struct reference){.shape = run->shape,
                                        .status = WEXITSTATUS(run->status)};
        manifest_read(&reference->manifest, run->manifest);
    }
    return judge(run, NULL);
}
