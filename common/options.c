/*
 * options.c - see options.h.
 */
#include "options.h"

#include "clock.h"
#include "units.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_CONCURRENCY = 1000000, MAX_REDIRECTS = 1000 };

/* Long options without a letter; a stage's own follow after OPTION_OWN. */
enum {
    OPTION_MAX_PAGES = 256,
    OPTION_MAX_SIZE,
    OPTION_MAX_REDIRECTS,
    OPTION_MANIFEST,
    OPTION_TRACE,
    OPTION_HAR,
    OPTION_TRACE_EVENTS,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_VERSION,
    OPTION_OWN,
};

static const struct option shared_options[] = {
    {"input-file", required_argument, NULL, 'i'},
    {"concurrency", required_argument, NULL, 'c'},
    {"follow", no_argument, NULL, 'f'},
    {"max-pages", required_argument, NULL, OPTION_MAX_PAGES},
    {"timeout", required_argument, NULL, 't'},
    {"max-size", required_argument, NULL, OPTION_MAX_SIZE},
    {"max-redirects", required_argument, NULL, OPTION_MAX_REDIRECTS},
    {"manifest", required_argument, NULL, OPTION_MANIFEST},
    {"trace", required_argument, NULL, OPTION_TRACE},
    {"har", required_argument, NULL, OPTION_HAR},
    {"trace-events", required_argument, NULL, OPTION_TRACE_EVENTS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
};

enum {
    SHARED_COUNT = sizeof shared_options / sizeof shared_options[0],
    OWN_MAX = 8, /* options of a stage's own, at most */
};

static void print_help(const struct stage *stage)
{
    printf("Usage: %s [OPTION]... URL...\n%s\n\n", stage->name, stage->summary);
    fputs(
        "  -i, --input-file=FILE  more URLs, one a line; - is stdin\n"
        "  -c, --concurrency=N    pages in flight at most (10)\n"
        "  -f, --follow           also crawl the links found, where they have\n"
        "                         the origin of a URL given\n"
        "      --max-pages=N      take no new pages after N (10000)\n"
        "  -t, --timeout=TIME     for one page, start to last byte (30s)\n"
        "      --max-size=SIZE    largest body kept (16MiB)\n"
        "      --max-redirects=N  hops followed for one page (10)\n"
        "      --manifest=FILE    a line per page, sorted by URL: outcome\n"
        "                         status bytes digest url; - is stdout\n"
        "      --trace=FILE       CSV: when each page got how far\n"
        "      --har=FILE         the same for a browser's network panel "
        "(HAR)\n"
        "      --trace-events=FILE\n"
        "                         the same for Perfetto (Trace Event JSON)\n"
        "      --json             figures as one JSON object on stdout\n"
        "  -q, --quiet            say nothing but what went wrong with us\n"
        "  -v, --verbose          also say which links were left\n"
        "      --help, --version\n",
        stdout);
    for (const struct stage_option *o = stage->own; o && o->name; o++) {
        char name[32];
        snprintf(name, sizeof name, "--%s%s%s", o->name, o->value ? "=" : "",
                 o->value ? o->value : "");
        printf("      %-18s %s\n", name, o->help);
    }
    puts("\nSizes and times take units: 64KiB, 300ms; bare they are bytes and "
         "seconds.\n"
         "Exit status: 0 every page has an answer, 1 some page failed, 2 bad "
         "usage,\n130 after Ctrl-C.");
}

static int bad_usage(const struct stage *stage, const char *option,
                     const char *value, const char *wanted)
{
    fprintf(stderr, "%s: --%s='%s': %s\nTry '%s --help'.\n", stage->name,
            option, value, wanted, stage->name);
    return 2;
}

/* A whole number from `least` to `most`; false for anything else. */
static bool parse_count(const char *text, uint64_t least, uint64_t most,
                        uint64_t *count)
{
    return units_count(text, count) == 0 && *count >= least && *count <= most;
}

/* Of all files only the manifest may be stdout. */
static const char *file_problem(const char *path)
{
    return path[0] != '\0' && strcmp(path, "-") != 0 ? NULL
                                                     : "give a file name";
}

/* Sets what the option `letter` says. Returns NULL, or what was wanted. */
static const char *set_option(struct options *options, int letter,
                              const char *value)
{
    uint64_t count;

    switch (letter) {
    case 'i':
        options->input_files[options->input_file_count++] = value;
        return NULL;
    case 'c':
        if (!parse_count(value, 1, MAX_CONCURRENCY, &count))
            return "give a whole number from 1 to 1000000";
        options->concurrency = count;
        return NULL;
    case 'f':
        options->follow = true;
        return NULL;
    case OPTION_MAX_PAGES:
        if (!parse_count(value, 1, SIZE_MAX / 2, &count))
            return "give a whole number from 1 on";
        options->max_pages = count;
        return NULL;
    case 't':
        if (units_duration(value, &options->timeout_ns) < 0 ||
            options->timeout_ns <= 0)
            return "give a time above zero, like 30, 2.5s or 300ms";
        return NULL;
    case OPTION_MAX_SIZE:
        if (units_size(value, &options->max_size) < 0 || options->max_size == 0)
            return "give a size above zero, like 65536, 64KiB or 16MiB";
        return NULL;
    case OPTION_MAX_REDIRECTS:
        if (!parse_count(value, 0, MAX_REDIRECTS, &count))
            return "give a whole number from 0 to 1000";
        options->max_redirects = count;
        return NULL;
    case OPTION_MANIFEST:
        options->manifest = value;
        return value[0] != '\0' ? NULL : "give a file name, or - for stdout";
    case OPTION_TRACE:
        options->trace = value;
        return file_problem(value);
    case OPTION_HAR:
        options->har = value;
        return file_problem(value);
    case OPTION_TRACE_EVENTS:
        options->trace_events = value;
        return file_problem(value);
    case OPTION_JSON:
        options->json = true;
        return NULL;
    case 'q':
    case 'v': /* the last one counts */
        options->quiet = letter == 'q';
        options->verbose = letter == 'v';
        return NULL;
    default:
        return "no such option";
    }
}

/* The table for getopt_long: what all stages share, then this one's own. */
static void option_table(struct option *table, const struct stage *stage)
{
    size_t n = SHARED_COUNT;

    memcpy(table, shared_options, sizeof shared_options);
    for (const struct stage_option *o = stage->own; o && o->name; o++) {
        table[n] = (struct option){
            .name = o->name,
            .has_arg = o->value != NULL ? required_argument : no_argument,
            .val = OPTION_OWN + (int)(n - SHARED_COUNT)};
        n++;
    }
    table[n] = (struct option){0};
}

static const char *option_name(const struct option *table, int letter)
{
    while (table->name != NULL && table->val != letter)
        table++;
    return table->name != NULL ? table->name : "?";
}

/* What only the whole command line can show to be wrong. Returns 0 or 2. */
static int check_together(const struct options *options,
                          const struct stage *stage)
{
    const char *wrong = NULL;

    if (options->json && options->manifest != NULL &&
        strcmp(options->manifest, "-") == 0)
        wrong = "--json and --manifest=- both want stdout: give one a file";
    else if (options->url_count == 0 && options->input_file_count == 0)
        wrong = "no URL: give one, like http://127.0.0.1:8000/, or a list of "
                "them with --input-file";
    if (wrong == NULL)
        return 0;
    fprintf(stderr, "%s: %s\nTry '%s --help'.\n", stage->name, wrong,
            stage->name);
    return 2;
}

/* getopt_long found no option there, or one with too much or too little. */
static int bad_option(const struct stage *stage, int letter, char **argv)
{
    char name[3] = {'-', (char)optopt, '\0'};
    /* Bytes above 127 are negative. */
    bool is_short = optopt != 0 && optopt < OPTION_MAX_PAGES;
    bool is_known = optopt >= OPTION_MAX_PAGES ||
                    (is_short && strchr("fqv", optopt) != NULL);
    const char *wrong = letter == ':' ? "its value is missing"
                        : is_known    ? "it takes no value"
                                      : "no such option";

    fprintf(stderr, "%s: %s: %s\nTry '%s --help'.\n", stage->name,
            is_short ? name : argv[optind - 1], wrong, stage->name);
    return 2;
}

/* The status of --help and --version: 0, if stdout took what was printed. */
static int finish_telling(const struct stage *stage)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return 0;
    fprintf(stderr, "%s: cannot write stdout: %s\n", stage->name,
            strerror(errno));
    return 1;
}

