/*
 * start_list.c - see start_list.h.
 */
#include "start_list.h"

#include "url.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The beginning of what somebody gave; no byte of it may move the cursor. */
static void show(const char *text)
{
    enum { SHOWN = 80 };

    for (size_t i = 0; text[i] != '\0' && i < SHOWN; i++)
        fputc(iscntrl((unsigned char)text[i]) ? '?' : text[i], stderr);
    if (strlen(text) > SHOWN)
        fputs("...", stderr);
}

static int complain(const struct stage *stage, const char *where, size_t line,
                    const char *text)
{
    fprintf(stderr, "%s: ", stage->name);
    if (where != NULL)
        fprintf(stderr, "%s, line %zu: ", where, line);
    fputc('\'', stderr);
    show(text);
    if (strlen(text) > URL_MAX_LENGTH)
        fprintf(stderr, "' is too long: no URL may have more than %d bytes\n",
                URL_MAX_LENGTH);
    else
        fputs("' is no URL: give a whole one, like http://127.0.0.1:8000/\n",
              stderr);
    return 2;
}

static int out_of_memory(const struct stage *stage)
{
    fprintf(stderr, "%s: no memory for the list of URLs\n", stage->name);
    return 1;
}

/* `where` is the file that `line` is of, or NULL for an argument. */
static int add_url(struct frontier *frontier, const struct stage *stage,
                   const char *where, size_t line, const char *text)
{
    struct url url;

    if (url_parse(&url, text) < 0)
        return errno == ENOMEM ? out_of_memory(stage)
                               : complain(stage, where, line, text);
    int failed = frontier_add(frontier, url.text);
    if (failed == 0 && url_is_http(&url))
        failed = frontier_add_origin(frontier, url.authority);
    url_free(&url);
    return failed < 0 ? out_of_memory(stage) : 0;
}

/* Takes off the blanks around a line, its end included. */
static char *strip(char *line, size_t length)
{
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        line[--length] = '\0';
    while (isspace((unsigned char)*line))
        line++;
    return line;
}

static int cannot_read(const struct stage *stage, const char *path, int error)
{
    fprintf(stderr, "%s: cannot read '%s': %s\n", stage->name, path,
            strerror(error));
    return options_file_status(error);
}

static int add_lines(struct frontier *frontier, const struct stage *stage,
                     const char *name, FILE *file)
{
    char *line = NULL;
    size_t size = 0, number = 0;
    ssize_t length;
    int status = 0;

    errno = 0;
    while (status == 0 && (length = getline(&line, &size, file)) >= 0) {
        number++;
        if (number == 1 && length >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0)
            memset(line, ' ', 3); /* what some editors begin a file with */
        if (memchr(line, '\0', (size_t)length) != NULL)
            status = complain(stage, name, number, "(a line with a NUL in it)");
        else if (*strip(line, (size_t)length) != '\0')
            status = add_url(frontier, stage, name, number,
                             strip(line, strlen(line)));
    }
    if (status == 0 && !feof(file))
        status = cannot_read(stage, name, errno);
    free(line);
    return status;
}

static int add_file(struct frontier *frontier, const struct stage *stage,
                    const char *path)
{
    if (strcmp(path, "-") == 0)
        return add_lines(frontier, stage, "stdin", stdin);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return cannot_read(stage, path, errno);
    int status = add_lines(frontier, stage, path, file);
    fclose(file);
    return status;
}

int start_list_read(struct frontier *frontier, const struct stage *stage,
                    const struct options *options)
{
    int status = 0;

    for (size_t i = 0; status == 0 && i < options->url_count; i++)
        status = add_url(frontier, stage, NULL, 0, options->urls[i]);
    for (size_t i = 0; status == 0 && i < options->input_file_count; i++)
        status = add_file(frontier, stage, options->input_files[i]);
    if (status == 0 && frontier->known == 0) {
        fprintf(stderr, "%s: the list holds no URL: nothing to crawl\n",
                stage->name);
        status = 2;
    }
    return status;
}
