/*
 * matrix.c - see matrix.h: which cells there are, and running them.
 */
#include "matrix.h"

#include "judge.h"
#include "results.h"
#include "scene.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { AT_ONCE = 16, FEW_AT_ONCE = 3, MAX_ARGUMENTS = 640, PART_STEP = 16 };

static const int families[] = {AF_INET, AF_INET6};

/* A crawl on its way. */
static struct place {
    struct scene scene;
    struct child child;
    struct tally *tally;
    char path[64];
} places[AT_ONCE];

/* The section that is tried. */
static struct trial {
    bool whole;
    const char *dir;
    FILE *wrong;
    size_t first, count; /* those on their way, in a ring */
} trial;

/* ---- one crawl ---- */

static const char *file_of(const struct place *place, const char *name)
{
    static char paths[2][128];
    char *path = paths[name[0] == 't'];

    snprintf(path, sizeof paths[0], "%s/%zd-%s", trial.dir, place - places,
             name);
    return path;
}

static size_t count_asked(const struct scene *scene)
{
    size_t count = 0;

    for (size_t i = 0; i < scene->count; i++)
        count += scene->pages[i].asked;
    return count;
}

/*
 * At first every page of the scene has a slot of its own, and the healthy ones
 * at least one; later there is one slot for all.
 */
static size_t concurrency_of(const struct scene *scene)
{
    size_t asked = count_asked(scene);

    if (scene->concurrency > 0)
        return scene->concurrency;
    return scene->cell.when == LATER ? 1 : asked > 1 ? asked : 2;
}

static int timeout_ms(const struct scene *scene)
{
    if (scene->timeout_ms > 0)
        return scene->timeout_ms;
    return is_patient() ? 300000 : 30000;
}

struct command {
    const char *argv[MAX_ARGUMENTS];
    size_t count;
    char program[512], numbers[2][32], files[2][512];
};

static void add_urls(struct command *command, const struct scene *scene)
{
    size_t healthy = 1, before = scene->cell.when == LATER ? 2 : 0;

    while (healthy <= before)
        command->argv[command->count++] = healthy_url(scene, healthy++);
    for (size_t i = 0; i < scene->count; i++)
        if (scene->pages[i].asked)
            command->argv[command->count++] = scene->pages[i].url;
    while (healthy <= healthy_count(&scene->cell))
        command->argv[command->count++] = healthy_url(scene, healthy++);
}

static void make_command(struct command *command, const struct place *place)
{
    const struct scene *scene = &place->scene;
    const struct column *column = scene->cell.column;
    const char **argv = command->argv;
    size_t n = (size_t)run_under(argv);

    snprintf(command->program, sizeof command->program, "%s/tests/stages/%s",
             build_dir(), column->program);
    snprintf(command->numbers[0], 32, "-c%zu", concurrency_of(scene));
    snprintf(command->numbers[1], 32, "-t%dms", timeout_ms(scene));
    snprintf(command->files[0], 512, "--manifest=%s",
             file_of(place, "manifest"));
    snprintf(command->files[1], 512, "--trace=%s", file_of(place, "trace"));
    argv[n++] = command->program;
    argv[n++] = command->numbers[0];
    argv[n++] = command->numbers[1];
    argv[n++] = command->files[0];
    if (column->keeps)
        argv[n++] = command->files[1];
    if (column->option != NULL)
        argv[n++] = column->option;
    for (size_t i = 0; i < scene->option_count; i++)
        argv[n++] = scene->options[i];
    command->count = n;
    add_urls(command, scene);
    argv[command->count] = NULL;
}

static void forget_variable(const char *variable)
{
    char name[32];

    snprintf(name, sizeof name, "%.*s", (int)strcspn(variable, "="), variable);
    unsetenv(name);
}

static void start(struct place *place, const struct cell *cell,
                  struct tally *tally)
{
    static struct command command;
    struct scene *scene = &place->scene;

    scene_make(scene, cell);
    place->tally = tally;
    make_command(&command, place);
    for (size_t i = 0; i < scene->variable_count; i++)
        putenv(scene->variables[i]);
    place->child = child_start(command.argv);
    for (size_t i = 0; i < scene->variable_count; i++)
        forget_variable(scene->variables[i]);
}

/* ---- all of them ---- */

static void complain(const struct cell *cell, const char *what)
{
    fprintf(trial.wrong, "\n%s, %s, %s, part %d, in %s: %s",
            cell->example->name, cell->when == FIRST ? "first" : "later",
            cell->family == AF_INET ? "IPv4" : "IPv6", cell->part,
            cell->column->head, what);
}

