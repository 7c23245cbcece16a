/*
 * page_message.c - see page_message.h.
 */
#include "page_message.h"

#include "links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The result, then how many links were too long, then the links' text. */
int page_message_append(struct buffer *message, const struct page *page)
{
    static const struct links none;
    const struct links *links = page->links != NULL ? page->links : &none;

    if (buffer_append(message, &page->result, sizeof page->result) < 0 ||
        buffer_append(message, &links->too_long, sizeof links->too_long) < 0)
        return -1;
    return buffer_append(message, links->text.data, links->text.length);
}

bool page_message_read(struct page *page, const char *message, size_t size)
{
    struct links links = {0};

    if (size < sizeof page->result + sizeof links.too_long)
        return false;
    memcpy(&page->result, message, sizeof page->result);
    message += sizeof page->result;
    memcpy(&links.too_long, message, sizeof links.too_long);
    message += sizeof links.too_long;
    size -= sizeof page->result + sizeof links.too_long;
    if (size > 0 && message[size - 1] != '\0')
        return false;
    if (size == 0 && links.too_long == 0)
        return true;
    for (size_t i = 0; i < size; i++)
        links.count += message[i] == '\0';
    page->links = malloc(sizeof *page->links);
    if (page->links == NULL || buffer_append(&links.text, message, size) < 0) {
        free(page->links);
        page->links = NULL;
        page->result.outcome = OUTCOME_SYSTEM;
        page->result.error = ENOMEM;
        page->result.starved = true;
        return true;
    }
    *page->links = links;
    return true;
}
