/*
 * url_spelling.h - what a URL looks like that common/url.h has read.
 */
#ifndef TESTS_FUZZ_URL_SPELLING_H
#define TESTS_FUZZ_URL_SPELLING_H

#include "common/url.h"

/* Whether it is one of those that are taken apart. */
bool url_is_web(const struct url *url);

/*
 * Aborts unless it is in normal form, as far as one can tell by looking at it,
 * its members are parts of it, and a request can be made of them.
 */
void url_check_spelling(const struct url *url);

#endif
