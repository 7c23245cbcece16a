/*
 * site_faults.c - finds faults: by name for the menu, by chance for the pages.
 */
#include "site_faults.h"

#include "site_random.h"

#include <ctype.h>
#include <string.h>

const struct fault_group *const fault_groups[FAULT_GROUPS] = {
    &fault_closing, &fault_head, &fault_body, &fault_links};

static const char menu[] = "/fault/";

enum { MENU_LENGTH = sizeof(menu) - 1, FOR_FAULT = 100 };

static const struct fault *find_name(struct text name)
{
    for (size_t i = 0; i < FAULT_GROUPS; i++) {
        for (size_t k = 0; k < fault_groups[i]->count; k++) {
            const struct fault *fault = &fault_groups[i]->faults[k];

            if (strlen(fault->name) == name.length &&
                memcmp(fault->name, name.data, name.length) == 0)
                return fault;
        }
    }
    return NULL;
}

/* The N of "/N"; what is no number, or too long a one, is 0. */
static uint32_t read_number(struct text rest)
{
    uint32_t number = 0;

    if (rest.length < 2 || rest.length > 9)
        return 0;
    for (size_t i = 1; i < rest.length; i++) {
        if (rest.data[i] < '0' || rest.data[i] > '9')
            return 0;
        number = number * 10 + (uint32_t)(rest.data[i] - '0');
    }
    return number;
}

const struct fault *fault_find(struct text path, struct fault_call *call)
{
    const struct fault *fault;
    struct text name = path;
    const char *slash;

    if (path.length < MENU_LENGTH || memcmp(path.data, menu, MENU_LENGTH) != 0)
        return NULL;
    name.data += MENU_LENGTH;
    name.length -= MENU_LENGTH;
    slash = memchr(name.data, '/', name.length);
    if (slash != NULL)
        name.length = (size_t)(slash - name.data);
    fault = find_name(name);
    if (fault == NULL)
        return NULL;
    call->rest.data = name.data + name.length;
    call->rest.length = path.length - MENU_LENGTH - name.length;
    if (call->rest.length < 2 && fault->rest != NULL)
        call->rest = (struct text){fault->rest, strlen(fault->rest)};
    call->number = read_number(call->rest);
    return fault;
}

static const struct fault *nth_sprinkled(uint64_t n)
{
    for (size_t i = 0; i < FAULT_GROUPS; i++) {
        for (size_t k = 0; k < fault_groups[i]->count; k++) {
            if (fault_groups[i]->faults[k].sprinkled && n-- == 0)
                return &fault_groups[i]->faults[k];
        }
    }
    return NULL;
}

static uint64_t count_sprinkled(void)
{
    static uint64_t count;

    if (count == 0) {
        while (nth_sprinkled(count) != NULL)
            count++;
    }
    return count;
}

const struct fault *fault_of_page(uint64_t seed, double rate, uint32_t page)
{
    uint64_t state = random_start(seed, page, FOR_FAULT);
    /* 53 bits are what a double holds, so this is below 1. */
    double chance = (double)(random_next(&state) >> 11) / 9007199254740992.0;

    if (chance >= rate)
        return NULL;
    return nth_sprinkled(random_below(&state, count_sprinkled()));
}

static int add_text(struct evbuffer *out, struct text text)
{
    return evbuffer_add(out, text.data, text.length);
}

static int add_capitals(struct evbuffer *out, struct text text)
{
    for (size_t i = 0; i < text.length; i++) {
        char letter = (char)toupper((unsigned char)text.data[i]);

        if (evbuffer_add(out, &letter, 1) != 0)
            return -1;
    }
    return 0;
}

/* Puts what a placeholder stands for; one that is unknown stands for itself.
 */
static int add_placeholder(struct evbuffer *out, struct text name,
                           const struct fault_call *call, uint32_t count)
{
    static const char *const numbers[] = {"{number}", "{next}", "{previous}",
                                          "{count}"};
    const uint32_t values[] = {call->number, call->number + 1, call->number - 1,
                               count};

    for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
        if (name.length == strlen(numbers[i]) &&
            memcmp(name.data, numbers[i], name.length) == 0)
            return evbuffer_add_printf(out, "%u", values[i]) < 0 ? -1 : 0;
    }
    if (name.length == 6 && memcmp(name.data, "{host}", 6) == 0)
        return add_text(out, call->host);
    if (name.length == 6 && memcmp(name.data, "{HOST}", 6) == 0)
        return add_capitals(out, call->host);
    if (name.length == 6 && memcmp(name.data, "{self}", 6) == 0)
        return add_text(out, call->target);
    if (name.length == 6 && memcmp(name.data, "{rest}", 6) == 0)
        return add_text(out, call->rest);
    return add_text(out, name);
}

int fault_expand(struct evbuffer *out, struct bytes text,
                 const struct fault_call *call, uint32_t count)
{
    const char *at = text.data, *end = text.data + text.size;
    const char *open, *close;

    while (at < end && (open = memchr(at, '{', (size_t)(end - at))) != NULL &&
           (close = memchr(open, '}', (size_t)(end - open))) != NULL) {
        struct text name = {open, (size_t)(close + 1 - open)};

        if (evbuffer_add(out, at, (size_t)(open - at)) != 0 ||
            add_placeholder(out, name, call, count) != 0)
            return -1;
        at = close + 1;
    }
    return evbuffer_add(out, at, (size_t)(end - at));
}

static int list_fault(struct evbuffer *out, const struct fault *fault)
{
    char status[16] = "-";

    if (fault->status != 0)
        evutil_snprintf(status, sizeof(status), "%d", fault->status);
    return evbuffer_add_printf(out, "%s\t%s\t%s\t%s\n", fault->name,
                               fault->outcome, status, fault->summary);
}

int fault_list(struct evbuffer *out)
{
    for (size_t i = 0; i < FAULT_GROUPS; i++) {
        for (size_t k = 0; k < fault_groups[i]->count; k++) {
            if (list_fault(out, &fault_groups[i]->faults[k]) < 0)
                return -1;
        }
    }
    return 0;
}
