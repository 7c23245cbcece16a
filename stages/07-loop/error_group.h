/*
 * error_group.h - several errors in one.
 *
 * The Python it mirrors: ExceptionGroup (PEP 654).
 *
 *     group = error_group(self->end.co.error);        except* OSError:
 *     for (i = 0; group != NULL && i < group->count; i++)
 *         if (error_is(group->errors[i], &error_os)) ...
 */
#ifndef STAGES_07_LOOP_ERROR_GROUP_H
#define STAGES_07_LOOP_ERROR_GROUP_H

#include "error.h"

/*
 * The kind of a group in which some error is no case of error_exception; all
 * others are cases of error_exception_group.
 */
extern const struct error error_base_exception_group;

/*
 * As with error_new(): it lives as long as the program, and the same errors in
 * the same order, with the same text, give the same group again.
 */
struct error_group {
    struct error error; /* its message: "text (2 sub-exceptions)" */
    size_t count;
    const struct error *const *errors;
};

/* The group that an error is, or NULL: it is none. Any thread may ask. */
const struct error_group *error_group(const struct error *error);

/*
 * BaseExceptionGroup(text, errors): a group of `count` errors, which are
 * copied. Returns &error_memory if there is no memory for it.
 */
const struct error *error_group_new(const char *text,
                                    const struct error *const errors[],
                                    size_t count);

#endif
