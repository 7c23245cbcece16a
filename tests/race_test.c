/*
 * race_test.c - the race as its users see it, over stages of straw: shell
 * scripts that keep the contract of a stage, or break it.
 *
 * The race that is tested is that of $BUILD.
 */
#include "run.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { MOST_ARGUMENTS = 32, DEADLINE_SECONDS = 20 };

static char race[PATH_MAX];
static char directory[PATH_MAX / 2]; /* stages, site, what is printed */
static char temporary[PATH_MAX];     /* the race's TMPDIR */
static char printed[256 * 1024];     /* by the last race on stdout */
static char said[64 * 1024];         /* and on stderr */

/* Listens nowhere: the stages of straw fetch nothing. */
#define SITE "echo http://127.0.0.1:9/\nexec sleep 1000\n"

/* $urls and $count: what was given; $manifest and $trace: where to write. */
#define ARGUMENTS                                             \
    "urls= count=0\n"                                         \
    "for a; do case $a in\n"                                  \
    "--manifest=*) manifest=${a#*=} ;;\n"                     \
    "--trace=*) trace=${a#*=} ;;\n"                           \
    "--input-file=*) while read -r u; do urls=\"$urls $u\"\n" \
    "    count=$((count + 1)); done <\"${a#*=}\" ;;\n"        \
    "http*) urls=\"$urls $a\" count=$((count + 1)) ;;\n"      \
    "esac; done\n"

#define MANIFEST                                                 \
    "for u in $urls; do echo ok 200 5 0123456789abcdef $u; done" \
    " >\"$manifest\"\n"

#define TRACE                                                              \
    "{ echo url,worker,start,resolved,connected,sent,first_byte,done,"     \
    "outcome,status,bytes\n"                                               \
    "for u in $urls; do echo $u,0,0,0.1,0.2,0.3,0.7,1.0,ok,200,5; done; }" \
    " >\"$trace\"\n"

#define JSON                                                           \
    "echo '{\"stage\": \"straw\", \"pages\": '$count', \"failed\": 0," \
    " \"bytes\": 15, \"wall_s\": 0.25, \"max_rss_kib\": 2097152,"      \
    " \"workers\": 7, \"waits\": 12345, \"retries\": 3100000}'\n"

#define GOOD ARGUMENTS MANIFEST TRACE JSON

static void script(const char *name, const char *body)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fprintf(file, "#!/bin/sh\ncd '%s' || exit 9\n%s", directory, body);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(chmod(path, 0755), 0);
}

static void remove_directory(const char *path)
{
    DIR *list = opendir(path);
    struct dirent *entry;

    while (list != NULL && (entry = readdir(list)) != NULL)
        unlinkat(dirfd(list), entry->d_name, 0);
    if (list != NULL)
        closedir(list);
    rmdir(path);
}

static size_t entries_of(const char *path)
{
    DIR *list = opendir(path);
    size_t count = 0;

    ck_assert_ptr_nonnull(list);
    while (readdir(list) != NULL)
        count++;
    closedir(list);
    return count - 2; /* . and .. */
}

