/*
 * page_message.h - what became of a page, as bytes: from the process that
 * fetched it to the one that knows the frontier.
 */
#ifndef COMMON_PAGE_MESSAGE_H
#define COMMON_PAGE_MESSAGE_H

#include "buffer.h"
#include "page.h"

/*
 * Appends the page's result and links. Both ends are the same program, so
 * that the result travels as it lies in memory. Returns 0, or -1 with errno
 * ENOMEM.
 */
int page_message_append(struct buffer *message, const struct page *page);

/*
 * Reads `size` bytes of it into the page. Returns false if they are no such
 * message: too short, or its links torn. Without memory for the links the page
 * is one that found the machine short of it.
 */
bool page_message_read(struct page *page, const char *message, size_t size);

#endif
