/*
 * practice.h - what all runs share: a directory, and the practice site.
 */
#ifndef TESTS_HURT_PRACTICE_H
#define TESTS_HURT_PRACTICE_H

/*
 * Makes the directory, with a list of URLs in it, and starts BUILD/site. All
 * is gone again when the program leaves, which it does at once if this fails.
 */
void practice_open(const char *build);

const char *practice_dir(void);
const char *practice_site(void); /* 127.0.0.1:PORT */

#endif
