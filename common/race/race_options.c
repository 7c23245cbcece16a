/*
 * race_options.c - see race_options.h.
 */
#include "race_options.h"

#include "common/clock.h"
#include "common/units.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define VERSION "seven-crawlers 1.0"

/* Long options without a letter. */
enum {
    OPTION_PAGES = 256,
    OPTION_LATENCY,
    OPTION_LIMIT,
    OPTION_ONLY,
    OPTION_STAGES,
    OPTION_SITE,
    OPTION_URL,
    OPTION_TIMELINE,
    OPTION_JSON,
    OPTION_CSV,
    OPTION_TIMELINE_CSV,
    OPTION_TRACES,
    OPTION_EXPERIMENT,
    OPTION_QUICK,
    OPTION_HELP,
    OPTION_VERSION,
};

static const struct option table[] = {
    {"runs", required_argument, NULL, 'r'},
    {"pages", required_argument, NULL, OPTION_PAGES},
    {"latency", required_argument, NULL, OPTION_LATENCY},
    {"concurrency", required_argument, NULL, 'c'},
    {"follow", no_argument, NULL, 'f'},
    {"timeout", required_argument, NULL, 't'},
    {"limit", required_argument, NULL, OPTION_LIMIT},
    {"only", required_argument, NULL, OPTION_ONLY},
    {"stages", required_argument, NULL, OPTION_STAGES},
    {"site", required_argument, NULL, OPTION_SITE},
    {"url", required_argument, NULL, OPTION_URL},
    {"timeline", no_argument, NULL, OPTION_TIMELINE},
    {"json", required_argument, NULL, OPTION_JSON},
    {"csv", required_argument, NULL, OPTION_CSV},
    {"timeline-csv", required_argument, NULL, OPTION_TIMELINE_CSV},
    {"traces", required_argument, NULL, OPTION_TRACES},
    {"experiment", required_argument, NULL, OPTION_EXPERIMENT},
    {"quick", no_argument, NULL, OPTION_QUICK},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static void print_help(void)
{
    fputs(
        "Usage: race [OPTION]... [-- COMMAND...]\n"
        "Starts the practice site, runs every stage in turn as a process of\n"
        "its own, checks that all found the same, and compares them.\n"
        "\n"
        "What is raced over\n"
        "      --pages=N            pages of the practice site (10)\n"
        "      --latency=TIME       how far away they are (450ms)\n"
        "      --url=URL            a page of yours instead; may be repeated\n"
        "  -f, --follow             give the first page only, they shall find\n"
        "                           the others\n"
        "      --site=FILE          another site program (site, beside the\n"
        "                           stages)\n"
        "Who races\n"
        "      --only=NAME,...      these alone: 03, 03-threads, ...\n"
        "      --stages=DIR         where the stages are (beside race)\n"
        "      -- COMMAND...        your own program too, with the arguments\n"
        "                           that a stage gets\n"
        "How\n"
        "  -r, --runs=N             times each runs, in turn: A B A B (3)\n"
        "  -c, --concurrency=N      pages in flight at most (10)\n"
        "  -t, --timeout=TIME       for one page (the stages' own: 30s)\n"
        "      --limit=TIME         for one run, then it is killed (a minute\n"
        "                           and four times what one page after the\n"
        "                           other should take; 10min with --url)\n"
        "What comes out\n"
        "      --timeline           who waited for what, drawn as text\n"
        "      --json=FILE          everything measured, as one JSON object\n"
        "      --csv=FILE           the same, a row for each run\n"
        "      --timeline-csv=FILE  a row for each page of each entrant's\n"
        "                           median run, and what its processes did\n"
        "                           meanwhile, looked up every 10 ms\n"
        "      --traces=DIR         keep the traces of the median runs\n"
        "      --experiment=NAME    measure for a plot instead, which has its\n"
        "                           own pages, entrants and runs, and write\n"
        "                           plots/data/NAME.csv, or --csv=FILE;\n"
        "                           interrupted, the same goes on later; all\n"
        "                           are run by `all`, named by `list`\n"
        "      --quick              a small one, to see that it works; into\n"
        "                           plots/data/NAME-quick.csv\n"
        "  -q, --quiet              the table alone\n"
        "  -v, --verbose            say each run, show what they say\n"
        "      --help, --version\n"
        "\n"
        "Times take units: 300ms, 2s, 5min; bare they are seconds.\n"
        "Exit status: 0 all is well, 1 somebody failed or found something\n"
        "else, 2 bad usage, 130 after Ctrl-C.\n",
        stdout);
}

int race_bad_usage(const char *format, ...)
{
    va_list arguments;

    fputs("race: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs("\nTry 'race --help'.\n", stderr);
    return 2;
}

static bool read_count(const char *text, size_t most, size_t *count)
{
    uint64_t number;

    if (units_count(text, &number) < 0 || number < 1 || number > most)
        return false;
    *count = (size_t)number;
    return true;
}

static bool read_duration(const char *text, int64_t least, int64_t *ns)
{
    return units_duration(text, ns) == 0 && *ns >= least;
}

/* Enough to tell a URL from a slip; what it may be is the stages' matter. */
static bool is_url(const char *text)
{
    const char *colon = strstr(text, "://");

    if (colon == NULL || colon == text || colon[3] == '\0')
        return false;
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || *text == '\x7f')
            return false;
    return true;
}

/* Sets what the option `letter` says. Returns NULL, or what was wanted. */
static const char *set_option(struct race_options *options, int letter,
                              const char *value)
{
    int64_t ns;

    if (value != NULL && value[0] == '\0')
        return "nothing is no value";
    switch (letter) {
    case 'r':
        return read_count(value, RACE_MAX_RUNS, &options->runs)
                   ? NULL
                   : "give a whole number from 1 to 1000";
    case OPTION_PAGES:
        return read_count(value, RACE_MAX_PAGES, &options->pages)
                   ? NULL
                   : "give a whole number from 1 to 1000000";
    case OPTION_LATENCY: /* none at all is fine */
        options->latency = value;
        return read_duration(value, 0, &options->latency_ns)
                   ? NULL
                   : "give a time, like 450ms, 0.2 or 0";
    case 'c':
        return read_count(value, RACE_MAX_PAGES, &options->concurrency)
                   ? NULL
                   : "give a whole number from 1 to 1000000";
    case 'f':
        options->follow = true;
        return NULL;
    case 't':
        options->timeout = value;
        return read_duration(value, 1, &ns)
                   ? NULL
                   : "give a time above zero, like 30, 2.5s or 300ms";
    case OPTION_LIMIT:
        return read_duration(value, 1, &options->limit_ns)
                   ? NULL
                   : "give a time above zero, like 90, 2min or 500ms";
    case OPTION_ONLY:
        options->only = value;
        return NULL;
    case OPTION_STAGES:
        options->stages = value;
        return NULL;
    case OPTION_SITE:
        options->site = value;
        return NULL;
    case OPTION_URL:
        options->urls[options->url_count++] = value;
        return is_url(value) ? NULL : "give a URL, like http://localhost:8000/";
    case OPTION_TIMELINE:
        options->timeline = true;
        return NULL;
    case OPTION_JSON:
        options->json = value;
        return NULL;
    case OPTION_CSV:
        options->csv = value;
        return NULL;
    case OPTION_TIMELINE_CSV:
        options->timeline_csv = value;
        return NULL;
    case OPTION_TRACES:
        options->traces = value;
        return NULL;
    case OPTION_EXPERIMENT:
        options->experiment = value;
        return NULL;
    case OPTION_QUICK:
        options->quick = true;
        return NULL;
    default: /* -q or -v: the last one counts */
        options->quiet = letter == 'q';
        options->verbose = letter == 'v';
        return NULL;
    }
}

static const char *option_name(int letter)
{
    const struct option *option = table;

    while (option->val != letter)
        option++;
    return option->name;
}

/* getopt_long found no option there, or one with too much or too little. */
static int bad_option(int answer, char **argv)
{
    char letter[3] = {'-', (char)optopt, '\0'};
    const char *given = argv[optind - 1];
    bool is_long = strncmp(given, "--", 2) == 0;
    const char *name = is_long ? given : letter;

    if (answer == ':')
        return race_bad_usage("%s: its value is missing", name);
    if (is_long && optopt != 0) /* a known one; an unknown one leaves 0 */
        return race_bad_usage("%s: it takes no value", name);
    return race_bad_usage("%s: no such option", name);
}

/* The sum of what the practice site makes them wait, and much patience. */
static int64_t default_limit_ns(const struct race_options *options)
{
    if (options->url_count > 0)
        return 600 * NS_PER_S;
    double one_by_one =
        (double)options->pages * (double)(options->latency_ns + 5 * NS_PER_MS);
    double most = 1e6 * (double)NS_PER_S; /* 11 days: no overflow */
    return 60 * NS_PER_S +
           (int64_t)(4 * one_by_one < most ? 4 * one_by_one : most);
}

/* Creates the file if there is none and leaves alone what is in it. */
static int check_writable(const char *option, const char *path)
{
    if (path == NULL)
        return 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return race_bad_usage("--%s: cannot write %s: %s", option, path,
                              strerror(errno));
    close(fd);
    return 0;
}

static int check_directory(const char *path)
{
    struct stat info;

    if (path == NULL)
        return 0;
    if (mkdir(path, 0777) < 0 && errno != EEXIST)
        return race_bad_usage("--traces: cannot make %s: %s", path,
                              strerror(errno));
    if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode))
        return race_bad_usage("--traces: %s is no directory: name another",
                              path);
    if (access(path, W_OK | X_OK) < 0)
        return race_bad_usage("--traces: cannot write into %s: %s", path,
                              strerror(errno));
    return 0;
}