static int parse_arguments(struct options *options, const struct stage *stage,
                           int argc, char **argv)
{
    struct option table[SHARED_COUNT + OWN_MAX + 1];
    int letter;

    option_table(table, stage);
    optind = 1;
    opterr = 0; /* our own words, below */
    while ((letter = getopt_long(argc, argv, ":i:c:ft:qv", table, NULL)) !=
           -1) {
        if (letter == '?' || letter == ':')
            return bad_option(stage, letter, argv);
        if (letter == OPTION_HELP) {
            print_help(stage);
            return finish_telling(stage);
        }
        if (letter == OPTION_VERSION) {
            printf("%s (%s %s)\n", stage->name, PROJECT_NAME, PROJECT_VERSION);
            return finish_telling(stage);
        }
        const char *wanted;
        if (letter >= OPTION_OWN) {
            const struct stage_option *own = &stage->own[letter - OPTION_OWN];
            wanted = own->set(optarg) ? NULL : own->complaint;
        } else {
            wanted = set_option(options, letter, optarg);
        }
        if (wanted != NULL)
            return bad_usage(stage, option_name(table, letter),
                             optarg != NULL ? optarg : "", wanted);
    }
    options->urls = argv + optind;
    options->url_count = (size_t)(argc - optind);
    int wrong = check_together(options, stage);
    return wrong != 0 ? wrong : OPTIONS_GO_ON;
}

int options_parse(struct options *options, const struct stage *stage, int argc,
                  char **argv)
{
    *options = (struct options){
        .concurrency = 10,
        .max_pages = 10000,
        .timeout_ns = 30 * NS_PER_S,
        .max_size = 16 << 20,
        .max_redirects = 10,
        /* no more input files than arguments */
        .input_files = calloc((size_t)argc + 1, sizeof(char *)),
    };
    if (options->input_files == NULL) {
        fprintf(stderr, "%s: no memory for the options\n", stage->name);
        return 1;
    }
    int status = parse_arguments(options, stage, argc, argv);
    if (status != OPTIONS_GO_ON)
        options_free(options);
    return status;
}

void options_free(struct options *options)
{
    free(options->input_files);
    options->input_files = NULL;
}

int options_file_status(int error)
{
    switch (error) {
    case EMFILE:
    case ENFILE:
    case ENOMEM:
    case ENOSPC:
    case EDQUOT:
    case EIO:
        return 1;
    default:
        return 2;
    }
}
