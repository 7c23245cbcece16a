/*
 * allocations.h - allocations that fail when a test says so.
 *
 * For suites linked with $(ALLOCATIONS) in the Makefile: the linker sends
 * what our own code asks of malloc, calloc, realloc, strdup and strndup here
 * first. What the libraries allocate for themselves is not touched.
 */
#ifndef TESTS_ALLOCATIONS_H
#define TESTS_ALLOCATIONS_H

#include <stdbool.h>

/*
 * The allocations from the `first` on fail, counted from 1 and from now; or
 * that one alone. 0: none fails.
 */
void allocations_fail(int first, bool alone);

/* None fails any more. Returns whether any has. */
bool allocations_restore(void);

/*
 * Runs `scenario` again and again, with the first, the second, ... allocation
 * failing alone, then with all from there on, until it asks for fewer. Before
 * the scenario looks at what came out it calls allocations_restore(): Check
 * allocates, too. Returns how often an allocation failed.
 */
int allocations_try_all(void (*scenario)(void));

#endif
