/*
 * site_options.c - the practice site's command line.
 *
 * Each option has one small reader below; a reader that refuses says what was
 * wrong and what would have been right. The Python it mirrors: argparse.
 */
#include "site_options.h"

#include "common/units.h"
#include "site_faults.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse(const char *option, const char *text, const char *advice)
{
    fprintf(stderr, "site: --%s=%s: %s\n", option, text, advice);
}

static bool read_count(const char *option, const char *text, uint64_t least,
                       uint64_t most, uint64_t *count)
{
    if (units_count(text, count) == 0 && *count >= least && *count <= most)
        return true;
    fprintf(stderr, "site: --%s=%s: give a whole number from %llu to %llu\n",
            option, text, (unsigned long long)least, (unsigned long long)most);
    return false;
}

static bool read_port(struct site_options *options, const char *text)
{
    uint64_t count;

    if (!read_count("port", text, 0, UINT16_MAX, &count))
        return false;
    options->port = (uint16_t)count;
    return true;
}

static bool read_pages(struct site_options *options, const char *text)
{
    uint64_t count;

    if (!read_count("pages", text, 1, SITE_MAX_PAGES, &count))
        return false;
    options->pages = (uint32_t)count;
    return true;
}

static bool read_links(struct site_options *options, const char *text)
{
    uint64_t count;

    if (!read_count("links", text, 0, SITE_MAX_LINKS, &count))
        return false;
    options->links = (uint32_t)count;
    return true;
}

static bool read_seed(struct site_options *options, const char *text)
{
    return read_count("seed", text, 0, UINT64_MAX, &options->seed);
}

static bool read_duration(const char *option, const char *text, int64_t *ns)
{
    if (units_duration(text, ns) == 0)
        return true;
    refuse(option, text, "give a duration such as 450ms, 1.5s or 0");
    return false;
}

static bool read_size(struct site_options *options, const char *text)
{
    if (units_size(text, &options->size) == 0 && options->size > 0 &&
        options->size <= SITE_MAX_SIZE)
        return true;
    refuse("size", text, "give a size from 1 to 1GiB, such as 512 or 100KiB");
    return false;
}

/* A rate is a share (0.25) or a percentage (25%). */
static bool read_rate(struct site_options *options, const char *text)
{
    char *end;
    double rate = strtod(text, &end);

    if (end != text && strcmp(end, "%") == 0) {
        rate /= 100;
        end++;
    }
    /* strtod() also takes "nan", "inf" and leading blanks. */
    if (end != text && *end == '\0' && strchr("0123456789.", *text) != NULL &&
        isfinite(rate) && rate >= 0 && rate <= 1) {
        options->fault_rate = rate;
        return true;
    }
    refuse("faults", text,
           "give a share from 0 to 1 or a percentage, "
           "such as 0.05 or 5%");
    return false;
}

/* Numbers for the options that have no letter. */
enum {
    OPTION_HOST = 256,
    OPTION_PORT,
    OPTION_PAGES,
    OPTION_LATENCY,
    OPTION_JITTER,
    OPTION_SIZE,
    OPTION_LINKS,
    OPTION_SEED,
    OPTION_KEEP_ALIVE,
    OPTION_NO_KEEP_ALIVE,
    OPTION_CHUNKED,
    OPTION_FAULTS,
    OPTION_VERSION
};

static const struct option long_options[] = {
    {"host", required_argument, NULL, OPTION_HOST},
    {"port", required_argument, NULL, OPTION_PORT},
    {"pages", required_argument, NULL, OPTION_PAGES},
    {"latency", required_argument, NULL, OPTION_LATENCY},
    {"jitter", required_argument, NULL, OPTION_JITTER},
    {"size", required_argument, NULL, OPTION_SIZE},
    {"links", required_argument, NULL, OPTION_LINKS},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"keep-alive", no_argument, NULL, OPTION_KEEP_ALIVE},
    {"no-keep-alive", no_argument, NULL, OPTION_NO_KEEP_ALIVE},
    {"chunked", no_argument, NULL, OPTION_CHUNKED},
    {"faults", required_argument, NULL, OPTION_FAULTS},
    {"quiet", no_argument, NULL, 'q'},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static const char help_head[] =
    "Usage: site [OPTION]...\n"
    "The practice site: serves small pages after a while, or misbehaves.\n"
    "Prints its URL once it listens; SIGTERM or SIGINT ends it.\n"
    "\n"
    "  --host=ADDRESS   where to listen (127.0.0.1); ::1 works too\n"
    "  --port=N         0 lets the kernel choose (0)\n"
    "  --pages=N        pages `/`, `/1` ... `/N-1` (10); all can be reached\n"
    "                   from `/`, unless --links=0\n"
    "  --latency=TIME   from the arrival of a request to its answer (450ms);\n"
    "                   spent waiting, so any number of answers may wait\n"
    "  --jitter=TIME    the latency of each page is up to this much more or\n"
    "                   less, by the seed (0)\n"
    "  --size=BYTES     a page's body (1KiB); longer if its links need it\n"
    "  --links=N        on each page (3)\n"
    "  --seed=N         the same seed gives the same site (1)\n"
    "  --keep-alive     keep connections that their clients keep (the "
    "default)\n"
    "  --no-keep-alive  close after every answer\n"
    "  --chunked        send pages in chunks\n"
    "  --faults=RATE    let this share of the pages misbehave, 0 to 1 or as\n"
    "                   5% (0); which page does what is decided by the seed,\n"
    "                   among the faults marked * below\n"
    "  -q, --quiet      say nothing on stderr but errors\n"
    "  -v, --verbose    a line on stderr for every request\n"
    "  -h, --help       this text\n"
    "      --version\n"
    "\n"
    "Times take ns, us, ms, s, min, h (s); sizes take B, kB, KiB, MB, MiB "
    "(B).\n"
    "A client that closes or half-closes before its answer gets none.\n"
    "\n"
    "The fault menu: /fault/ lists it, /fault/NAME misbehaves at once. Beside\n"
    "each name stands what a crawler should make of it: `ok` with its status,\n"
    "or the kind of failure.\n";

