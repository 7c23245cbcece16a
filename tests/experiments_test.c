/*
 * experiments_test.c - experiments: what is written, what becomes of it when
 * one is interrupted, and that each shows what it is there to show, by its
 * quick variant and with wide margins.
 */
#include "run.h"
#include "support.h"

#include <check.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ROWS = 400, MOST_CELLS = 40 };

static bool is_there(const char *name)
{
    char *path = temp_path(name);
    bool there = access(path, F_OK) == 0;

    free(path);
    return there;
}

static void remove_file(const char *name)
{
    char *path = temp_path(name);

    unlink(path);
    free(path);
}

static void assert_holds(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in:\n%.2000s", part,
                  text);
}

static void assert_lacks(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "'%s' in:\n%.2000s", part, text);
}

static size_t times_in(const char *text, const char *part)
{
    size_t times = 0;

    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        times++;
    return times;
}

/* ---- a table of ours, read back ---- */

struct table {
    char *text; /* with its lines and cells cut */
    char *columns[MOST_CELLS];
    char *rows[MOST_ROWS][MOST_CELLS];
    size_t count;
};

/* A cell in quotes may hold commas; it keeps its quotes. */
static void cut(char *line, char *cells[MOST_CELLS])
{
    bool quoted = false;
    size_t count = 0;

    cells[count++] = line;
    for (char *c = line; *c != '\0'; c++)
        if (*c == '"') {
            quoted = !quoted;
        } else if (*c == ',' && !quoted) {
            ck_assert_uint_lt(count, MOST_CELLS - 1);
            *c = '\0';
            cells[count++] = c + 1;
        }
    cells[count] = NULL;
}

static struct table *table_read(const char *name)
{
    struct table *table = calloc(1, sizeof *table);
    char *path = temp_path(name);

    table->text = file_read(path);
    free(path);
    for (char *line = strtok(table->text, "\n"); line != NULL;
         line = strtok(NULL, "\n")) {
        if (line[0] == '#')
            continue;
        ck_assert_uint_lt(table->count, MOST_ROWS);
        cut(line, table->columns[0] == NULL ? table->columns
                                            : table->rows[table->count++]);
    }
    return table;
}

static void table_free(struct table *table)
{
    free(table->text);
    free(table);
}

static const char *cell(const struct table *table, size_t row,
                        const char *column)
{
    for (size_t i = 0; table->columns[i] != NULL; i++)
        if (strcmp(table->columns[i], column) == 0)
            return table->rows[row][i];
    ck_abort_msg("no column %s", column);
}

static double number(const struct table *table, size_t row, const char *column)
{
    const char *text = cell(table, row, column);

    return text[0] != '\0' ? strtod(text, NULL) : NAN;
}

static bool is_of(const struct table *table, size_t row, const char *x,
                  const char *entrant)
{
    return (x == NULL || strcmp(cell(table, row, "x"), x) == 0) &&
           strcmp(cell(table, row, "entrant"), entrant) == 0;
}

/* The smallest, or the largest there is: `sign` is 1 or -1. */
static double extreme(const struct table *table, const char *x,
                      const char *entrant, const char *column, double sign)
{
    double value = INFINITY;

    for (size_t i = 0; i < table->count; i++)
        if (is_of(table, i, x, entrant))
            value = fmin(value, sign * number(table, i, column));
    ck_assert_msg(isfinite(value), "nobody is x=%s, %s", x, entrant);
    return sign * value;
}

/* Of times and costs: whatever else the machine does only adds to them. */
static double least(const struct table *table, const char *x,
                    const char *entrant, const char *column)
{
    return extreme(table, x, entrant, column, 1);
}

static size_t rows_of(const struct table *table, const char *x,
                      const char *entrant, const char *result)
{
    size_t rows = 0;

    for (size_t i = 0; i < table->count; i++)
        rows += is_of(table, i, x, entrant) &&
                strcmp(cell(table, i, "result"), result) == 0;
    return rows;
}

