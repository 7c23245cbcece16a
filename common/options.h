/*
 * options.h - the command line that all stages share.
 */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROJECT_NAME    "seven-crawlers"
#define PROJECT_VERSION "1.0"

/* An option that only one stage has, such as --selector. */
struct stage_option {
    const char *name;      /* "selector" */
    const char *value;     /* what --help calls its value, NULL: takes none */
    const char *help;      /* one line for --help */
    const char *complaint; /* said when set() refuses the value */
    bool (*set)(const char *value); /* false: no value it knows */
};

/* What a stage says of itself. */
struct stage {
    const char *name;               /* "01-blocking" */
    const char *summary;            /* one sentence for --help */
    const struct stage_option *own; /* ended by one without a name, or NULL */
};

struct options {
    size_t concurrency; /* pages in flight at most */
    bool follow;        /* crawl the links found, too */
    size_t max_pages;
    int64_t timeout_ns; /* for one page, from start to last byte */
    uint64_t max_size;  /* bytes of a body */
    unsigned max_redirects;
    const char *manifest; /* a path, "-" for stdout, NULL for none */
    const char *trace;    /* a path, NULL for none */
    const char *har;      /* the same */
    const char *trace_events;
    bool json;
    bool quiet;
    bool verbose;
    const char **input_files; /* paths, "-" for stdin; the array is owned */
    size_t input_file_count;
    char **urls; /* as given; the tail of argv */
    size_t url_count;
};

enum { OPTIONS_GO_ON = -1 };

/*
 * Reads the command line. Returns OPTIONS_GO_ON and the caller frees with
 * options_free(); or the exit status of the program, all being said: 0 after
 * --help and --version, 2 for bad usage (a message on stderr), 1 if there was
 * no memory or stdout could not be written.
 */
int options_parse(struct options *options, const struct stage *stage, int argc,
                  char **argv);

void options_free(struct options *options);

/*
 * The exit status for a file of the command line's that cannot be opened or
 * read, for the reason `error` (an errno): 2, another file should be given;
 * or 1, the machine is short of something, or fails.
 */
int options_file_status(int error);

#endif