/* Waits for the oldest one. */
static void finish_one(void)
{
    struct place *place = &places[trial.first];
    struct scene *scene = &place->scene;
    struct ended ended = child_end(&place->child);

    char *wrong =
        judge(scene, &ended, file_of(place, "manifest"),
              scene->cell.column->keeps ? file_of(place, "trace") : NULL);
    if (wrong != NULL)
        complain(&scene->cell, wrong);
    else
        place->tally->well++;
    results->crawls++;
    results->pages += (long)(scene->count + healthy_count(&scene->cell));
    free(wrong);
    ended_free(&ended);
    unlink(file_of(place, "manifest"));
    unlink(file_of(place, "trace"));
    scene_end(scene);
    trial.first = (trial.first + 1) % AT_ONCE;
    trial.count--;
}

static void run_cell(const struct cell *cell, struct tally *tally)
{
    bool spins = strcmp(cell->column->program, "04-busy-wait") == 0;
    size_t most =
        spins && cell->example->traits & STALLS ? FEW_AT_ONCE : AT_ONCE;

    const char *limit = cell_limit(cell);
    if (limit != NULL) {
        tally->limit = limit;
        tally->limited++;
        return;
    }
    while (trial.count >= most)
        finish_one();
    tally->begun++;
    start(&places[(trial.first + trial.count++) % AT_ONCE], cell, tally);
}

/*
 * Stage 01 has one slot, and in it one first page: each part of an example has
 * a crawl of its own then.
 */
static void run_parts(struct cell *cell, struct tally *tally)
{
    bool apart = cell->when == FIRST && cell->example->parts > 0 &&
                 strcmp(cell->column->program, "01-blocking") == 0;

    cell->part = apart ? 0 : -1;
    for (; cell->part < cell->example->parts;
         cell->part += trial.whole ? 1 : PART_STEP) {
        run_cell(cell, tally);
        if (!apart)
            break;
    }
}

/* ---- which of them ---- */

static int count_light(const struct cause *cause)
{
    int count = 0;

    for (int e = 0; e < MAX_EXAMPLES && cause->examples[e].name != NULL; e++)
        count += !(cause->examples[e].traits & HEAVY);
    return count;
}

/*
 * For `make check`: each cause once in each stage, by its examples in turn,
 * first and later in turn; and once over IPv6. A page that stalls costs stage
 * 04 a processor, so it has few of them.
 */
static bool is_chosen(const struct cell *cell, int number, int example,
                      int count)
{
    int column = (int)(cell->column - columns);
    bool spins = strcmp(cell->column->program, "04-busy-wait") == 0;

    if ((spins && cell->example->traits & STALLS && number % 8 != 0) ||
        (number + column) % count != example)
        return false;
    if (cell->family == AF_INET)
        return (int)cell->when == (number + column) % 2;
    return number % COLUMNS == column &&
           (int)cell->when == number / COLUMNS % 2;
}

/* $STAGE names one, and then no other is tried. */
static bool is_wanted(const struct column *column)
{
    const char *stage = getenv("STAGE");

    return stage == NULL || strcmp(stage, column->program) == 0;
}

/* One example; `place` is its place among the light ones, if it is one. */
static void run_example(struct cell *cell, int number, int place, int count,
                        struct tally tallies[COLUMNS][2][2])
{
    bool light = !(cell->example->traits & HEAVY);

    for (int c = 0; c < COLUMNS; c++)
        for (int family = 0; family < 2; family++)
            for (int when = FIRST; when <= LATER; when++) {
                cell->column = &columns[c];
                cell->family = families[family];
                cell->when = (enum when)when;
                if (is_wanted(cell->column) &&
                    (trial.whole ||
                     (light && is_chosen(cell, number, place, count))))
                    run_parts(cell, &tallies[c][family][when]);
            }
}

static void run_cause(const struct cause *cause, int number,
                      struct tally tallies[COLUMNS][2][2])
{
    int light = 0, count = count_light(cause);

    for (int e = 0; e < MAX_EXAMPLES && cause->examples[e].name != NULL; e++) {
        struct cell cell = {.example = &cause->examples[e]};
        run_example(&cell, number, light, count, tallies);
        light += !(cell.example->traits & HEAVY);
    }
}

char *matrix_run(int section, bool whole, const char *dir)
{
    const struct cause *causes = sections[section].causes;
    size_t size;
    char *text;

    trial = (struct trial){.dir = dir, .whole = whole};
    trial.wrong = open_memstream(&text, &size);
    for (int c = 0; causes[c].name != NULL; c++)
        run_cause(&causes[c], section + c, results->cells[section][c]);
    while (trial.count > 0)
        finish_one();
    no_process_left();
    fclose(trial.wrong);
    if (size > 0)
        return text;
    free(text);
    return NULL;
}
