/*
 * race_manifests.c - see race_manifests.h.
 */
#include "race_manifests.h"

#include "common/digest.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Lines longer than the screen say enough with their beginning. */
enum { SHOWN_WIDTH = 74 };

/* Whether two files hold the same bytes; -1 if one cannot be read. */
static int same_bytes(FILE *a, FILE *b)
{
    char from_a[8192], from_b[8192];

    for (;;) {
        size_t size_a = fread(from_a, 1, sizeof from_a, a);
        size_t size_b = fread(from_b, 1, sizeof from_b, b);
        if (ferror(a) || ferror(b))
            return -1;
        if (size_a != size_b || memcmp(from_a, from_b, size_a) != 0)
            return 0;
        if (size_a == 0)
            return 1;
    }
}

static int same_file_contents(const char *path_a, const char *path_b)
{
    FILE *a = fopen(path_a, "re");
    FILE *b = fopen(path_b, "re");
    int same = a != NULL && b != NULL ? same_bytes(a, b) : -1;

    if (a != NULL)
        fclose(a);
    if (b != NULL)
        fclose(b);
    return same;
}

/* Counts the lines and adds up the digest of each, without its newline. */
static int weigh(struct manifest *manifest)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    FILE *file = fopen(manifest->path, "re");

    if (file == NULL)
        return -1;
    while ((length = getline(&line, &capacity, file)) >= 0) {
        if (length > 0 && line[length - 1] == '\n')
            length--;
        manifest->digest += digest_add(DIGEST_EMPTY, line, (size_t)length);
        manifest->lines++;
    }
    int result = ferror(file) ? -1 : 0;
    free(line);
    fclose(file);
    return result;
}

static int keep(struct manifests *manifests, const char *path, const char *kept)
{
    struct manifest *list =
        realloc(manifests->list, (manifests->count + 1) * sizeof *list);

    if (list == NULL)
        return -1;
    manifests->list = list;
    struct manifest *manifest = &list[manifests->count];
    *manifest = (struct manifest){.path = strdup(kept), .runs = 1};
    if (manifest->path == NULL)
        return -1;
    if (rename(path, kept) < 0 || weigh(manifest) < 0) {
        int error = errno;
        free(manifest->path);
        errno = error;
        return -1;
    }
    manifests->count++;
    return 0;
}

ptrdiff_t manifests_add(struct manifests *manifests, const char *path,
                        const char *kept)
{
    for (size_t i = 0; i < manifests->count; i++) {
        int same = same_file_contents(manifests->list[i].path, path);
        if (same < 0)
            return -1;
        if (same) {
            unlink(path);
            manifests->list[i].runs++;
            return (ptrdiff_t)i;
        }
    }
    if (keep(manifests, path, kept) < 0)
        return -1;
    return (ptrdiff_t)manifests->count - 1;
}

size_t manifests_usual(const struct manifests *manifests)
{
    size_t usual = 0;

    for (size_t i = 1; i < manifests->count; i++)
        if (manifests->list[i].runs > manifests->list[usual].runs)
            usual = i;
    return usual;
}

/* One of two manifests that are walked side by side. */
struct side {
    FILE *file;
    char mark; /* what its lines are shown with */
    char *line;
    size_t capacity;
    bool over;
};

static void side_next(struct side *side)
{
    ssize_t length = getline(&side->line, &side->capacity, side->file);

    side->over = length < 0;
    if (length > 0 && side->line[length - 1] == '\n')
        side->line[length - 1] = '\0';
}

static int side_open(struct side *side, const char *path, char mark)
{
    *side = (struct side){.file = fopen(path, "re"), .mark = mark};
    if (side->file == NULL)
        return -1;
    side_next(side);
    return 0;
}

static void side_close(struct side *side)
{
    if (side->file != NULL)
        fclose(side->file);
    free(side->line);
}

/* What a manifest is sorted by: what follows the fourth blank. */
static const char *url_of(const char *line)
{
    for (int blanks = 0; blanks < 4 && line != NULL; blanks++) {
        line = strchr(line, ' ');
        line = line != NULL ? line + 1 : NULL;
    }
    return line != NULL ? line : "";
}

/* Below zero: the page in a's line is missing in b; above: the reverse. */
static int compare_pages(const struct side *a, const struct side *b)
{
    if (a->over || b->over)
        return a->over - b->over;
    return strcmp(url_of(a->line), url_of(b->line));
}

static void show_line(const struct side *side, size_t *shown, size_t most,
                      FILE *out)
{
    if ((*shown)++ >= most)
        return;
    for (char *c = side->line; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == '\x7f')
            *c = '?'; /* whatever it is, it goes to a terminal */
    bool fits = strlen(side->line) <= SHOWN_WIDTH;
    fprintf(out, "  %c %.*s%s\n", side->mark,
            fits ? SHOWN_WIDTH : SHOWN_WIDTH - 3, side->line,
            fits ? "" : "...");
}

/* Both are sorted by URL: the same page stands at the same time in both. */
static size_t show_sides(struct side *a, struct side *b, size_t most, FILE *out)
{
    size_t shown = 0;

    while (!a->over || !b->over) {
        int order = compare_pages(a, b);
        bool same = order == 0 && strcmp(a->line, b->line) == 0;
        if (order <= 0 && !same)
            show_line(a, &shown, most, out);
        if (order >= 0 && !same)
            show_line(b, &shown, most, out);
        if (order <= 0)
            side_next(a);
        if (order >= 0)
            side_next(b);
    }
    return shown;
}

int manifests_show_difference(const struct manifests *manifests, size_t usual,
                              size_t other, size_t most, FILE *out)
{
    struct side a = {0}, b = {0};
    int result = -1;

    if (side_open(&a, manifests->list[usual].path, '-') == 0 &&
        side_open(&b, manifests->list[other].path, '+') == 0) {
        size_t shown = show_sides(&a, &b, most, out);
        if (shown == 0)
            fputs("  the same lines, but not the same bytes: look at line "
                  "ends and order\n",
                  out);
        if (shown > most)
            fprintf(out, "  ... and %zu more\n", shown - most);
        result = ferror(a.file) || ferror(b.file) ? -1 : 0;
    }
    side_close(&a);
    side_close(&b);
    return result;
}

void manifests_free(struct manifests *manifests)
{
    for (size_t i = 0; i < manifests->count; i++)
        free(manifests->list[i].path);
    free(manifests->list);
    *manifests = (struct manifests){0};
}
