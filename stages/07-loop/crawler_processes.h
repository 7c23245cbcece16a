/*
 * crawler_processes.h - the processes that fetch in our place, for the files
 * that are about them.
 */
#ifndef STAGES_07_LOOP_CRAWLER_PROCESSES_H
#define STAGES_07_LOOP_CRAWLER_PROCESSES_H

#include "crawler.h"

#include <sys/types.h>

/* One of them, as we see it. */
struct share {
    struct crawler *crawler;
    pid_t pid;                    /* 0: it is gone */
    int fd;                       /* our end of the socket, until it is */
    struct stream_writer *writer; /* this */
    struct task *listener;        /* hears its answers */
    size_t pages;                 /* it has in hand */
};

/* What a worker waits for. */
struct job {
    struct share *share; /* that has the page, NULL: nobody */
    struct page *page;
    struct future *answered; /* fails with process_died if it dies */
};

struct processes {
    struct share *shares; /* crawler->process_count of them */
    struct job *jobs;     /* one for each worker, by its index */
};

extern const struct error process_died;

/* Starts those anew that are gone, as far as that goes. */
void processes_revive(struct crawler *crawler);

/* crawler_serve.c: what a process does, with its end of the socket. */
_Noreturn void serve_pages(struct crawler *crawler, int fd);

#endif
