/*
 * stages_test.c - the contract of a stage, held against stages 01 to 06.
 */
#define SUITE "stages"
#define VARIANTS                                                         \
    {"01-blocking", NULL}, {"02-processes", NULL}, {"03-threads", NULL}, \
        {"04-busy-wait", "-c1"}, {"04-busy-wait", NULL},                 \
        {"05-callbacks", "--selector=epoll"},                            \
        {"05-callbacks", "--selector=poll"},                             \
        {"05-callbacks", "--selector=select"}, {"06-futures", NULL},     \
        {"06-flat", NULL}, {"06-stackful", "--switch=own"},              \
    {                                                                    \
        "06-stackful", "--switch=ucontext"                               \
    }
#include "stages_contract.h"
