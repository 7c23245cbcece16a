/*
 * judge.c - see judge.h. Nothing in here stops at what is wrong: the others
 * have yet to be looked at.
 */
#include "judge.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *verdict(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static char *verdict(const char *format, ...)
{
    va_list values;
    char *text;

    va_start(values, format);
    int length = vasprintf(&text, format, values);
    va_end(values);
    return length < 0 ? abort(), NULL : text;
}

const char *healthy_url(const struct scene *scene, size_t number)
{
    static char urls[4][256]; /* one for each of them */
    char *url = urls[number];

    if (scene->healthy[0] != '\0')
        snprintf(url, sizeof urls[0], "%s%zu", scene->healthy, number);
    else
        snprintf(url, sizeof urls[0], "%s/%zu", site_base(scene->cell.family),
                 number);
    return url;
}

static const char *healthy_line(const struct scene *scene, size_t number)
{
    if (scene->healthy[0] != '\0')
        return ok_text(200, scene->healthy_body);
    return site_line(scene->cell.family, (int)number);
}

/* ---- the manifest ---- */

static const char *find_line(const char *text, const char *line,
                             const char *url)
{
    size_t length = strlen(line), url_length = strlen(url);

    for (; *text != '\0'; text += strcspn(text, "\n") + 1)
        if (strncmp(text, line, length) == 0 && text[length] == ' ' &&
            strncmp(text + length + 1, url, url_length) == 0 &&
            text[length + 1 + url_length] == '\n')
            return text;
    return NULL;
}

static size_t count_lines(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* What was said of a URL when it ended, with the reason; for a complaint. */
static char *wrong_line(const char *out, const char *line, const char *url)
{
    enum { MOST_SHOWN = 300 };
    size_t length;

    for (; *out != '\0'; out += length + (out[length] != '\0')) {
        length = strcspn(out, "\n");
        if (memmem(out, length, url, strlen(url)) != NULL)
            break;
    }
    length = strcspn(out, "\n");
    return verdict("'%.*s' and not '%s' of %.120s",
                   (int)(length < MOST_SHOWN ? length : MOST_SHOWN), out, line,
                   url);
}

static char *judge_manifest(const struct scene *scene, const char *manifest,
                            const char *out)
{
    size_t healthy = healthy_count(&scene->cell);

    for (size_t i = 0; i < scene->count; i++) {
        const struct scene_page *page = &scene->pages[i];
        if (find_line(manifest, page->line, page->url) == NULL)
            return wrong_line(out, page->line, page->url);
    }
    for (size_t i = 1; i <= healthy; i++) {
        const char *url = healthy_url(scene, i);
        if (find_line(manifest, healthy_line(scene, i), url) == NULL)
            return wrong_line(out, healthy_line(scene, i), url);
    }
    if (count_lines(manifest) != scene->count + healthy)
        return verdict("%zu pages, not %zu", count_lines(manifest),
                       scene->count + healthy);
    return NULL;
}

/* ---- the rest ---- */

static int expected_status(const struct scene *scene)
{
    for (size_t i = 0; i < scene->count; i++)
        if (strncmp(scene->pages[i].line, "ok ", 3) != 0)
            return 1;
    return 0;
}

/* What was shown of the page when it ended has these words. */
static bool has_said(const char *out, const char *url, const char *said)
{
    for (; *out != '\0'; out += strcspn(out, "\n") + 1) {
        size_t length = strcspn(out, "\n");
        if (memmem(out, length, url, strlen(url)) != NULL &&
            memmem(out, length, said, strlen(said)) != NULL)
            return true;
    }
    return false;
}

/* A connection that was kept was not made: the trace has no time for that. */
static char *judge_reuse(const struct scene *scene, const char *trace)
{
    char *text = read_file(trace), *wrong = NULL;
    const char *url = scene->pages[0].url;
    const char *at = strstr(text, url);

    for (int column = 1; column < 5 && at != NULL; column++) {
        at = strchr(at, ',');
        at += at != NULL;
    }
    if (at == NULL || *at != ',')
        wrong = verdict("no kept connection was used for %.120s", url);
    free(text);
    return wrong;
}

static char *judge_talk(const struct scene *scene, const struct ended *ended)
{
    const char *url = scene->pages[scene->count - 1].url;

    if (scene->said != NULL && !has_said(ended->out, url, scene->said))
        return verdict("'%s' is not said of %.120s: %.300s", scene->said, url,
                       ended->out);
    if (scene->warned[0] != '\0' ? strstr(ended->err, scene->warned) == NULL
                                 : ended->err[0] != '\0')
        return verdict("stderr has '%.300s', not '%s'", ended->err,
                       scene->warned);
    return NULL;
}

char *judge(const struct scene *scene, const struct ended *ended,
            const char *manifest, const char *trace)
{
    char *text, *wrong;

    if (ended->status > 1)
        return verdict("exit status %d: %.500s", ended->status, ended->err);
    if (access(manifest, R_OK) != 0)
        return verdict("no manifest: %.500s", ended->err);
    text = read_file(manifest);
    wrong = judge_manifest(scene, text, ended->out);
    free(text);
    if (wrong == NULL && ended->status != expected_status(scene))
        wrong = verdict("exit status %d", ended->status);
    if (wrong == NULL)
        wrong = judge_talk(scene, ended);
    if (wrong == NULL && trace != NULL && scene->reuses &&
        scene->cell.when == LATER && scene->count == 1 &&
        !(scene->cell.example->traits & ANEW))
        wrong = judge_reuse(scene, trace);
    return wrong;
}
