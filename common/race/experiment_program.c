/*
 * experiment_program.c - see experiment.h: an experiment that another program
 * makes, which writes CSV.
 */
#include "experiment.h"

#include "experiment_file.h"
#include "race_child.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORDS = 12 };

/* "%" in front is the programs' directory, "@" behind the file. */
static char *expand(const char *word, const char *programs, const char *file)
{
    size_t length = strlen(word);
    bool in_front = word[0] == '%';
    bool behind = length > 0 && word[length - 1] == '@';
    char *text;

    if (asprintf(&text, "%s%s%.*s%s", in_front ? programs : "",
                 in_front ? "/" : "", (int)(length - in_front - behind),
                 word + in_front, behind ? file : "") < 0)
        return NULL;
    return text;
}

static void free_words(char **words)
{
    for (char **word = words; *word != NULL; word++)
        free(*word);
}

/* Returns whether there was memory for all of them. */
static bool expand_words(char *words[MOST_WORDS + 1],
                         const char *const *pattern, const char *programs,
                         const char *file)
{
    for (size_t i = 0; i < MOST_WORDS && pattern[i] != NULL; i++) {
        words[i] = expand(pattern[i], programs, file);
        if (words[i] == NULL)
            return false;
    }
    return true;
}

static bool names_the_file(const char *const *pattern)
{
    for (; *pattern != NULL; pattern++)
        if (strchr(*pattern, '@') != NULL)
            return true;
    return false;
}

/* Returns 0 when the program ended well, else -1, that being said. */
static int see_it_end(struct child *child, const char *name)
{
    int status;

    /* however long it takes: it tells a terminal itself how far it is */
    enum child_news news = child_wait(child, INT64_MAX, NULL, -1);
    if (news != CHILD_ENDED) {
        child_stop(child);
        return -1;
    }
    child_reap(child, &status, NULL);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    fprintf(stderr, "race: %s: the program that measures it failed\n", name);
    return -1;
}

/* Runs it with its output in `out`. Returns 0, or -1, that being said. */
static int run_words(char *const words[], const char *name, int out)
{
    struct child child = {0};

    if (child_start(&child, words, out, STDERR_FILENO) < 0) {
        fprintf(stderr, "race: %s: cannot start %s: %s\n", name, words[0],
                strerror(errno));
        return -1;
    }
    return see_it_end(&child, name);
}

/* Its output goes to `part`, which becomes the file when it has ended well. */
static int run_printing(char *const words[],
                        const struct experiment_place *place)
{
    char *part = experiment_part_path(place->csv);
    int result = -1;

    if (part == NULL)
        return -1;
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        fprintf(stderr, "race: %s: %s\n", part, strerror(errno));
    else
        result = run_words(words, place->experiment->name, fd);
    if (fd >= 0)
        close(fd);
    if (result == 0 && rename(part, place->csv) < 0) {
        fprintf(stderr, "race: %s: %s\n", place->csv, strerror(errno));
        result = -1;
    }
    if (result < 0)
        unlink(part); /* it is made in one go, or not at all */
    free(part);
    return result;
}

/* It writes the file itself, and what it prints is for nobody. */
static int run_writing(char *const words[],
                       const struct experiment_place *place)
{
    int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return -1;
    int result = run_words(words, place->experiment->name, fd);
    close(fd);
    return result;
}

static int run_program(const struct experiment_place *place,
                       const char *const *pattern)
{
    char *words[MOST_WORDS + 1] = {NULL};
    int result = -1;

    if (expand_words(words, pattern, place->programs, place->csv))
        result = names_the_file(pattern) ? run_writing(words, place)
                                         : run_printing(words, place);
    free_words(words);
    return result == 0 ? 0 : 1;
}

/* Whether what it needs is there. */
static bool can_be_made(const struct experiment_place *place)
{
    const char *needs = place->experiment->needs;
    char *path = needs != NULL ? expand(needs, place->programs, "") : NULL;
    bool there = needs == NULL || (path != NULL && access(path, F_OK) == 0);

    free(path);
    return there;
}

int experiment_program(struct race *race, const struct experiment_place *place)
{
    const struct experiment *experiment = place->experiment;

    if (!can_be_made(place)) {
        fprintf(stderr, "race: %s: left out: %s is not built\n",
                experiment->name, experiment->needs + 1);
        return 0;
    }
    if (!race->options.quiet)
        fprintf(stderr, "race: %s: %s\n", experiment->name, experiment->shows);
    return run_program(place, race->options.quick ? experiment->quick_program
                                                  : experiment->program);
}