/* ---- running the race ---- */

static struct ended race(const char *experiment, const char *csv,
                         const char *more)
{
    char name[80], out[512];
    char *path = temp_path(csv);

    snprintf(name, sizeof name, "--experiment=%s", experiment);
    snprintf(out, sizeof out, "--csv=%s", path);
    free(path);
    return run(
        (const char *[]){built("race"), name, "--quick", out, more, NULL});
}

/* Runs it and reads what it wrote. */
static struct table *measure(const char *experiment)
{
    struct ended ended = race(experiment, "out.csv", NULL);

    ck_assert_msg(ended.status == 0, "%s: exit status %d, said: %s", experiment,
                  ended.status, ended.err);
    ended_free(&ended);
    ck_assert(!is_there("out.csv.part"));
    struct table *table = table_read("out.csv");
    remove_file("out.csv");
    return table;
}

/* ---- how it is asked for ---- */

START_TEST(the_list_names_all_of_them)
{
    struct ended ended =
        run((const char *[]){built("race"), "--experiment=list", NULL});

    ck_assert_int_eq(ended.status, 0);
    assert_holds(ended.out, "ten-pages ");
    assert_holds(ended.out, "\npeers ");
    ended_free(&ended);
}
END_TEST

static const struct bad_usage {
    const char *words[4];
    const char *said;
} bad_usages[] = {
    {{"--experiment=nonsense"}, "there is none. There are:\nten-pages"},
    {{"--experiment=pages", "--pages=3"}, "its own pages"},
    {{"--experiment=pages", "--runs=3"}, "its own pages"},
    {{"--experiment=pages", "--", "true"}, "a program of yours"},
    {{"--experiment=all", "--csv=/dev/null"}, "do not go into one file"},
    {{"--experiment=pages", "--stages=/nowhere"}, "build it with `make`"},
    {{"--quick"}, "--experiment=NAME"},
};

START_TEST(bad_usage_is_said)
{
    const struct bad_usage *bad = &bad_usages[_i];
    struct ended ended = run((const char *[]){
        built("race"), bad->words[0], bad->words[1], bad->words[2], NULL});

    ck_assert_int_eq(ended.status, 2);
    assert_holds(ended.err, bad->said);
    ended_free(&ended);
}
END_TEST

/* ---- what each experiment shows ---- */

static void check_columns(const struct table *table, const char *experiment)
{
    for (size_t i = 0; i < table->count; i++) {
        ck_assert_str_eq(cell(table, i, "experiment"), experiment);
        if (strcmp(cell(table, i, "result"), "ok") != 0) {
            ck_assert_str_eq(cell(table, i, "result"), "cannot");
            ck_assert_str_ne(cell(table, i, "why"), "");
            continue;
        }
        ck_assert_str_eq(cell(table, i, "why"), "");
        ck_assert(number(table, i, "wall_s") > 0);
        ck_assert(number(table, i, "failed") == 0);
        ck_assert(number(table, i, "peak_kib") > 0);
        ck_assert(number(table, i, "max_in_flight") <=
                  number(table, i, "concurrency"));
    }
}

static void check_workers(const struct table *table, const char *x,
                          const char *entrant, double workers)
{
    for (size_t i = 0; i < table->count; i++)
        if (is_of(table, i, x, entrant))
            ck_assert(number(table, i, "workers") == workers);
}

START_TEST(ten_pages_take_ten_times_as_long_one_by_one)
{
    struct table *table = measure("ten-pages");
    double one_by_one = least(table, "10", "01-blocking", "wall_s");

    check_columns(table, "ten-pages");
    ck_assert_uint_eq(table->count, 16);
    static const char *const together[] = {
        "02-processes", "03-threads", "04-busy-wait -c 10",
        "05-callbacks", "06-futures", "07-loop",
    };
    for (size_t i = 0; i < sizeof together / sizeof together[0]; i++)
        ck_assert(one_by_one > 2 * least(table, "10", together[i], "wall_s"));
    ck_assert(least(table, "10", "04-busy-wait -c 1", "wall_s") >
              one_by_one / 2); /* no gain */
    table_free(table);
}
END_TEST

