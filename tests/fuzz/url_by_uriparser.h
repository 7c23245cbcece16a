/*
 * url_by_uriparser.h - references resolved by uriparser, which url.c does
 * without.
 */
#ifndef TESTS_FUZZ_URL_BY_URIPARSER_H
#define TESTS_FUZZ_URL_BY_URIPARSER_H

#include "common/url.h"

/*
 * The reference, which holds no control bytes, seen from the base; not in
 * normal form. NULL if ours may do otherwise: uriparser does not take `1:2`
 * for a path, as browsers do, and has no limit. The caller frees.
 */
char *url_by_uriparser(const struct url *base, const char *reference);

#endif
