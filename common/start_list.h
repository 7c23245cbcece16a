/*
 * start_list.h - the list of URLs that a crawl starts from: the arguments,
 * then the lines of each --input-file.
 */
#ifndef COMMON_START_LIST_H
#define COMMON_START_LIST_H

#include "frontier.h"
#include "options.h"

/*
 * Makes every URL of the command line known to the frontier, and its origin
 * one whose links are followed. In a file, empty lines are passed over and
 * blanks around a URL do not count. Returns 0, or the program's exit status
 * after a message on stderr that names the argument or the file and line: 2
 * for what is no URL, a list that cannot be read or has none; 1 for want of
 * memory.
 */
int start_list_read(struct frontier *frontier, const struct stage *stage,
                    const struct options *options);

#endif
