/*
 * page.c - see page.h.
 */
#include "page.h"

#include <stdio.h>
#include <string.h>

const char *outcome_name(enum outcome outcome)
{
    static const char *const names[] = {
        [OUTCOME_NONE] = "none",           [OUTCOME_OK] = "ok",
        [OUTCOME_RESOLVE] = "resolve",     [OUTCOME_CONNECT] = "connect",
        [OUTCOME_TIMEOUT] = "timeout",     [OUTCOME_RESET] = "reset",
        [OUTCOME_TRUNCATED] = "truncated", [OUTCOME_MALFORMED] = "malformed",
        [OUTCOME_TOO_LARGE] = "too-large", [OUTCOME_REDIRECTS] = "redirects",
        [OUTCOME_SCHEME] = "scheme",       [OUTCOME_WORKER] = "worker",
        [OUTCOME_CANCELLED] = "cancelled", [OUTCOME_SYSTEM] = "system",
    };
    return names[outcome];
}

void page_explain(const struct page *page, char *text, size_t size)
{
    const struct page_result *result = &page->result;
    const char *why = result->why != NULL ? result->why : "";
    const char *error = result->error != 0 ? strerror(result->error) : "";

    snprintf(text, size, "%s%s%s", why,
             why[0] != '\0' && error[0] != '\0' ? ": " : "", error);
}
