/*
 * race_manifests.h - did all find the same? The manifests, byte for byte.
 *
 * Of equal manifests one file is kept. With one file at the end all agree;
 * with more, the one that most runs wrote is taken for the right one and the
 * others are shown against it.
 */
#ifndef COMMON_RACE_MANIFESTS_H
#define COMMON_RACE_MANIFESTS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct manifest {
    char *path;      /* of the file; owned */
    size_t runs;     /* that wrote this one */
    size_t lines;    /* pages */
    uint64_t digest; /* of the lines, in any order: as a stage's JSON has it */
};

/* All zero is none yet. */
struct manifests {
    struct manifest *list; /* all different */
    size_t count;
};

/*
 * Takes the manifest in the file `path`: renames it to `kept` if it is a new
 * one, removes it if one like it is there. Returns its index in the list, or
 * -1 with errno: it cannot be read (ENOENT: there is none) or no memory.
 */
ptrdiff_t manifests_add(struct manifests *manifests, const char *path,
                        const char *kept);

/* The index of the one that most runs wrote, the first of equals. */
size_t manifests_usual(const struct manifests *manifests);

/*
 * Writes how manifest `other` differs from `usual`, a page in each line: "-"
 * what only the usual one has, "+" what only the other has. At most `most`
 * lines, then how many more. Returns 0, or -1 with errno: a file could not be
 * read.
 */
int manifests_show_difference(const struct manifests *manifests, size_t usual,
                              size_t other, size_t most, FILE *out);

/* Frees the list; the files are left to whoever owns their directory. */
void manifests_free(struct manifests *manifests);

#endif
