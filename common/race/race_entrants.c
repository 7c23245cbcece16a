/*
 * race_entrants.c - see race_entrants.h.
 */
#include "race_entrants.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Longer labels leave no room for figures. */
enum { LABEL_WIDTH = 18 };

const char *articles_seconds(const char *label)
{
    static const struct {
        const char *label;
        const char *seconds;
    } table[] = {
        {"01-", "4.5"},  {"02-", "0.6"},
        {"03-", "0.43"}, {"04-busy-wait -c 1", "4.3"},
        {"05-", "0.45"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t length = strlen(table[i].label);
        if (length == 3 ? strncmp(label, table[i].label, length) == 0
                        : strcmp(label, table[i].label) == 0)
            return table[i].seconds;
    }
    return NULL;
}

static bool is_program(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0 && S_ISREG(info.st_mode) &&
           access(path, X_OK) == 0;
}

/* Takes over `label` and `path`. Returns 0, or -1 with errno ENOMEM. */
static int add(struct race *race, char *label, char *path, size_t concurrency)
{
    size_t size = (race->entrant_count + 1) * sizeof(struct entrant);
    struct entrant *entrants = realloc(race->entrants, size);
    struct run *runs = calloc(race->options.runs, sizeof *runs);

    if (entrants != NULL)
        race->entrants = entrants;
    if (entrants == NULL || runs == NULL || label == NULL) {
        free(label);
        free(path);
        free(runs);
        errno = ENOMEM;
        return -1;
    }
    entrants[race->entrant_count++] = (struct entrant){
        .label = label,
        .path = path,
        .concurrency = concurrency,
        .runs = runs,
    };
    return 0;
}

static char *format(const char *before, const char *between, const char *after)
{
    char *text;

    return asprintf(&text, "%s%s%s", before, between, after) < 0 ? NULL : text;
}

static int add_stage(struct race *race, const char *directory, const char *name,
                     const char *variant, size_t concurrency)
{
    char *path = format(directory, "/", name);

    if (path == NULL)
        return -1;
    if (!is_program(path)) {
        free(path);
        return 0;
    }
    return add(race, format(name, "", variant), path, concurrency);
}

/* One socket is stage 04's first lesson, all of them its second. */
static int add_stage_04(struct race *race, const char *directory,
                        const char *name)
{
    size_t concurrency = race->options.concurrency;
    char variant[32];

    if (add_stage(race, directory, name, " -c 1", 1) < 0)
        return -1;
    if (concurrency == 1)
        return 0;
    snprintf(variant, sizeof variant, " -c %zu", concurrency);
    return add_stage(race, directory, name, variant, concurrency);
}

static int is_stage_name(const struct dirent *entry)
{
    const char *name = entry->d_name;

    return name[0] >= '0' && name[0] <= '9' && name[1] >= '0' &&
           name[1] <= '9' && name[2] == '-' && strchr(name, '.') == NULL;
}

static int add_stages(struct race *race, const char *directory)
{
    struct dirent **entries;
    int count = scandir(directory, &entries, is_stage_name, alphasort);
    int result = 0;

    if (count < 0)
        return race_bad_usage("cannot look for stages in %s: %s", directory,
                              strerror(errno));
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (result == 0)
            result = strncmp(name, "04-", 3) == 0
                         ? add_stage_04(race, directory, name)
                         : add_stage(race, directory, name, "",
                                     race->options.concurrency);
        free(entries[i]);
    }
    free(entries);
    return result;
}

/* "04" means 04-busy-wait in both its forms; a label or its name is itself. */
static bool is_meant(const char *wanted, size_t length, const char *label)
{
    return strncmp(wanted, label, length) == 0 &&
           (label[length] == '\0' || label[length] == ' ' ||
            (length == 2 && label[length] == '-'));
}

static bool is_wanted(const char *only, const char *label)
{
    while (true) {
        size_t length = strcspn(only, ",");
        if (length > 0 && is_meant(only, length, label))
            return true;
        if (only[length] == '\0')
            return false;
        only += length + 1;
    }
}

