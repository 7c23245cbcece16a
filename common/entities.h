/*
 * entities.h - character references in attribute values: `&amp;`, `&#38;`.
 *
 * Source: the HTML standard (WHATWG), 13.2.5.72 and following.
 */
#ifndef COMMON_ENTITIES_H
#define COMMON_ENTITIES_H

#include <stddef.h>

enum { ENTITY_MAX_BYTES = 4 }; /* one character in UTF-8 */

/*
 * Reads the character reference at `text`, which points at an ampersand and
 * ends at `end`, by the rules for attribute values: `&copy=` is left alone,
 * for it is part of a query. Writes the character to `utf8`, with room for
 * ENTITY_MAX_BYTES, its length to *size, and returns how many bytes of text
 * the reference takes, or 0 if it is none.
 *
 * Of the 2231 names of the standard it knows the 252 of HTML 4, those of
 * ASCII characters, and so all that may go without a semicolon; a link with
 * one of the others keeps it as it is written.
 */
size_t entity_decode(const char *text, const char *end, char *utf8,
                     size_t *size);

#endif
