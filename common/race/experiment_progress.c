/*
 * experiment_progress.c - see experiment_progress.h.
 */
#include "experiment_progress.h"

#include <stdio.h>
#include <unistd.h>

enum { BAR = 20 };

void progress_show(const char *name, double done_s, double left_s,
                   const char *what)
{
    static const char full[] = "####################";
    double part = done_s + left_s > 0 ? done_s / (done_s + left_s) : 0;
    int length = (int)(part * BAR);
    int seconds = (int)(left_s + 0.5);

    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r%s [%.*s%*s] %3.0f%%, %d:%02d left: %s\033[K", name,
            length, full, BAR - length, "", 100 * part, seconds / 60,
            seconds % 60, what);
    fflush(stderr);
}

void progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