/* The pages of an entrant that were asked for while another one was, too. */
static size_t overlaps(const struct table *table, const char *entrant)
{
    double done = 0;
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++) {
        if (!is_of(table, i, NULL, entrant) || cell(table, i, "page")[0] == 0)
            continue; /* sorted by their start */
        count += number(table, i, "start") < done;
        done = fmax(done, number(table, i, "done"));
    }
    return count;
}

START_TEST(timelines_lie_side_by_side_where_pages_wait_together)
{
    struct table *table = measure("timelines");
    size_t of_no_page = 0;

    ck_assert_uint_eq(overlaps(table, "01-blocking"), 0);
    ck_assert_uint_eq(overlaps(table, "04-busy-wait -c 1"), 0);
    ck_assert_uint_gt(overlaps(table, "03-threads"), 4);
    ck_assert_uint_gt(overlaps(table, "05-callbacks"), 4);
    ck_assert_uint_gt(overlaps(table, "07-loop"), 4);
    for (size_t i = 0; i < table->count; i++)
        of_no_page += cell(table, i, "page")[0] == '\0';
    ck_assert(access("/proc/self/schedstat", R_OK) < 0 || of_no_page >= 8);
    table_free(table);
}
END_TEST

/* The median of a backend with so many idle descriptors, one being ready. */
static double wake_up_ns(const struct table *table, const char *backend,
                         const char *idle)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(cell(table, i, "backend"), backend) == 0 &&
            strcmp(cell(table, i, "idle"), idle) == 0 &&
            strcmp(cell(table, i, "ready"), "1") == 0)
            return number(table, i, "median_ns");
    ck_abort_msg("no %s with %s idle", backend, idle);
}

START_TEST(only_epoll_does_not_look_at_the_idle_ones)
{
    struct table *table = measure("selectors");

    if (strcmp(cell(table, 0, "backend"), "epoll") != 0) {
        table_free(table); /* it is the first where there is one */
        return;
    }
    ck_assert(wake_up_ns(table, "poll", "1000") >
              5 * wake_up_ns(table, "epoll", "1000"));
    ck_assert(wake_up_ns(table, "epoll", "1000") <
              5 * wake_up_ns(table, "epoll", "0"));
    ck_assert(wake_up_ns(table, "poll", "1000") >
              5 * wake_up_ns(table, "poll", "0"));
    ck_assert(wake_up_ns(table, "select", "0") <
              5 * wake_up_ns(table, "epoll", "0")); /* a tie */
    table_free(table);
}
END_TEST

/* Of a measure of the loop's. */
static double costs(const struct table *table, const char *measure,
                    const char *size)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(cell(table, i, "measure"), measure) == 0 &&
            strcmp(cell(table, i, "size"), size) == 0)
            return number(table, i, "median");
    ck_abort_msg("no %s of %s", measure, size);
}

START_TEST(a_switch_costs_about_the_same_among_many_tasks)
{
    struct table *table = measure("micro");

    ck_assert(costs(table, "task switch", "10000") <
              10 * costs(table, "task switch", "2"));
    ck_assert(costs(table, "polled pass", "1000") <
              10 * costs(table, "polled pass", "1"));
    ck_assert(costs(table, "call_soon batch", "1000") <
              costs(table, "spawn and join", "1"));
    ck_assert(costs(table, "sleeping task", "100000") < 4096);
    table_free(table);
}
END_TEST