enum { SUMMARY_COLUMN = 42, LAST_COLUMN = 80 };

/* What a fault does, broken between words where the line would be too long. */
static void show_summary(const char *summary)
{
    size_t room = LAST_COLUMN - SUMMARY_COLUMN;

    while (strlen(summary) > room) {
        size_t length = room;
        while (length > 0 && summary[length] != ' ')
            length--;
        if (length == 0)
            break; /* one long word */
        printf("%.*s\n%*s", (int)length, summary, SUMMARY_COLUMN, "");
        summary += length + 1;
    }
    puts(summary);
}

static void show_fault(const struct fault *fault)
{
    char status[16] = "";

    if (fault->status != 0)
        snprintf(status, sizeof(status), " %d", fault->status);
    printf(" %c%-28s %s%-*s ", fault->sprinkled ? '*' : ' ', fault->name,
           fault->outcome, (int)(10 - strlen(fault->outcome)), status);
    show_summary(fault->summary);
}

static enum site_options_result show_help(void)
{
    fputs(help_head, stdout);
    for (size_t i = 0; i < FAULT_GROUPS; i++) {
        const struct fault_group *group = fault_groups[i];

        printf("\n%s\n", group->title);
        for (size_t k = 0; k < group->count; k++)
            show_fault(&group->faults[k]);
    }
    return SITE_OPTIONS_SHOWN;
}

static bool read_option(struct site_options *options, int option,
                        const char *text)
{
    switch (option) {
    case OPTION_HOST:
        options->host = text;
        return true;
    case OPTION_PORT:
        return read_port(options, text);
    case OPTION_PAGES:
        return read_pages(options, text);
    case OPTION_LATENCY:
        return read_duration("latency", text, &options->latency_ns);
    case OPTION_JITTER:
        return read_duration("jitter", text, &options->jitter_ns);
    case OPTION_SIZE:
        return read_size(options, text);
    case OPTION_LINKS:
        return read_links(options, text);
    case OPTION_SEED:
        return read_seed(options, text);
    case OPTION_KEEP_ALIVE:
    case OPTION_NO_KEEP_ALIVE:
        options->keep_alive = option == OPTION_KEEP_ALIVE;
        return true;
    case OPTION_CHUNKED:
        options->chunked = true;
        return true;
    case OPTION_FAULTS:
        return read_rate(options, text);
    case 'q':
        options->quiet = true;
        return true;
    case 'v':
        options->verbose = true;
        return true;
    default: /* getopt_long() has said what it does not know */
        fputs("site: `site --help` lists the options\n", stderr);
        return false;
    }
}

static bool make_sense(const struct site_options *options)
{
    if (options->jitter_ns <= options->latency_ns)
        return true;
    fputs("site: --jitter is more than --latency: no answer can come before "
          "its request; lower the one or raise the other\n",
          stderr);
    return false;
}

enum site_options_result site_options_read(struct site_options *options,
                                           int argc, char **argv)
{
    int option;

    *options = (struct site_options){
        .host = "127.0.0.1",
        .pages = 10,
        .latency_ns = INT64_C(450000000),
        .size = 1024,
        .links = 3,
        .seed = 1,
        .keep_alive = true,
    };
    while ((option = getopt_long(argc, argv, "qvh", long_options, NULL)) !=
           -1) {
        if (option == 'h')
            return show_help();
        if (option == OPTION_VERSION) {
            puts("site (Seven Crawlers) 1.0");
            return SITE_OPTIONS_SHOWN;
        }
        if (!read_option(options, option, optarg))
            return SITE_OPTIONS_REFUSED;
    }
    if (optind < argc) {
        fprintf(stderr,
                "site: '%s' is no option; `site --help` lists what is\n",
                argv[optind]);
        return SITE_OPTIONS_REFUSED;
    }
    return make_sense(options) ? SITE_OPTIONS_READY : SITE_OPTIONS_REFUSED;
}