static void set_up(void)
{
    ck_assert_ptr_nonnull(realpath(built("race"), race));
    snprintf(directory, sizeof directory, "%s/race-test-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(temporary, sizeof temporary, "%s/temporary", directory);
    ck_assert_int_eq(mkdir(temporary, 0700), 0);
    setenv("TMPDIR", temporary, 1);
#ifdef __linux__
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* what is left over becomes ours */
#endif
    script("site", SITE);
}

/* Holds for every test: nothing of the race is left, on disk or running. */
static void tear_down(void)
{
    alarm(5);
    while (wait(NULL) >= 0) /* of orphans: whoever lives on is hung here */
        ;
    alarm(0);
    size_t left = entries_of(temporary);
    remove_directory(temporary);
    remove_directory(directory);
    ck_assert_uint_eq(left, 0);
}

static void read_back(const char *name, char *text, size_t size)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void redirect(const char *name, int to)
{
    int fd = openat(AT_FDCWD, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    if (fd < 0 || dup2(fd, to) < 0)
        _exit(126);
}

/* Starts the race over `directory` with the words of `line` as arguments. */
static pid_t start_race(const char *line)
{
    char stages[PATH_MAX], words[1024];
    char *argv[MOST_ARGUMENTS] = {race, stages};
    int argc = 2;

    snprintf(stages, sizeof stages, "--stages=%s", directory);
    snprintf(words, sizeof words, "%s", line);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (chdir(directory) < 0)
            _exit(126);
        redirect("stdout", 1);
        redirect("stderr", 2);
        signal(SIGHUP, SIG_DFL); /* under nohup it would be ignored */
        execv(race, argv);
        _exit(126);
    }
    return pid;
}

static int end_race(pid_t pid)
{
    int status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    read_back("stdout", printed, sizeof printed);
    read_back("stderr", said, sizeof said);
    ck_assert_msg(WIFEXITED(status), "the race was killed: %s", said);
    return WEXITSTATUS(status);
}

static int run_race(const char *line)
{
    return end_race(start_race(line));
}

static void assert_holds(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) != NULL, "no '%s' in:\n%.1500s\n%.500s",
                  part, text, said);
}

static void assert_lacks(const char *text, const char *part)
{
    ck_assert_msg(strstr(text, part) == NULL, "'%s' in:\n%.1500s", part, text);
}

static size_t times_in(const char *text, const char *part)
{
    size_t times = 0;

    while ((text = strstr(text, part)) != NULL) {
        text += strlen(part);
        times++;
    }
    return times;
}

/* Columns, not bytes: what goes on a UTF-8 character is none. */
static size_t widest_line(const char *text)
{
    size_t width = 0, widest = 0;

    for (; *text != '\0'; text++) {
        width = *text == '\n' ? 0 : width + (((unsigned char)*text >> 6) != 2);
        widest = width > widest ? width : widest;
    }
    return widest;
}

START_TEST(every_stage_has_a_row_in_both_bands_of_the_table)
{
    script("01-first", GOOD);
    script("03-third", GOOD);
    ck_assert_int_eq(run_race("--runs=2 --pages=3 --latency=0"), 0);
    ck_assert_uint_eq(times_in(printed, "\n01-first  "), 2);
    ck_assert_uint_eq(times_in(printed, "\n03-third  "), 2);
    assert_holds(printed, "1.0x"); /* the first against itself */
    assert_holds(printed, "3/3");
    assert_holds(printed, " 2048 "); /* MiB, as the JSON has them */
    assert_holds(printed, "12.3k");
    assert_holds(printed, "3.1M");
    ck_assert_uint_le(widest_line(printed), 80);
}
END_TEST

START_TEST(equal_manifests_are_one_manifest)
{
    script("01-first", GOOD);
    script("02-second", GOOD);
    ck_assert_int_eq(run_race("--runs=3 --pages=3"), 0);
    assert_holds(printed, "one manifest: 3 pages, digest ");
    assert_holds(printed, "the same in all 6 runs");
    assert_lacks(printed, "DIFFERENT");
    ck_assert_str_eq(said, "");
}
END_TEST