START_TEST(spinning_burns_what_waiting_does_not)
{
    struct table *table = measure("burnt");
    const char *spins = "04-busy-wait -c 1";

    check_columns(table, "burnt");
    ck_assert_uint_eq(table->count, 16);
    ck_assert(least(table, "20", spins, "retries") >
              10 * least(table, "20", "05-callbacks", "retries"));
    ck_assert(least(table, "20", spins, "user_s") +
                  least(table, "20", spins, "sys_s") >
              3 * (least(table, "20", "05-callbacks", "user_s") +
                   least(table, "20", "05-callbacks", "sys_s")));
    ck_assert(least(table, "20", spins, "waits") == 0);
    ck_assert(least(table, "20", "07-loop", "waits") > 0);
    for (size_t i = 0; i < table->count; i++) /* if they could be counted */
        ck_assert(isnan(number(table, i, "syscalls")) ||
                  number(table, i, "syscalls") >
                      number(table, i, "retries") + 20);
    table_free(table);
}
END_TEST

START_TEST(one_after_another_grows_with_the_pages)
{
    struct table *table = measure("pages");

    check_columns(table, "pages");
    ck_assert(least(table, "20", "01-blocking", "wall_s") >
              2 * least(table, "20", "05-callbacks", "wall_s"));
    ck_assert(least(table, "20", "01-blocking", "wall_s") >
              2 * least(table, "1", "01-blocking", "wall_s"));
    ck_assert_uint_eq(rows_of(table, "500", "01-blocking", "cannot"), 1);
    ck_assert_uint_eq(rows_of(table, "500", "01-blocking", "ok"), 0);
    ck_assert_uint_eq(rows_of(table, "500", "07-loop", "ok"), 2);
    table_free(table);
}
END_TEST

START_TEST(many_in_flight_need_many_workers_or_one_loop)
{
    struct table *table = measure("concurrency");

    check_columns(table, "concurrency");
    check_workers(table, "30", "01-blocking", 1);
    check_workers(table, "30", "02-processes", 30);
    check_workers(table, "30", "03-threads", 30);
    check_workers(table, "30", "04-busy-wait", 1);
    check_workers(table, "30", "05-callbacks", 1);
    check_workers(table, "30", "06-futures", 1);
    check_workers(table, "30", "07-loop", 1);
    ck_assert(least(table, "30", "02-processes", "peak_kib") >
              2 * least(table, "30", "07-loop", "peak_kib"));
    table_free(table);
}
END_TEST

START_TEST(who_cannot_have_so_many_in_flight_says_why)
{
    run_descriptor_limit = 24; /* for 30 connections */
    struct table *table = measure("concurrency");

    ck_assert_uint_eq(rows_of(table, "30", "05-callbacks", "cannot"), 1);
    ck_assert_uint_eq(rows_of(table, "30", "05-callbacks", "ok"), 0);
    for (size_t i = 0; i < table->count; i++)
        if (is_of(table, i, "30", "05-callbacks"))
            assert_holds(cell(table, i, "why"), "descriptors");
    table_free(table);
}
END_TEST

START_TEST(the_loop_runs_in_as_many_processes_as_it_is_told)
{
    struct table *table = measure("cores");

    check_columns(table, "cores");
    check_workers(table, "1", "07-loop", 1);
    check_workers(table, "2", "07-loop", 2);
    ck_assert_uint_eq(rows_of(table, "2", "07-loop", "ok"), 2);
    table_free(table);
}
END_TEST

START_TEST(counter_cases_need_everybody)
{
    struct table *table = measure("counter-cases");

    check_columns(table, "counter-cases");
    ck_assert_uint_eq(rows_of(table, "one page", "03-threads", "ok"), 2);
    ck_assert(least(table, "4 connections with large pages", "07-loop",
                    "bytes") >= 8 * (1 << 20));
    table_free(table);
}
END_TEST

