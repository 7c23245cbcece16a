/*
 * race_arguments.c - see race_arguments.h.
 */
#include "race_arguments.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    MOST_URLS = 1000,        /* as arguments: the kernel has a limit for them */
    USUAL_MAX_PAGES = 10000, /* of a stage, if it is not told otherwise */
    MOST_OPTIONS = 16,       /* beside program and URLs */
};

int race_directory_make(struct race *race)
{
    const char *parent = getenv("TMPDIR");

    if (parent == NULL || parent[0] == '\0')
        parent = "/tmp";
    if (asprintf(&race->directory, "%s/race-XXXXXX", parent) < 0) {
        race->directory = NULL;
        return -1;
    }
    if (mkdtemp(race->directory) != NULL)
        return 0;
    free(race->directory);
    race->directory = NULL;
    return -1;
}

/* Everything in it is a file: nobody but us and the entrants knows of it. */
void race_directory_remove(struct race *race)
{
    if (race->directory == NULL)
        return;
    DIR *directory = opendir(race->directory);
    struct dirent *entry;

    while (directory != NULL && (entry = readdir(directory)) != NULL)
        unlinkat(dirfd(directory), entry->d_name, 0);
    if (directory != NULL)
        closedir(directory);
    rmdir(race->directory);
    free(race->directory);
    race->directory = NULL;
}

void race_remove_leftovers(const struct race *race)
{
    static const char *const names[] = {RACE_STDOUT, RACE_STDERR,
                                        RACE_MANIFEST};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[RACE_PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", race->directory, names[i]);
        unlink(path);
    }
}

static char *format(const char *pattern, ...)
    __attribute__((format(printf, 1, 2)));

static char *format(const char *pattern, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, pattern);
    int length = vasprintf(&text, pattern, arguments);
    va_end(arguments);
    return length < 0 ? NULL : text;
}

/* The page `i` that is given: "/", "/1" and so on, or the user's own. */
static char *one_url(const struct race *race, size_t i)
{
    if (race->options.url_count > 0)
        return strdup(race->options.urls[i]);
    return i == 0 ? format("%s/", race->site.url)
                  : format("%s/%zu", race->site.url, i);
}

int race_urls_list(struct race *race)
{
    const struct race_options *options = &race->options;
    size_t count = options->url_count > 0 ? options->url_count
                   : options->follow      ? 1
                                          : options->pages;

    race->urls = calloc(count, sizeof *race->urls);
    while (race->urls != NULL && race->url_count < count) {
        race->urls[race->url_count] = one_url(race, race->url_count);
        if (race->urls[race->url_count] == NULL)
            break;
        race->url_count++;
    }
    return race->url_count == count ? 0 : -1;
}

void race_urls_free(struct race *race)
{
    for (size_t i = 0; i < race->url_count; i++)
        free(race->urls[i]);
    free(race->urls);
    race->urls = NULL;
    race->url_count = 0;
}

static int write_url_file(const struct race *race)
{
    char path[RACE_PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", race->directory, RACE_URLS);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return -1;
    for (size_t i = 0; i < race->url_count; i++)
        fprintf(file, "%s\n", race->urls[i]);
    int broken = ferror(file);
    return fclose(file) != 0 || broken ? -1 : 0;
}

/* A command line that grows; `failed` once there was no memory for a word. */
struct words {
    char **argv;
    size_t count;
    bool failed;
};

/* Takes over `word`. */
static void add(struct words *words, char *word)
{
    words->failed = words->failed || word == NULL;
    if (word != NULL)
        words->argv[words->count++] = word;
}

static void add_program(struct words *words, const struct race *race,
                        const struct entrant *entrant)
{
    if (entrant->path != NULL)
        add(words, strdup(entrant->path));
    else
        for (char **word = race->options.command; *word != NULL; word++)
            add(words, strdup(*word));
}

static void add_options(struct words *words, const struct race *race,
                        size_t entrant, size_t run)
{
    const struct race_options *options = &race->options;
    char trace[RACE_PATH_MAX];

    race_trace_path(race, entrant, run, trace, sizeof trace);
    add(words, strdup("-c"));
    add(words, format("%zu", race->entrants[entrant].concurrency));
    add(words, strdup("--json"));
    add(words, format("--manifest=%s/%s", race->directory, RACE_MANIFEST));
    if (!options->untraced)
        add(words, format("--trace=%s", trace));
    if (options->timeout != NULL)
        add(words, format("--timeout=%s", options->timeout));
    if (options->url_count == 0 && options->pages > USUAL_MAX_PAGES)
        add(words, format("--max-pages=%zu", options->pages));
    if (options->processes > 0)
        add(words, format("--processes=%zu", options->processes));
    if (race->entrants[entrant].option[0] != '\0')
        add(words, strdup(race->entrants[entrant].option));
    if (options->follow)
        add(words, strdup("-f"));
}

static void add_urls(struct words *words, const struct race *race)
{
    if (race->url_count <= MOST_URLS) {
        for (size_t i = 0; i < race->url_count; i++)
            add(words, strdup(race->urls[i]));
        return;
    }
    words->failed = words->failed || write_url_file(race) < 0;
    add(words, format("--input-file=%s/%s", race->directory, RACE_URLS));
}

static size_t command_length(const struct race *race)
{
    size_t length = 0;

    while (race->options.command != NULL && race->options.command[length])
        length++;
    return length;
}

char **race_arguments(const struct race *race, size_t entrant, size_t run)
{
    size_t most = command_length(race) + MOST_OPTIONS + race->url_count + 2;
    struct words words = {.argv = calloc(most, sizeof(char *))};

    if (words.argv == NULL)
        return NULL;
    add_program(&words, race, &race->entrants[entrant]);
    add_options(&words, race, entrant, run);
    add_urls(&words, race);
    if (!words.failed)
        return words.argv;
    race_arguments_free(words.argv);
    return NULL;
}

void race_arguments_free(char **argv)
{
    if (argv == NULL)
        return;
    for (char **word = argv; *word != NULL; word++)
        free(*word);
    free(argv);
}
