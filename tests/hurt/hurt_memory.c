/*
 * hurt_memory.c - see hurt.h: memory, which is also counted. What our own code
 * has asked for and not freed when the program leaves, or a worker of stage 02,
 * is left over: exit status 99.
 *
 * Unlike a leak checker this needs no other compiler, and it sees what a
 * global variable still points to. What a library gave us (getaddrinfo) is not
 * among what is known here, and free() passes it on.
 */
#include "hurt.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__wrap_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_realloc(void *old, size_t size);
void __real_free(void *memory);
void __wrap_free(void *memory);
char *__real_strdup(const char *string);
char *__wrap_strdup(const char *string);
char *__real_strndup(const char *string, size_t size);
char *__wrap_strndup(const char *string, size_t size);
int __wrap_vasprintf(char **text, const char *format, va_list arguments);
int __real_vasprintf(char **text, const char *format, va_list arguments);
int __wrap_asprintf(char **text, const char *format, ...);
void *__real_mmap(void *at, size_t size, int protection, int flags, int fd,
                  off_t offset);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd,
                  off_t offset);
int __real_mprotect(void *at, size_t size, int protection);
int __wrap_mprotect(void *at, size_t size, int protection);
ssize_t __real_getline(char **line, size_t *size, FILE *file);
ssize_t __wrap_getline(char **line, size_t *size, FILE *file);
ssize_t __real___getdelim(char **line, size_t *size, int end, FILE *file);
ssize_t __wrap___getdelim(char **line, size_t *size, int end, FILE *file);

/* ---- what is there ---- */

/*
 * A table with open addressing. Addresses are stored inverted, or a leak
 * checker would find all that has leaked in here.
 */
enum { SLOTS = 1 << 15, FULL = SLOTS / 2 };

static struct slot {
    uintptr_t inverted; /* 0: free */
    size_t size;
} slots[SLOTS];
static size_t used;
static atomic_flag lock = ATOMIC_FLAG_INIT;

static size_t place_of(uintptr_t inverted)
{
    return inverted / sizeof(max_align_t) * 0x9E3779B1u % SLOTS;
}

/* The slot of it, or the free one where it belongs. */
static size_t find(uintptr_t inverted)
{
    size_t i = place_of(inverted);

    while (slots[i].inverted != 0 && slots[i].inverted != inverted)
        i = (i + 1) % SLOTS;
    return i;
}

/* Whoever comes behind a freed slot must still be found. */
static void close_gap(size_t gap)
{
    for (size_t i = (gap + 1) % SLOTS; slots[i].inverted != 0;
         i = (i + 1) % SLOTS) {
        struct slot moved = slots[i];
        slots[i] = (struct slot){0};
        slots[find(moved.inverted)] = moved;
    }
}

static void *note(void *memory, size_t size)
{
    while (atomic_flag_test_and_set(&lock))
        continue;
    if (memory != NULL && used < FULL) {
        slots[find(~(uintptr_t)memory)] =
            (struct slot){~(uintptr_t)memory, size};
        used++;
    }
    atomic_flag_clear(&lock);
    return memory;
}

static void forget(const void *memory)
{
    while (atomic_flag_test_and_set(&lock))
        continue;
    size_t i = find(~(uintptr_t)memory);
    if (slots[i].inverted != 0) {
        slots[i] = (struct slot){0};
        used--;
        close_gap(i);
    }
    atomic_flag_clear(&lock);
}

/* ---- the calls ---- */

void *__wrap_malloc(size_t size)
{
    return hurt_fails(HURT_alloc) ? NULL : note(__real_malloc(size), size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return hurt_fails(HURT_alloc)
               ? NULL
               : note(__real_calloc(count, size), count * size);
}

void *__wrap_realloc(void *old, size_t size)
{
    if (hurt_fails(HURT_alloc))
        return NULL;
    if (old != NULL)
        forget(old); /* before another thread may be given it */
    return note(__real_realloc(old, size), size);
}

void __wrap_free(void *memory)
{
    if (memory != NULL)
        forget(memory);
    __real_free(memory);
}

char *__wrap_strdup(const char *string)
{
    return hurt_fails(HURT_alloc)
               ? NULL
               : note(__real_strdup(string), strlen(string) + 1);
}

char *__wrap_strndup(const char *string, size_t size)
{
    return hurt_fails(HURT_alloc) ? NULL
                                  : note(__real_strndup(string, size), size);
}

int __wrap_vasprintf(char **text, const char *format, va_list arguments)
{
    if (hurt_fails(HURT_alloc))
        return -1;
    int length = __real_vasprintf(text, format, arguments);
    if (length >= 0)
        note(*text, (size_t)length);
    return length;
}

int __wrap_asprintf(char **text, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    int length = __wrap_vasprintf(text, format, arguments);
    va_end(arguments);
    return length;
}

/* Not noted: what is mapped is for the stacks of a stackful 06. */
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd,
                  off_t offset)
{
    return hurt_fails(HURT_mmap)
               ? MAP_FAILED
               : __real_mmap(at, size, protection, flags, fd, offset);
}

int __wrap_mprotect(void *at, size_t size, int protection)
{
    return hurt_fails(HURT_mprotect) ? -1
                                     : __real_mprotect(at, size, protection);
}

/* By either name, as the compiler inlines one into the other. */
ssize_t __wrap_getline(char **line, size_t *size, FILE *file)
{
    return hurt_fails(HURT_getline) ? -1 : __real_getline(line, size, file);
}

ssize_t __wrap___getdelim(char **line, size_t *size, int end, FILE *file)
{
    return hurt_fails(HURT_getline) ? -1
                                    : __real___getdelim(line, size, end, file);
}

/* ---- what is left over ---- */

/* Made once and there for good, as its header says: stage 07's errors. */
struct error;
extern const struct error error_os __attribute__((weak));
extern const struct error error_timeout __attribute__((weak));
extern const struct error error_cancelled __attribute__((weak));

static bool is_for_good(const struct slot *slot)
{
    const struct error *first;

    if (slot->size < sizeof first)
        return false;
    memcpy(&first, (const void *)~slot->inverted, sizeof first);
    return first != NULL && (first == &error_os || first == &error_timeout ||
                             first == &error_cancelled);
}

static size_t count_left(size_t *bytes)
{
    size_t count = 0;

    *bytes = 0;
    while (atomic_flag_test_and_set(&lock))
        continue;
    for (size_t i = 0; i < SLOTS; i++)
        if (slots[i].inverted != 0 && !is_for_good(&slots[i])) {
            count++;
            *bytes += slots[i].size;
        }
    atomic_flag_clear(&lock);
    return count;
}

void hurt_memory_begin_anew(void)
{
    memset(slots, 0, sizeof slots);
    used = 0;
    atomic_flag_clear(&lock); /* another thread may have had it */
}

/* A detached helper may take a moment to free what it has and to leave. */
__attribute__((destructor)) void hurt_memory_look(void)
{
    size_t count = 0, bytes = 0;

    for (int tries = 0; tries < 1000; tries++) {
        if ((count = count_left(&bytes)) == 0)
            return;
        usleep(1000);
    }
    fprintf(stderr, "left over: %zu bytes in %zu pieces\n", bytes, count);
    fflush(stderr);
    _exit(99);
}