START_TEST(a_manifest_that_differs_is_shown_against_the_usual_one)
{
    script("01-first", GOOD);
    script("02-second", ARGUMENTS MANIFEST
           "sed 's/^ok 200 5 \\(.*\\/2\\)$/ok 404 5 \\1/' \"$manifest\" >x\n"
           "cat x >\"$manifest\"\n" TRACE JSON);
    script("03-third", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=3"), 1);
    assert_holds(printed, "2 DIFFERENT MANIFESTS");
    assert_holds(printed,
                 "- found by 01-first (1 run), 03-third (1 run)\n"
                 "+ found by 02-second (1 run)\n"
                 "  - ok 200 5 0123456789abcdef http://127.0.0.1:9/2\n"
                 "  + ok 404 5 0123456789abcdef http://127.0.0.1:9/2\n");
    assert_lacks(printed, "127.0.0.1:9/1");
}
END_TEST

/* What they say goes to a terminal, and may be long. */
START_TEST(the_usual_manifest_is_that_of_most_and_lines_are_made_harmless)
{
    script("01-first", ARGUMENTS
           "for u in $urls; do printf 'ok 200 5 0\\033[2J %s\\n' $u; done "
           ">\"$manifest\"\n" JSON);
    script(
        "02-second", ARGUMENTS
        "x=$(printf '%0200d' 0)\n"
        "for u in $urls; do echo ok 200 5 $x $u; done >\"$manifest\"\n" JSON);
    script("03-third", GOOD);
    script("04-fourth", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=1 --only=01,02,03,04"), 1);
    assert_holds(printed, "\n- found by 03-third (1 run), 04-fourth");
    assert_holds(printed, "\n  + ok 200 5 0?[2J http://127.0.0.1:9/\n");
    assert_holds(printed, "\n  + ok 200 5 00000000");
    assert_holds(printed, "0...\n");
    assert_lacks(printed, "\033");
    ck_assert_uint_le(widest_line(printed), 80);
}
END_TEST

START_TEST(at_most_ten_differing_lines_are_shown)
{
    script("01-first", GOOD);
    script("02-second", GOOD);
    script("03-third", ARGUMENTS
           "for u in $urls; do echo ok 404 5 0 $u; done >\"$manifest\"\n" JSON);
    ck_assert_int_eq(run_race("--runs=1 --pages=9"), 1);
    ck_assert_uint_eq(times_in(printed, "http://127.0.0.1:9/"), 10);
    assert_holds(printed, "... and 8 more");
}
END_TEST

/* A stage gone wrong, and the words for it. */
static const struct bad_stage {
    const char *body;
    const char *words;
} bad_stages[] = {
    {"kill -SEGV $$\n", "killed by signal 11"},
    {"echo no such option >&2\nexit 2\n", "it said: no such option"},
    {"printf 'a\\033[2J\\nb\\177c' >&2\nexit 2\n", "it said: a [2J b c"},
    {"exit 2\n", "exit status 2"},
    {"exit 7\n", "exit status 7"},
    {"exit 0\n", "no JSON object"},
    {"echo hello\n", "no JSON object"},
    {ARGUMENTS MANIFEST "echo '{\"pages\": 3, \"failed\": 0'\n", "broken JSON"},
    {ARGUMENTS MANIFEST "echo '{\"pages\": 3, \"failed\": nan}'\n",
     "broken JSON"},
    {ARGUMENTS MANIFEST "echo '{\"pages\": 03, \"failed\": 0}'\n",
     "broken JSON"},
    {ARGUMENTS MANIFEST "echo '{\"pages\": 3, \"pages\": 3, \"failed\": 0}'\n",
     "a key twice"},
    {ARGUMENTS MANIFEST JSON JSON, "more than one JSON object"},
    {ARGUMENTS MANIFEST "echo '{\"pages\": \"3\", \"failed\": 0}'\n",
     "how many \"pages\""},
    {ARGUMENTS MANIFEST JSON "exit 1\n", "exit status 1, but no page failed"},
    {ARGUMENTS JSON, "no manifest"},
    {ARGUMENTS MANIFEST "echo ok >>\"$manifest\"\n" JSON,
     "its JSON has 3 pages, its manifest 4"},
    {ARGUMENTS "urls=${urls% *} count=2\n" MANIFEST JSON,
     "2 pages where 3 were asked for"},
    {ARGUMENTS MANIFEST "echo '{\"pages\": 3, \"failed\": 2}'\nexit 1\n",
     "2 of 3 pages failed"},
    {ARGUMENTS MANIFEST "echo '{\"pages\": 3, \"failed\": 0, "
                        "\"digest\": \"0000000000000000\"}'\n",
     "has the digest 0000000000000000, its manifest "},
    {"exec sleep 1000\n", "killed after 0.2 s"},
    {"sleep 1000 &\nwait\n", "killed after 0.2 s"},
    {"trap '' TERM INT HUP\nwhile :; do sleep 1000; done\n",
     "killed after 0.2 s"},
};

START_TEST(a_stage_gone_wrong_is_named_and_the_others_go_on)
{
    const struct bad_stage *bad = &bad_stages[_i];
    bool hangs = strstr(bad->words, "killed after") != NULL;

    script("02-bad", bad->body);
    script("03-good", GOOD);
    ck_assert_int_eq(run_race(hangs ? "--runs=1 --pages=3 --only=02 --limit=0.2"
                                    : "--runs=1 --pages=3"),
                     1);
    assert_holds(printed, "02-bad, run 1: ");
    assert_holds(printed, bad->words);
    if (!hangs) /* with so short a limit the good one may be killed, too */
        assert_holds(printed, "3/3");
}
END_TEST

/* Its first line names a shell that is not there. */
static void script_of_no_shell(const char *name)
{
    char path[PATH_MAX];

    script(name, "");
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs("#!/nonexistent/sh\n", file);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(a_stage_that_cannot_be_started_is_named_too)
{
    script_of_no_shell("02-bad");
    script("03-good", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=3 --timeline --traces=kept"),
                     1);
    assert_holds(printed, "02-bad, run 1: cannot start ");
    assert_holds(printed, "No such file or directory");
    assert_holds(printed, "\n02-bad: no good run\n");
    assert_holds(printed, "3/3");
    char kept[PATH_MAX];
    snprintf(kept, sizeof kept, "%s/kept", directory);
    ck_assert_uint_eq(entries_of(kept), 1);
    remove_directory(kept);
}
END_TEST

START_TEST(over_a_site_of_ones_own_pages_may_fail_but_not_all)
{
    script("01-some",
           ARGUMENTS MANIFEST "echo '{\"pages\": 2, \"failed\": 1}'\nexit 1\n");
    script("02-none",
           ARGUMENTS MANIFEST "echo '{\"pages\": 2, \"failed\": 2}'\nexit 1\n");
    ck_assert_int_eq(run_race("--runs=1 --url=http://a/ --url=http://b/"), 1);
    assert_holds(printed, "02-none, run 1: no page was fetched");
    assert_lacks(printed, "01-some, run 1: ");
}
END_TEST

static const char *const bad_usages[] = {
    "--frobnicate",
    "-x",
    "--runs",
    "--runs=0",
    "--runs=abc",
    "--runs=-1",
    "--runs=1001",
    "--pages=0",
    "--pages=1e3",
    "-c 0",
    "-c abc",
    "--latency=nan",
    "--latency=-1",
    "-t nan",
    "-t 0",
    "--limit=0",
    "--url=index",
    "--url=",
    "--only=99",
    "--only=01-first,zz",
    "--only=,",
    "--",
    "-- no-such-thing",
    "-- ./missing",
    "http://a/",
    "--timeline=x",
    "--site=missing",
    "--stages=missing",
    "--csv=missing/file",
    "--json=missing/file",
    "--timeline-csv=missing/file",
    "--traces=missing/directory",
    "--traces=01-first",
    "--url=http://a/ --pages=3",
    "--url=http://a/ --site=site",
    "--stages=temporary",
};

START_TEST(bad_usage_is_said_before_anything_starts)
{
    script("site", "echo started >started\n");
    script("01-first", "echo started >started\n");
    ck_assert_int_eq(run_race(bad_usages[_i]), 2);
    assert_holds(said, "race: ");
    assert_holds(said, "Try 'race --help'.\n");
    ck_assert_str_eq(printed, "");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/started", directory);
    ck_assert_int_ne(access(path, F_OK), 0);
}
END_TEST

START_TEST(help_and_version_are_results)
{
    ck_assert_int_eq(run_race("--help"), 0);
    assert_holds(printed, "Usage: race ");
    ck_assert_uint_le(widest_line(printed), 80);
    ck_assert_int_eq(run_race("--version"), 0);
    assert_holds(printed, "race (seven-crawlers ");
}
END_TEST

START_TEST(a_program_of_ones_own_gets_what_a_stage_gets)
{
    script("01-first", "echo \"$@\" >first\n" GOOD);
    script("mine", "[ \"$1\" = --mine ] || exit 3\nshift\n"
                   "echo \"$@\" >mine.arguments\n" GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=3 -f -t 5s -c 4 -- ./mine "
                              "--mine"),
                     0);
    ck_assert_uint_eq(times_in(printed, "\nmine --mine  "), 2);
    char arguments[4096];
    read_back("mine.arguments", arguments, sizeof arguments);
    assert_holds(arguments, "-c 4 --json --manifest=");
    assert_holds(arguments, " --trace=");
    assert_holds(arguments, " --timeout=5s -f http://127.0.0.1:9/\n");
}
END_TEST

static const struct {
    const char *command, *label;
} labels[] = {
    {"./mine", "\nmine  "},
    {"./01-first", "\nyours  "},
    {"./mine --an-option --and-another=one", "\nmine --an-optio..."},
    {"./mine \x7f\xc3\xa9", "\nmine ???  "},
};

START_TEST(a_program_of_ones_own_has_a_name_that_fits)
{
    char line[128];

    script("01-first", GOOD);
    script("mine", GOOD);
    snprintf(line, sizeof line, "--runs=1 --pages=3 -- %s", labels[_i].command);
    ck_assert_int_eq(run_race(line), 0);
    ck_assert_msg(times_in(printed, labels[_i].label) == 2, "%s", printed);
}
END_TEST

START_TEST(stage_04_runs_with_one_socket_and_with_all)
{
    script("04-busy-wait", "echo $1 $2 >>arguments\n" GOOD);
    ck_assert_int_eq(run_race("--runs=2 --pages=3"), 0);
    ck_assert_uint_eq(times_in(printed, "\n04-busy-wait -c 1 "), 2);
    ck_assert_uint_eq(times_in(printed, "\n04-busy-wait -c 10 "), 2);
    char arguments[100];
    read_back("arguments", arguments, sizeof arguments);
    ck_assert_str_eq(arguments, "-c 1\n-c 10\n-c 1\n-c 10\n");
}
END_TEST

START_TEST(they_run_in_turn)
{
    script("01-first", "echo 1 >>order\n" GOOD);
    script("02-second", "echo 2 >>order\n" GOOD);
    script("03-third", "echo 3 >>order\n" GOOD);
    ck_assert_int_eq(run_race("--runs=2 --pages=1 --only=01,03-third"), 0);
    char order[100];
    read_back("order", order, sizeof order);
    ck_assert_str_eq(order, "1\n3\n1\n3\n");
}
END_TEST

START_TEST(the_articles_figures_stand_beside_their_race_alone)
{
    script("01-first", GOOD);
    script("03-third", GOOD);
    ck_assert_int_eq(run_race("--runs=1"), 0);
    assert_holds(printed, "Python");
    assert_holds(printed, " 4.5\n");
    assert_holds(printed, " 0.43\n");
    ck_assert_int_eq(run_race("--runs=1 --latency=0"), 0);
    assert_lacks(printed, "Python");
}
END_TEST

START_TEST(with_a_site_of_ones_own_none_is_started)
{
    script("site", "echo started >started\n");
    script("01-first", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --url=http://a/ --url=http://b/c"), 0);
    assert_holds(printed, "2/2");
    ck_assert_int_ne(access("started", F_OK), 0);
}
END_TEST

START_TEST(more_urls_than_a_command_line_holds_go_through_a_file)
{
    script("01-first", "echo $# >count\n" GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=2000"), 0);
    assert_holds(printed, "2000/2000");
    char count[20];
    read_back("count", count, sizeof count);
    ck_assert_str_eq(count, "6\n");
}
END_TEST

START_TEST(csv_has_a_row_for_each_run_and_says_where_it_was_made)
{
    script("01-first", GOOD);
    script("02-bad", "echo oh, no >&2\nexit 4\n");
    ck_assert_int_eq(run_race("--runs=2 --pages=3 --csv=out.csv"), 1);
    char csv[16384];
    read_back("out.csv", csv, sizeof csv);
    ck_assert_int_eq(strncmp(csv, "# command: ", 11), 0);
    static const char *const headers[] = {
        "\n# machine: ",
        "\n# kernel: ",
        "\n# compiler: ",
        "\n# flags: ",
        "\n# date: ",
        "\n# runs: 2",
        "\n# site: 3 pages, 450 ms away",
        "\nentrant,concurrency,run,result,wall_s,inside_wall_s,user_s,sys_s,"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        assert_holds(csv, headers[i]);
    assert_holds(csv, "\n01-first,10,1,ok,");
    assert_holds(csv, "\n01-first,10,2,ok,");
    assert_holds(csv, ",12345,3100000,"); /* waits and retries */
    assert_holds(csv, "\n02-bad,10,1,\"exit status 4; it said: oh, no\",");
}
END_TEST

START_TEST(json_holds_the_medians_and_the_runs)
{
    script("01-first", GOOD);
    ck_assert_int_eq(run_race("--runs=2 --pages=3 --json=out.json"), 0);
    char json[16384];
    read_back("out.json", json, sizeof json);
    static const char *const parts[] = {
        "\"agree\": true",           "\"entrant\": \"01-first\"",
        "\"median\": {\"wall_s\": ", "{\"run\": 2, \"result\": \"ok\"",
        "\"waits\": 12345",          "\"latency_s\": 0.45",
        "\"peak_kib\": 2097152",     "\"times_faster\": 1,"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        assert_holds(json, parts[i]);
}
END_TEST

START_TEST(traces_of_the_median_runs_are_kept_on_request)
{
    script("04-busy", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=3 --traces=kept "
                              "--timeline-csv=lines.csv"),
                     0);
    char text[4096], kept[PATH_MAX];
    read_back("kept/04-busy-c10.csv", text, sizeof text);
    assert_holds(text, "url,worker,start,");
    assert_holds(text, "http://127.0.0.1:9/2,0,0,0.1,");
    read_back("lines.csv", text, sizeof text);
    assert_holds(text, "\nentrant,row,page,worker,start,");
    assert_holds(text, "\n04-busy -c 1,3,/2,0,0,0.1,0.2,0.3,0.7,1,ok,,\n");
    snprintf(kept, sizeof kept, "%s/kept", directory);
    remove_directory(kept);
}
END_TEST

/* The most cores that the rows of no page say the entrant had. */
static double most_cores(const char *text, const char *entrant)
{
    char begin[64];
    double most = 0;

    snprintf(begin, sizeof begin, "\n%s,0,,,", entrant);
    while ((text = strstr(text, begin)) != NULL) {
        double from, to, running, ready;
        text += strlen(begin);
        ck_assert_int_eq(
            sscanf(text, "%lf,,,,,%lf,,%lf,%lf", &from, &to, &running, &ready),
            4);
        ck_assert_double_lt(from, to);
        most = running > most ? running : most;
    }
    return most;
}

/* 30 ms of either: a child of the shell's sleeps, another one has a core. */
#define SLEEP "sleep 0.03\n"
#define SPIN  "(i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done)\n"

START_TEST(beside_the_timelines_stands_what_the_processes_did)
{
    char text[16384];

    if (access("/proc/self/schedstat", R_OK) < 0)
        return; /* nobody knows */
    script("01-sleeps", SLEEP GOOD);
    script("02-spins", SPIN GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=3 --timeline-csv=lines.csv"),
                     0);
    read_back("lines.csv", text, sizeof text);
    assert_holds(text, ",outcome,running,ready\n");
    assert_holds(text, "\n01-sleeps,0,,,0.000,,,,,");
    assert_holds(text, "\n02-spins,0,,,0.000,,,,,");
    ck_assert_double_gt(most_cores(text, "02-spins"), 0.1);
}
END_TEST

START_TEST(the_timeline_draws_what_each_page_was_at)
{
    setenv("LC_ALL", "C", 1);
    script("01-first", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=2 --timeline"), 0);
    /* a second in 58 columns: 0.1 s are six of them */
    assert_holds(printed, "\n/1           rrrrrrccccccsssss"
                          "------------------------#################"
                          " 1.000\n");
    ck_assert_uint_le(widest_line(printed), 80);
}
END_TEST

/* What broke off was still at what comes after the last success. */
START_TEST(the_timeline_draws_pages_that_failed)
{
    setenv("LC_ALL", "C", 1);
    script("01-first", ARGUMENTS MANIFEST
           "{ echo url,worker,start,resolved,connected,sent,first_byte,done,"
           "outcome,status,bytes\n"
           "echo http://127.0.0.1:9/,0,0.0,0.1,,,,0.5,connect,,\n"
           "echo http://127.0.0.1:9/1,0,0.5,0.6,0.6,0.6,0.8,1.0,ok,200,5; }"
           " >\"$trace\"\n" JSON);
    ck_assert_int_eq(run_race("--runs=1 --pages=2 --timeline"), 0);
    assert_holds(printed, "\n/            rrrrrrccccccccccccccccccccccc"
                          "                              connect\n");
    ck_assert_uint_le(widest_line(printed), 80);
}
END_TEST

START_TEST(a_timeline_shows_twenty_pages_and_says_so)
{
    script("01-first", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=30 --timeline"), 0);
    assert_holds(printed, "\n/19 ");
    assert_lacks(printed, "\n/20 ");
    assert_holds(printed, "(the first 20 of 30 pages)");
}
END_TEST

START_TEST(a_stage_without_a_trace_has_no_timeline)
{
    script("01-first", ARGUMENTS MANIFEST JSON);
    ck_assert_int_eq(run_race("--runs=1 --pages=2 --timeline"), 0);
    assert_holds(printed, "\n01-first: no trace\n");
}
END_TEST

/* A stage that says when it is there, through a pipe, and then hangs. */
#define SAYS_THAT_IT_IS_THERE "echo >there\nexec sleep 1000\n"

static void wait_until_it_is_there(void)
{
    char path[PATH_MAX], byte;

    snprintf(path, sizeof path, "%s/there", directory);
    int fd = open(path, O_RDONLY); /* waits for the one who writes */
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(read(fd, &byte, 1), 1);
    close(fd);
}

static void make_pipe(const char *name)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};

START_TEST(a_signal_ends_all_and_prints_what_was_measured)
{
    make_pipe("there");
    script("01-first", GOOD);
    script("02-second", SAYS_THAT_IT_IS_THERE);
    pid_t pid = start_race("--runs=1 --pages=3 --csv=out.csv");
    wait_until_it_is_there();
    kill(pid, deadly[_i]);
    ck_assert_int_eq(end_race(pid), 128 + deadly[_i]);
    assert_holds(printed, "3/3");
    assert_holds(printed, "cut short: 1 of 2 runs are missing");
    char csv[4096];
    read_back("out.csv", csv, sizeof csv);
    assert_holds(csv, "\n01-first,10,1,ok,");
    assert_lacks(csv, "\n02-second,");
}
END_TEST

START_TEST(another_site_may_be_raced_over)
{
    char arguments[PATH_MAX + 64];

    script("site", "echo started >started\n" SITE);
    script("another", "echo started >another.started\n" SITE);
    script("01-first", GOOD);
    snprintf(arguments, sizeof arguments, "--runs=1 --site=%s/another",
             directory);
    ck_assert_int_eq(run_race(arguments), 0);
    assert_holds(printed, "10/10");
    read_back("another.started", arguments, sizeof arguments);
    snprintf(arguments, sizeof arguments, "%s/started", directory);
    ck_assert_int_ne(access(arguments, F_OK), 0);
}
END_TEST

START_TEST(a_site_that_dies_ends_the_race)
{
    make_pipe("die");
    script("site", "echo http://127.0.0.1:9/\nread -r x <die\n");
    script("01-first", GOOD);
    script("02-second", "echo >die\nexec sleep 1000\n");
    ck_assert_int_eq(run_race("--runs=2 --pages=3"), 1);
    assert_holds(said, "the practice site died");
    assert_holds(printed, "02-second, run 1: the practice site died");
    assert_holds(printed, "3/3");
}
END_TEST

static const struct {
    const char *body; /* NULL: it cannot be started */
    const char *words;
} no_sites[] = {
    {"exit 1\n", "ended before it said where it listens"},
    {"echo hello\nexec sleep 1000\n",
     "did not begin with a line like http://127.0.0.1:8000/"},
    {"printf '%02000d' 0\nexec sleep 1000\n",
     "did not say where it listens, but something longer"},
    {NULL, "cannot start the site"},
};

START_TEST(a_site_that_does_not_start_is_no_race)
{
    if (no_sites[_i].body != NULL)
        script("site", no_sites[_i].body);
    else
        script_of_no_shell("site");
    script("01-first", GOOD);
    ck_assert_int_eq(run_race("--runs=1"), 1);
    assert_holds(said, no_sites[_i].words);
    ck_assert_str_eq(printed, "");
}
END_TEST

START_TEST(a_site_gets_the_pages_and_the_latency)
{
    script("site", "echo \"$@\" >site.arguments\n" SITE);
    script("01-first", GOOD);
    ck_assert_int_eq(run_race("--runs=1 --pages=7 --latency=20ms"), 0);
    char arguments[200];
    read_back("site.arguments", arguments, sizeof arguments);
    ck_assert_str_eq(arguments, "--port=0 --pages=7 --latency=20ms\n");
}
END_TEST

static Suite *race_suite(void)
{
    Suite *suite = suite_create("race");
    TCase *tcase = tcase_create("race");

    tcase_set_timeout(tcase, DEADLINE_SECONDS);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, every_stage_has_a_row_in_both_bands_of_the_table);
    tcase_add_test(tcase, equal_manifests_are_one_manifest);
    tcase_add_test(tcase,
                   a_manifest_that_differs_is_shown_against_the_usual_one);
    tcase_add_test(
        tcase, the_usual_manifest_is_that_of_most_and_lines_are_made_harmless);
    tcase_add_test(tcase, at_most_ten_differing_lines_are_shown);
    tcase_add_loop_test(tcase, a_stage_gone_wrong_is_named_and_the_others_go_on,
                        0, sizeof bad_stages / sizeof bad_stages[0]);
    tcase_add_test(tcase, a_stage_that_cannot_be_started_is_named_too);
    tcase_add_test(tcase, over_a_site_of_ones_own_pages_may_fail_but_not_all);
    tcase_add_loop_test(tcase, bad_usage_is_said_before_anything_starts, 0,
                        sizeof bad_usages / sizeof bad_usages[0]);
    tcase_add_test(tcase, help_and_version_are_results);
    tcase_add_test(tcase, a_program_of_ones_own_gets_what_a_stage_gets);
    tcase_add_loop_test(tcase, a_program_of_ones_own_has_a_name_that_fits, 0,
                        sizeof labels / sizeof labels[0]);
    tcase_add_test(tcase, stage_04_runs_with_one_socket_and_with_all);
    tcase_add_test(tcase, they_run_in_turn);
    tcase_add_test(tcase, the_articles_figures_stand_beside_their_race_alone);
    tcase_add_test(tcase, with_a_site_of_ones_own_none_is_started);
    tcase_add_test(tcase,
                   more_urls_than_a_command_line_holds_go_through_a_file);
    tcase_add_test(tcase,
                   csv_has_a_row_for_each_run_and_says_where_it_was_made);
    tcase_add_test(tcase, json_holds_the_medians_and_the_runs);
    tcase_add_test(tcase, traces_of_the_median_runs_are_kept_on_request);
    tcase_add_test(tcase, beside_the_timelines_stands_what_the_processes_did);
    tcase_add_test(tcase, the_timeline_draws_what_each_page_was_at);
    tcase_add_test(tcase, the_timeline_draws_pages_that_failed);
    tcase_add_test(tcase, a_timeline_shows_twenty_pages_and_says_so);
    tcase_add_test(tcase, a_stage_without_a_trace_has_no_timeline);
    tcase_add_loop_test(tcase, a_signal_ends_all_and_prints_what_was_measured,
                        0, sizeof deadly / sizeof deadly[0]);
    tcase_add_test(tcase, another_site_may_be_raced_over);
    tcase_add_test(tcase, a_site_that_dies_ends_the_race);
    tcase_add_loop_test(tcase, a_site_that_does_not_start_is_no_race, 0,
                        sizeof no_sites / sizeof no_sites[0]);
    tcase_add_test(tcase, a_site_gets_the_pages_and_the_latency);
    suite_add_tcase(suite, tcase);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(race_suite());

    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed > 0;
}