START_TEST(executors_keep_the_loop_free)
{
    struct table *table = measure("heavy");

    ck_assert_uint_eq(table->count, 24);
    for (size_t i = 0; i < table->count; i++)
        ck_assert_str_eq(cell(table, i, "result"), "ok");
    /* not how late they were woken, but how often: between pages at most */
    ck_assert(least(table, "16", "in the loop", "ticks") <
              extreme(table, "16", "in threads", "ticks", -1));
    ck_assert(least(table, "16", "in the loop", "ticks") <
              extreme(table, "16", "in processes", "ticks", -1));
    table_free(table);
}
END_TEST

/* ---- interrupted, with stages of straw ---- */

#define STRAW                                                         \
    "#!/bin/sh\n"                                                     \
    "cd \"$(dirname \"$0\")\" || exit 9\n"                            \
    "echo \"${0##*/} $2\" >>started\n"                                \
    "if [ \"${0##*/}\" = 03-threads ] && [ -p there ]; then\n"        \
    "    echo >there; exec sleep 1000\n"                              \
    "fi\n"                                                            \
    "count=0\n"                                                       \
    "for a; do case $a in\n"                                          \
    "--manifest=*) manifest=${a#*=}; : >\"$manifest\" ;;\n"           \
    "http*) count=$((count + 1))\n"                                   \
    "    echo ok 200 5 0123456789abcdef $a >>\"$manifest\" ;;\n"      \
    "esac; done\n"                                                    \
    "echo '{\"pages\": '$count', \"failed\": 0, \"wall_s\": 0.25,'\n" \
    "echo '\"max_in_flight\": 1}'\n"

static void write_program(const char *name, const char *text)
{
    char *path = temp_path(name);

    file_write(path, text, strlen(text));
    ck_assert_int_eq(chmod(path, 0755), 0);
    free(path);
}