/* An experiment has its own idea of what is raced, and who, and how often. */
static bool is_for_experiments(int letter)
{
    return letter == OPTION_EXPERIMENT || letter == OPTION_QUICK ||
           letter == OPTION_CSV || letter == OPTION_STAGES ||
           letter == OPTION_SITE || letter == 'q' || letter == 'v';
}

/* What is wrong with a command line that has `stranger`, or 0, in it. */
static int check_experiment(const struct race_options *options, int stranger)
{
    if (stranger != 0)
        return race_bad_usage("--experiment and --%s: an experiment has its "
                              "own pages, entrants and runs",
                              option_name(stranger));
    if (options->command != NULL)
        return race_bad_usage("--experiment and a program of yours: race it "
                              "without --experiment");
    return 0;
}

/* What only the whole command line can show to be wrong. Returns 0 or 2. */
static int check_together(const struct race_options *options, bool ours)
{
    if (options->url_count > 0 && ours)
        return race_bad_usage("--url is a site of yours; --pages, --latency "
                              "and --site are for the practice site: give "
                              "the one or the others");
    if (check_writable("json", options->json) != 0 ||
        check_writable("csv", options->csv) != 0 ||
        check_writable("timeline-csv", options->timeline_csv) != 0 ||
        check_directory(options->traces) != 0)
        return 2;
    return 0;
}