/* Complains about the first name in --only that nobody has. */
static int check_names(const struct race *race)
{
    const char *name = race->options.only;

    while (true) {
        size_t length = strcspn(name, ","), i = 0;
        while (
            i < race->entrant_count &&
            (length == 0 || !is_meant(name, length, race->entrants[i].label)))
            i++;
        if (i == race->entrant_count)
            break;
        if (name[length] == '\0')
            return 0;
        name += length + 1;
    }
    fprintf(stderr, "race: --only: nobody is called '%.*s'. There are:",
            (int)strcspn(name, ","), name);
    for (size_t i = 0; i < race->entrant_count; i++)
        fprintf(stderr, "%s %s", i > 0 ? "," : "", race->entrants[i].label);
    fputs("\nTry 'race --help'.\n", stderr);
    return 2;
}

static void entrant_free(struct entrant *entrant, size_t runs)
{
    for (size_t i = 0; entrant->runs != NULL && i < runs; i++)
        activity_free(&entrant->runs[i].activity);
    free(entrant->label);
    free(entrant->path);
    free(entrant->runs);
}

static int keep_wanted(struct race *race)
{
    size_t kept = 0;

    if (race->options.only == NULL)
        return 0;
    if (check_names(race) != 0)
        return 2;
    for (size_t i = 0; i < race->entrant_count; i++) {
        if (is_wanted(race->options.only, race->entrants[i].label))
            race->entrants[kept++] = race->entrants[i];
        else
            entrant_free(&race->entrants[i], race->options.runs);
    }
    race->entrant_count = kept;
    return 0;
}

/* Looks where execvp(3) will look. */
static bool is_in_path(const char *name)
{
    const char *path = getenv("PATH");

    for (; path != NULL; path = *path != '\0' ? path + 1 : NULL) {
        char file[PATH_MAX];
        size_t length = strcspn(path, ":");
        snprintf(file, sizeof file, "%.*s/%s", (int)length,
                 length > 0 ? path : ".", name);
        if (is_program(file))
            return true;
        path += length;
    }
    return false;
}

/* "python3 my-crawler.py": the program's own name and what it is given. */
static char *command_label(char *const *command)
{
    const char *slash = strrchr(command[0], '/');
    char *label = strdup(slash != NULL ? slash + 1 : command[0]);

    for (size_t i = 1; command[i] != NULL && label != NULL; i++) {
        char *longer = format(label, " ", command[i]);
        free(label);
        label = longer;
    }
    if (label != NULL && strlen(label) > LABEL_WIDTH)
        memcpy(label + LABEL_WIDTH - 3, "...", 4);
    for (char *c = label; c != NULL && *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return label;
}

static int add_command(struct race *race)
{
    char *const *command = race->options.command;

    if (command == NULL)
        return 0;
    bool found = strchr(command[0], '/') != NULL ? is_program(command[0])
                                                 : is_in_path(command[0]);
    if (!found)
        return race_bad_usage("%s: no such program, or not executable; give "
                              "its path",
                              command[0]);
    char *label = command_label(command);
    for (size_t i = 0; i < race->entrant_count && label != NULL; i++) {
        if (strcmp(race->entrants[i].label, label) == 0) {
            free(label);
            label = strdup("yours");
        }
    }
    return add(race, label, NULL, race->options.concurrency);
}

int entrants_find(struct race *race, const char *stages)
{
    int status = add_stages(race, stages);

    if (status == 0 && race->entrant_count == 0 &&
        race->options.command == NULL)
        return race_bad_usage("no stages in %s: build them with `make`, or say "
                              "with --stages=DIR where they are",
                              stages);
    if (status == 0)
        status = keep_wanted(race);
    if (status == 0)
        status = add_command(race);
    if (status < 0) {
        fputs("race: no memory for the entrants\n", stderr);
        return 1;
    }
    for (size_t i = 0; i < race->entrant_count; i++)
        if (race->entrants[i].path != NULL &&
            race_options_are_the_articles(&race->options))
            race->entrants[i].python =
                articles_seconds(race->entrants[i].label);
    return status;
}

void entrants_free(struct race *race)
{
    for (size_t i = 0; i < race->entrant_count; i++)
        entrant_free(&race->entrants[i], race->options.runs);
    free(race->entrants);
    race->entrants = NULL;
    race->entrant_count = 0;
}

char *race_own_directory(const char *argv0)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);

    if (length < 0) /* not on Linux: as we were called */
        length = snprintf(path, sizeof path, "%s", argv0);
    if ((size_t)length >= sizeof path) {
        errno = ENAMETOOLONG;
        return NULL;
    }
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return strdup(".");
    *slash = '\0';
    return strdup(path);
}