static void make_straw(void)
{
    static const char *const names[] = {
        "01-blocking",  "02-processes", "03-threads", "04-busy-wait",
        "05-callbacks", "06-futures",   "07-loop",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        write_program(names[i], STRAW);
    write_program("site", "#!/bin/sh\necho http://127.0.0.1:9/\n"
                          "exec sleep 1000\n");
}

static void make_pipe(void)
{
    char *path = temp_path("there");

    ck_assert_int_eq(mkfifo(path, 0600), 0);
    free(path);
}

static void wait_until_it_is_there(void)
{
    char *path = temp_path("there"), byte;
    int fd = open(path, O_RDONLY); /* waits for the one who writes */

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(read(fd, &byte, 1), 1);
    close(fd);
    free(path);
}

/* --stages=DIR, the directory of what is made of straw. */
static const char *straw_option(void)
{
    static char option[512];
    char *path = temp_path(".");

    snprintf(option, sizeof option, "--stages=%s", path);
    free(path);
    return option;
}

/* Starts ten-pages over straw, and stops it in the middle of stage 03. */
static int interrupt(int signal_number)
{
    char out[512];
    char *path = temp_path("kept.csv");

    make_straw();
    make_pipe();
    snprintf(out, sizeof out, "--csv=%s", path);
    free(path);
    struct child child =
        child_start((const char *[]){built("race"), "--experiment=ten-pages",
                                     "--quick", out, straw_option(), NULL});
    wait_until_it_is_there();
    kill(child.pid, signal_number);
    struct ended ended = child_end(&child);
    int status = ended.status;
    if (signal_number != SIGKILL)
        assert_holds(ended.err, "2 rows are kept in ");
    ended_free(&ended);
    remove_file("there");
    return status;
}

static void go_on(const char *said)
{
    struct ended ended = race("ten-pages", "kept.csv", straw_option());

    ck_assert_msg(ended.status == 0, "%s", ended.err);
    assert_holds(ended.err, said);
    ended_free(&ended);
}

static char *read_text(const char *name)
{
    char *path = temp_path(name);
    char *text = file_read(path);

    free(path);
    return text;
}

/* A race that was killed leaves its directory. */
static int remove_one(const char *path, const struct stat *info, int type,
                      struct FTW *place)
{
    (void)info;
    (void)type;
    if (place->level > 0)
        ck_assert_int_eq(remove(path), 0);
    return 0;
}

static void tear_down(void)
{
    char *path = temp_path(".");

    nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(path);
    temp_dir_remove();
}

static void set_up(void)
{
    temp_dir_make();
    char *path = temp_path(".");
    setenv("TMPDIR", path, 1);
    free(path);
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGKILL};

START_TEST(an_interrupted_one_keeps_its_rows_and_goes_on)
{
    ck_assert_int_eq(interrupt(deadly[_i]), 128 + deadly[_i]);
    char *text = read_text("kept.csv.part");
    assert_holds(text, "\nten-pages,10,01-blocking,1,1,ok,");
    assert_holds(text, "\nten-pages,10,02-processes,10,1,ok,");
    assert_lacks(text, "\nten-pages,10,03-threads,");
    free(text);
    ck_assert(!is_there("kept.csv"));

    go_on(", going on where it was left");
    ck_assert(!is_there("kept.csv.part"));
    text = read_text("kept.csv");
    ck_assert_uint_eq(times_in(text, "\n# continued: "), 1);
    free(text);
    struct table *table = table_read("kept.csv");
    ck_assert_uint_eq(table->count, 16);
    ck_assert_uint_eq(rows_of(table, "10", "02-processes", "ok"), 2);
    ck_assert_uint_eq(rows_of(table, "10", "03-threads", "ok"), 2);
    table_free(table);
    text = read_text("started");
    ck_assert_uint_eq(times_in(text, "02-processes "), 2); /* none again */
    ck_assert_uint_eq(times_in(text, "03-threads "), 3);
    free(text);
}
END_TEST

START_TEST(on_another_machine_it_begins_anew)
{
    interrupt(SIGTERM);
    char *text = read_text("kept.csv.part");
    char *machine = strstr(text, "# machine: ");
    ck_assert_ptr_nonnull(machine);
    machine[strlen("# machine: ")] ^= 1;
    write_program("kept.csv.part", text);
    free(text);

    go_on("kept.csv.part is of another machine");
    text = read_text("kept.csv");
    assert_lacks(text, "# continued: ");
    free(text);
    struct table *table = table_read("kept.csv");
    ck_assert_uint_eq(table->count, 16);
    table_free(table);
    text = read_text("started");
    ck_assert_uint_eq(times_in(text, "02-processes "), 3);
    free(text);
}
END_TEST

START_TEST(who_fails_has_a_row_that_says_so)
{
    make_straw();
    write_program("05-callbacks", "#!/bin/sh\necho oh, no >&2\nexit 7\n");
    struct ended ended = race("ten-pages", "out.csv", straw_option());
    ck_assert_int_eq(ended.status, 1);
    assert_holds(ended.err, "ten-pages, x=10, 05-callbacks: exit status 7");
    ended_free(&ended);
    struct table *table = table_read("out.csv");
    ck_assert_uint_eq(table->count, 15); /* it has no second chance */
    ck_assert_uint_eq(rows_of(table, "10", "05-callbacks", "failed"), 1);
    table_free(table);
}
END_TEST

START_TEST(another_program_writes_its_file_whole_or_not_at_all)
{
    write_program("frames", "#!/bin/sh\necho \"$@\"\n");
    struct ended ended = race("frames", "out.csv", straw_option());
    ck_assert_int_eq(ended.status, 0);
    ended_free(&ended);
    write_program("frames", "#!/bin/sh\necho half\nexit 1\n");
    ended = race("frames", "out.csv", straw_option());
    ck_assert_int_eq(ended.status, 1);
    assert_holds(ended.err, "frames: the program that measures it failed");
    ended_free(&ended);
    char *text = read_text("out.csv");
    ck_assert_str_eq(text, "--rounds=1\n");
    free(text);
    ck_assert(!is_there("out.csv.part"));
}
END_TEST

/* Into plots/data, which here is below the tests' directory. */
static struct ended race_all(void)
{
    static char program[PATH_MAX];
    char *path = temp_path("plots");

    if (program[0] == '\0') {
        ck_assert_ptr_nonnull(realpath(built("race"), program));
        ck_assert_int_eq(mkdir(path, 0700), 0);
        free(path);
        path = temp_path("plots/data");
        ck_assert_int_eq(mkdir(path, 0700), 0);
    }
    free(path);
    path = temp_path(".");
    ck_assert_int_eq(chdir(path), 0);
    free(path);
    return run((const char *[]){program, "--experiment=all", "--quick",
                                straw_option(), NULL});
}

START_TEST(of_all_what_was_done_is_not_done_again)
{
    static const char *const names[] = {"heavy", "selectors", "frames", "micro",
                                        "race"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        write_program(names[i], "#!/bin/sh\necho it >>started\n");
    for (int i = 0; i < 2; i++) { /* without stages there is no race */
        struct ended ended = race_all();
        ck_assert_int_eq(ended.status, 1);
        assert_holds(ended.err, "ten-pages: there is no ");
        ck_assert_uint_eq(times_in(ended.err, "frames: done before"), i);
        ended_free(&ended);
    }
    char *text = read_text("started");
    ck_assert_uint_eq(times_in(text, "it"), 5);
    free(text);
    ck_assert(is_there("plots/data/micro-quick.csv"));
    ck_assert(is_there("plots/data/all-quick.part"));
}
END_TEST

START_TEST(peers_that_are_not_built_are_left_out)
{
    struct ended ended = race("peers", "out.csv", straw_option());

    ck_assert_int_eq(ended.status, 0);
    assert_holds(ended.err, "peers: left out: peers is not built");
    ended_free(&ended);
    ck_assert(!is_there("out.csv"));
}
END_TEST

static Suite *experiments_suite(void)
{
    Suite *suite = suite_create("experiments");
    TCase *tcase = tcase_create("experiments");

    tcase_set_timeout(tcase, is_patient() ? 600 : 60);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, the_list_names_all_of_them);
    tcase_add_loop_test(tcase, bad_usage_is_said, 0,
                        sizeof bad_usages / sizeof bad_usages[0]);
    tcase_add_test(tcase, ten_pages_take_ten_times_as_long_one_by_one);
    tcase_add_test(tcase, timelines_lie_side_by_side_where_pages_wait_together);
    tcase_add_test(tcase, only_epoll_does_not_look_at_the_idle_ones);
    tcase_add_test(tcase, a_switch_costs_about_the_same_among_many_tasks);
    tcase_add_test(tcase, spinning_burns_what_waiting_does_not);
    tcase_add_test(tcase, one_after_another_grows_with_the_pages);
    tcase_add_test(tcase, many_in_flight_need_many_workers_or_one_loop);
    tcase_add_test(tcase, who_cannot_have_so_many_in_flight_says_why);
    tcase_add_test(tcase, the_loop_runs_in_as_many_processes_as_it_is_told);
    tcase_add_test(tcase, counter_cases_need_everybody);
    tcase_add_test(tcase, executors_keep_the_loop_free);
    tcase_add_loop_test(tcase, an_interrupted_one_keeps_its_rows_and_goes_on, 0,
                        sizeof deadly / sizeof deadly[0]);
    tcase_add_test(tcase, on_another_machine_it_begins_anew);
    tcase_add_test(tcase, who_fails_has_a_row_that_says_so);
    tcase_add_test(tcase, another_program_writes_its_file_whole_or_not_at_all);
    tcase_add_test(tcase, of_all_what_was_done_is_not_done_again);
    tcase_add_test(tcase, peers_that_are_not_built_are_left_out);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(experiments_suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
