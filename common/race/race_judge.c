/*
 * race_judge.c - see race_judge.h.
 *
 * Time, CPU and switches are the kernel's figures, which count everything
 * that the child's processes and threads did; what only the child can know
 * is taken from its JSON.
 */
#include "race_judge.h"

#include "race_arguments.h"
#include "race_json.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum {
    LARGEST_REPORT = 64 * 1024, /* bytes on stdout; JSON is a few hundred */
    LAST_WORDS = 240,           /* bytes of stderr that are shown */
};

void race_run_is_bad(struct run *run, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(run->problem, sizeof run->problem, format, arguments);
    va_end(arguments);
    run->state = RUN_BAD;
}

/* Reads the first `size` bytes of a file of this run, or the last if `tail`. */
static size_t read_file(const struct race *race, const char *name, char *data,
                        size_t size, bool tail)
{
    char path[RACE_PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", race->directory, name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return 0;
    if (tail && fseek(file, -(long)size, SEEK_END) < 0)
        rewind(file); /* it is shorter than that */
    size_t length = fread(data, 1, size, file);
    fclose(file);
    return length;
}

void race_add_last_words(const struct race *race, struct run *run)
{
    char words[LAST_WORDS + 1];
    size_t length = read_file(race, RACE_STDERR, words, LAST_WORDS, true);
    size_t used = strlen(run->problem);

    while (length > 0 && (unsigned char)words[length - 1] <= ' ')
        length--;
    words[length] = '\0';
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)words[i] < ' ' || words[i] == '\x7f')
            words[i] = ' '; /* line ends, and what a terminal would obey */
    if (length > 0)
        snprintf(run->problem + used, sizeof run->problem - used,
                 "; it said: %s", words);
}

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/* ru_maxrss is KiB, but for macOS, where it is bytes. */
static double kernel_peak_kib(const struct rusage *usage)
{
#ifdef __APPLE__
    return (double)usage->ru_maxrss / 1024;
#else
    return (double)usage->ru_maxrss;
#endif
}

static void take_kernel_figures(struct run *run,
                                const struct race_ending *ending)
{
    double *figure = run->figure;

    figure[FIGURE_WALL] = (double)ending->wall_ns / 1e9;
    figure[FIGURE_USER] = seconds(ending->usage.ru_utime);
    figure[FIGURE_SYS] = seconds(ending->usage.ru_stime);
    figure[FIGURE_CORE] =
        100 * (figure[FIGURE_USER] + figure[FIGURE_SYS]) / figure[FIGURE_WALL];
    figure[FIGURE_PEAK_KIB] = kernel_peak_kib(&ending->usage);
    figure[FIGURE_VOLUNTARY] = (double)ending->usage.ru_nvcsw;
    figure[FIGURE_INVOLUNTARY] = (double)ending->usage.ru_nivcsw;
}

static void take_own_figures(struct run *run, const struct json_object *json)
{
    double *figure = run->figure;

    figure[FIGURE_INSIDE_WALL] = json_number(json, "wall_s");
    figure[FIGURE_WORKERS] = json_number(json, "workers");
    figure[FIGURE_WAITS] = json_number(json, "waits");
    figure[FIGURE_RETRIES] = json_number(json, "retries");
    figure[FIGURE_IN_FLIGHT] = json_number(json, "max_in_flight");
    figure[FIGURE_PAGES] = json_number(json, "pages");
    figure[FIGURE_FAILED] = json_number(json, "failed");
    figure[FIGURE_BYTES] = json_number(json, "bytes");
    snprintf(run->digest, sizeof run->digest, "%.23s",
             json_string(json, "digest"));
    /* The kernel's is the largest process's, the child's all added up. */
    figure[FIGURE_PEAK_KIB] =
        fmax(figure[FIGURE_PEAK_KIB], json_number(json, "max_rss_kib"));
}

static bool ended_well(struct run *run, int status)
{
    if (WIFSIGNALED(status))
        race_run_is_bad(run, "killed by signal %d (%s)", WTERMSIG(status),
                        strsignal(WTERMSIG(status)));
    else if (WEXITSTATUS(status) == 2)
        race_run_is_bad(run, "exit status 2: it does not take what a stage "
                             "is given");
    else if (WEXITSTATUS(status) > 2)
        race_run_is_bad(run, "exit status %d", WEXITSTATUS(status));
    return run->state != RUN_BAD;
}

static bool reported_well(struct race *race, struct run *run, int status)
{
    struct json_object json;
    char *text = malloc(LARGEST_REPORT);
    const char *wrong = "no memory for its report";

    if (text != NULL) {
        size_t size = read_file(race, RACE_STDOUT, text, LARGEST_REPORT, false);
        wrong = json_read(&json, text, size);
        free(text);
    }
    if (wrong != NULL) {
        race_run_is_bad(run, "%s, exit status %d", wrong, WEXITSTATUS(status));
        return false;
    }
    take_own_figures(run, &json);
    if (isnan(run->figure[FIGURE_PAGES]) || isnan(run->figure[FIGURE_FAILED]))
        race_run_is_bad(run, "its JSON does not say how many \"pages\" there "
                             "were and how many \"failed\"");
    else if (WEXITSTATUS(status) == 1 && run->figure[FIGURE_FAILED] <= 0)
        race_run_is_bad(run, "exit status 1, but no page failed");
    return run->state != RUN_BAD;
}

static bool wrote_manifest(struct race *race, struct run *run)
{
    char path[RACE_PATH_MAX], kept[RACE_PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", race->directory, RACE_MANIFEST);
    snprintf(kept, sizeof kept, "%s/%s-%zu", race->directory, RACE_MANIFEST,
             race->manifests.count);
    run->manifest = manifests_add(&race->manifests, path, kept);
    if (run->manifest < 0)
        race_run_is_bad(run, "no manifest to compare: %s", strerror(errno));
    return run->manifest >= 0;
}

/* The three accounts it gave must be one: what was asked, told, written. */
static bool counted_well(struct race *race, struct run *run)
{
    const struct race_options *options = &race->options;
    const struct manifest *manifest = &race->manifests.list[run->manifest];
    double pages = run->figure[FIGURE_PAGES];
    char digest[24];

    snprintf(digest, sizeof digest, "%016" PRIx64, manifest->digest);
    if (pages != (double)manifest->lines)
        race_run_is_bad(run, "its JSON has %g pages, its manifest %zu", pages,
                        manifest->lines);
    else if (options->url_count == 0 && !options->follow &&
             pages != (double)options->pages)
        race_run_is_bad(run, "%g pages where %zu were asked for", pages,
                        options->pages);
    else if (options->url_count == 0 && run->figure[FIGURE_FAILED] > 0)
        race_run_is_bad(run, "%g of %g pages failed",
                        run->figure[FIGURE_FAILED], pages);
    else if (run->figure[FIGURE_FAILED] >= pages)
        race_run_is_bad(run, "no page was fetched");
    else if (run->digest[0] != '\0' && strcmp(run->digest, digest) != 0)
        race_run_is_bad(run, "its JSON has the digest %s, its manifest %s",
                        run->digest, digest);
    return run->state != RUN_BAD;
}

void race_judge(struct race *race, struct run *run,
                const struct race_ending *ending)
{
    take_kernel_figures(run, ending);
    if (ended_well(run, ending->status) &&
        reported_well(race, run, ending->status) && wrote_manifest(race, run) &&
        counted_well(race, run))
        run->state = RUN_GOOD;
    else
        race_add_last_words(race, run);
}
