/*
 * allocations.c - see allocations.h.
 */
#include "allocations.h"

#include <errno.h>
#include <stddef.h>

static int seen;    /* since allocations_fail() */
static int first;   /* the first that fails; 0: none does */
static bool alone;  /* and the only one */
static bool failed; /* one has */

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *string);
char *__real_strndup(const char *string, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *string);
char *__wrap_strndup(const char *string, size_t size);

static bool must_fail(void)
{
    if (first == 0)
        return false;
    seen++;
    if (alone ? seen != first : seen < first)
        return false;
    failed = true;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return must_fail() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return must_fail() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return must_fail() ? NULL : __real_realloc(old, size);
}

char *__wrap_strdup(const char *string)
{
    return must_fail() ? NULL : __real_strdup(string);
}

char *__wrap_strndup(const char *string, size_t size)
{
    return must_fail() ? NULL : __real_strndup(string, size);
}

void allocations_fail(int from, bool only)
{
    seen = 0;
    failed = false;
    alone = only;
    first = from;
}

bool allocations_restore(void)
{
    first = 0;
    return failed;
}

int allocations_try_all(void (*scenario)(void))
{
    int times = 0;

    for (int only = 1; only >= 0; only--)
        for (int n = 1;; n++) {
            allocations_fail(n, only);
            scenario();
            if (!allocations_restore())
                break;
            times++;
        }
    return times;
}
