/*
 * usage.c - see usage.h.
 */
#include "usage.h"

#include <stdio.h>
#include <sys/resource.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

/*
 * On Linux ru_maxrss survives exec: it would show the peak of the program
 * that started us, if that was larger. VmHWM is this program's own.
 */
static long peak_rss_kib(const struct rusage *own)
{
    char line[256];
    long kib = own->ru_maxrss;
    FILE *status = fopen("/proc/self/status", "re");

    if (status == NULL)
        return kib;
    while (fgets(line, sizeof line, status) != NULL)
        if (sscanf(line, "VmHWM: %ld kB", &kib) == 1)
            break;
    fclose(status);
    return kib;
}

struct usage usage_now(void)
{
    struct rusage own, children;

    getrusage(RUSAGE_SELF, &own);
    getrusage(RUSAGE_CHILDREN, &children);
    return (struct usage){
        .user_s = seconds(own.ru_utime) + seconds(children.ru_utime),
        .sys_s = seconds(own.ru_stime) + seconds(children.ru_stime),
        .max_rss_kib = peak_rss_kib(&own),
        .voluntary_switches = own.ru_nvcsw + children.ru_nvcsw,
        .involuntary_switches = own.ru_nivcsw + children.ru_nivcsw,
    };
}
