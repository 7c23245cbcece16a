/*
 * site_options.h - what the practice site was asked to be.
 */
#ifndef COMMON_SITE_OPTIONS_H
#define COMMON_SITE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    SITE_MAX_PAGES = 10 * 1000 * 1000,
    SITE_MAX_LINKS = 1000,             /* on one page */
    SITE_MAX_SIZE = 1024 * 1024 * 1024 /* bytes of one page */
};

struct site_options {
    const char *host;   /* address to listen on */
    uint16_t port;      /* 0: the kernel chooses */
    uint32_t pages;     /* `/`, `/1` ... `/pages-1` */
    int64_t latency_ns; /* from a request to its answer */
    int64_t jitter_ns;  /* the latency is this much more or less */
    uint64_t size;      /* bytes of a page's body, at least */
    uint32_t links;     /* on each page */
    uint64_t seed;      /* of everything that looks like chance */
    double fault_rate;  /* 0 to 1: the share of pages that misbehave */
    bool chunked;       /* pages are sent in chunks */
    bool keep_alive;    /* connections may carry more than one request */
    bool quiet;         /* no talk on stderr but errors */
    bool verbose;       /* a line on stderr for every request */
};

enum site_options_result {
    SITE_OPTIONS_READY,  /* go on and listen */
    SITE_OPTIONS_SHOWN,  /* --help or --version has been printed: exit 0 */
    SITE_OPTIONS_REFUSED /* stderr says why and what to do: exit 2 */
};

/*
 * Reads the command line into *options, which keep pointers into argv. May
 * print on stdout (--help, --version) or stderr (what is wrong).
 */
enum site_options_result site_options_read(struct site_options *options,
                                           int argc, char **argv);

#endif
