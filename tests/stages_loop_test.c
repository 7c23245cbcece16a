/*
 * stages_loop_test.c - the contract of a stage, held against stage 07 in all
 * its ways, beside the first and the last of those before it.
 */
#define SUITE "stages_loop"
#define VARIANTS                                                         \
    {"01-blocking", NULL}, {"06-futures", NULL},                         \
        {"07-loop", "--selector=epoll"}, {"07-loop", "--selector=poll"}, \
        {"07-loop", "--selector=select"}, {"07-loop", "--keep-alive"},   \
    {                                                                    \
        "07-loop", "--processes=2"                                       \
    }
#include "stages_contract.h"