/* What follows `--` is a program to race; anything else is a slip. */
static int read_command(struct race_options *options, int argc, char **argv)
{
    bool after_dashes = strcmp(argv[optind - 1], "--") == 0;

    if (optind == argc)
        return after_dashes && optind > 1
                   ? race_bad_usage("--: name a program to race after it")
                   : 0;
    if (!after_dashes)
        return race_bad_usage("%s: what is it? A site is given with --url=URL, "
                              "a program of yours after --",
                              argv[optind]);
    options->command = argv + optind;
    return 0;
}

static int read_arguments(struct race_options *options, int argc, char **argv)
{
    bool ours = false; /* an option of the practice site was given */
    int stranger = 0;  /* an option that no experiment has */
    int letter;

    opterr = 0; /* our own words */
    /* '+': what is not an option ends them, so that -- can be told apart */
    while ((letter = getopt_long(argc, argv, "+:r:c:ft:qv", table, NULL)) !=
           -1) {
        if (letter == '?' || letter == ':')
            return bad_option(letter, argv);
        if (letter == OPTION_HELP) {
            print_help();
            return 0;
        }
        if (letter == OPTION_VERSION) {
            printf("race (%s)\n", VERSION);
            return 0;
        }
        const char *wanted = set_option(options, letter, optarg);
        if (wanted != NULL)
            return race_bad_usage("--%s='%s': %s", option_name(letter), optarg,
                                  wanted);
        ours = ours || letter == OPTION_PAGES || letter == OPTION_LATENCY ||
               letter == OPTION_SITE;
        if (!is_for_experiments(letter))
            stranger = letter;
    }
    if (read_command(options, argc, argv) != 0)
        return 2;
    if (options->quick && options->experiment == NULL)
        return race_bad_usage("--quick: it goes with --experiment=NAME");
    if (options->experiment != NULL) {
        int wrong = check_experiment(options, stranger);
        return wrong != 0 ? wrong : RACE_GO_ON;
    }
    if (options->limit_ns == 0)
        options->limit_ns = default_limit_ns(options);
    int wrong = check_together(options, ours);
    return wrong != 0 ? wrong : RACE_GO_ON;
}

int race_options_read(struct race_options *options, int argc, char **argv)
{
    *options = (struct race_options){
        .runs = 3,
        .pages = 10,
        .latency = "450ms",
        .latency_ns = 450 * NS_PER_MS,
        .concurrency = 10,
        /* no more of them than arguments */
        .urls = calloc((size_t)argc + 1, sizeof(char *)),
    };
    if (options->urls == NULL) {
        fputs("race: no memory for the options\n", stderr);
        return 1;
    }
    int status = read_arguments(options, argc, argv);
    if (status != RACE_GO_ON)
        race_options_free(options);
    return status;
}

void race_options_free(struct race_options *options)
{
    free(options->urls);
    options->urls = NULL;
}

bool race_options_are_the_articles(const struct race_options *options)
{
    return options->url_count == 0 && options->pages == 10 &&
           options->latency_ns == 450 * NS_PER_MS &&
           options->concurrency == 10 && !options->follow;
}
