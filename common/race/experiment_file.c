/*
 * experiment_file.c - see experiment_file.h.
 */
#include "experiment_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CELLS = 7 }; /* in EXPERIMENT_ROW_BEGINS */

char *experiment_part_path(const char *path)
{
    char *part;

    return asprintf(&part, "%s.part", path) < 0 ? NULL : part;
}

/* Two runs on one machine may differ in these. */
static bool may_differ(const char *line)
{
    return strncmp(line, "# date: ", 8) == 0 ||
           strncmp(line, "# command: ", 11) == 0;
}

static bool is_comment_of_ours(const char *line)
{
    return strncmp(line, "# continued: ", 13) == 0;
}

/* Reads as many lines as `head` has. Returns whether they are the same. */
static bool has_head(FILE *file, const char *head)
{
    char *line = NULL;
    size_t room = 0;
    bool same = true;

    while (same && *head != '\0') {
        size_t length = strcspn(head, "\n") + 1;
        ssize_t got = getline(&line, &room, file);
        same = got > 0 &&
               ((may_differ(head) && may_differ(line)) ||
                ((size_t)got == length && memcmp(line, head, length) == 0));
        head += length;
    }
    free(line);
    return same;
}

/* No cell of those that every row begins with holds a comma or a quote. */
static bool split(char *line, char *cells[CELLS])
{
    for (size_t i = 0; i < CELLS; i++) {
        cells[i] = line;
        line = strchr(line, ',');
        if (line == NULL)
            return false;
        *line++ = '\0';
    }
    return true;
}

static void read_row(char *line, experiment_row_reader *read, void *data)
{
    char *cells[CELLS];

    if (is_comment_of_ours(line) || !split(line, cells))
        return;
    struct experiment_row row = {
        .x = cells[1],
        .entrant = cells[2],
        .run = strtoul(cells[4], NULL, 10),
        .ok = strcmp(cells[5], "ok") == 0,
        .wall_s = cells[6][0] != '\0' ? strtod(cells[6], NULL) : NAN,
    };
    read(&row, data);
}

/* Reads the rows; what comes next is to stand behind the last whole line. */
static int read_rows(struct experiment_file *file, experiment_row_reader *read,
                     void *data)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t got;
    long end = ftell(file->file);

    while ((got = getline(&line, &room, file->file)) > 0 &&
           line[got - 1] == '\n') {
        file->rows += !is_comment_of_ours(line);
        read_row(line, read, data);
        end += got;
    }
    free(line);
    if (fseek(file->file, end, SEEK_SET) < 0)
        return -1;
    return ftruncate(fileno(file->file), end);
}

static int begin_anew(struct experiment_file *file, const char *head)
{
    file->discarded =
        fseek(file->file, 0, SEEK_END) == 0 && ftell(file->file) > 0;
    rewind(file->file);
    if (ftruncate(fileno(file->file), 0) < 0 || fputs(head, file->file) < 0)
        return -1;
    return fflush(file->file);
}

static int go_on_or_begin(struct experiment_file *file, const char *head,
                          const char *date, experiment_row_reader *read,
                          void *data)
{
    int fd = open(file->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0)
        return -1;
    file->file = fdopen(fd, "r+");
    if (file->file == NULL) {
        close(fd);
        return -1;
    }
    if (!has_head(file->file, head))
        return begin_anew(file, head);
    if (read_rows(file, read, data) < 0)
        return -1;
    if (file->rows > 0)
        fprintf(file->file, "# continued: %s\n", date);
    return fflush(file->file);
}

static void forget(struct experiment_file *file)
{
    int error = errno;

    if (file->file != NULL)
        fclose(file->file);
    free(file->part);
    free(file->path);
    *file = (struct experiment_file){0};
    errno = error;
}

int experiment_file_open(struct experiment_file *file, const char *path,
                         const char *head, const char *date,
                         experiment_row_reader *read, void *data)
{
    *file = (struct experiment_file){.path = strdup(path),
                                     .part = experiment_part_path(path)};
    if (file->path != NULL && file->part != NULL &&
        go_on_or_begin(file, head, date, read, data) == 0)
        return 0;
    forget(file);
    return -1;
}

int experiment_file_row_done(struct experiment_file *file)
{
    file->rows++;
    return fflush(file->file) == 0 && !ferror(file->file) ? 0 : -1;
}

int experiment_file_close(struct experiment_file *file, bool whole)
{
    int result = fclose(file->file);

    file->file = NULL;
    if (result == 0 && whole)
        result = rename(file->part, file->path);
    forget(file);
    return result;
}
