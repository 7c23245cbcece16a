/*
 * error_group.c - see error_group.h.
 */
#include "error_group.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct error error_base_exception_group = {&error_base_exception,
                                                 "BaseExceptionGroup", NULL, 0};

struct made_group {
    struct error_group group;
    struct made_group *next;
    char text[];
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* over the rest */
static struct made_group *groups;

static void lock(void)
{
    pthread_mutex_lock(&mutex);
}

static void unlock(void)
{
    pthread_mutex_unlock(&mutex);
}

/* Else a fork might find it locked, and nobody there to unlock it. */
__attribute__((constructor)) static void lock_around_forks(void)
{
    pthread_atfork(lock, unlock, unlock);
}

const struct error_group *error_group(const struct error *error)
{
    lock();
    const struct made_group *made = groups;
    while (made != NULL && &made->group.error != error)
        made = made->next;
    unlock();
    return made != NULL ? &made->group : NULL;
}

static bool is_same(const struct error_group *group, const char *text,
                    const struct error *const errors[], size_t count)
{
    return group->count == count && strcmp(group->error.message, text) == 0 &&
           memcmp(group->errors, errors, count * sizeof errors[0]) == 0;
}

static const struct error *kind_of(const struct error *const errors[],
                                   size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!error_is(errors[i], &error_exception))
            return &error_base_exception_group;
    return &error_exception_group;
}

/* Makes one that is not there; locked. */
static const struct error *add(const char *text,
                               const struct error *const errors[], size_t count)
{
    struct made_group *made = malloc(sizeof *made + strlen(text) + 1);
    const struct error **copy = malloc(count * sizeof errors[0]);

    if (made == NULL || copy == NULL) {
        free(made);
        free(copy);
        return &error_memory;
    }
    strcpy(made->text, text);
    memcpy(copy, errors, count * sizeof errors[0]);
    made->group = (struct error_group){
        {kind_of(errors, count), NULL, made->text, 0}, count, copy};
    made->next = groups;
    groups = made;
    return &made->group.error;
}

static const struct error *
find_or_add(const char *text, const struct error *const errors[], size_t count)
{
    for (struct made_group *made = groups; made != NULL; made = made->next)
        if (is_same(&made->group, text, errors, count))
            return &made->group.error;
    return add(text, errors, count);
}

const struct error *error_group_new(const char *text,
                                    const struct error *const errors[],
                                    size_t count)
{
    char *full;

    if (asprintf(&full, "%s (%zu sub-exception%s)", text, count,
                 count != 1 ? "s" : "") < 0)
        return &error_memory;
    lock();
    const struct error *group = find_or_add(full, errors, count);
    unlock();
    free(full);
    return group;
}
