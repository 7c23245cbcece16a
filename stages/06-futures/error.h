/*
 * error.h - why something failed: what an exception is in Python.
 */
#ifndef STAGES_06_FUTURES_ERROR_H
#define STAGES_06_FUTURES_ERROR_H

/*
 * Errors are told apart by their address: each kind, or each single case, is
 * one constant that lives as long as anyone may look at it.
 */
struct error {
    int number;          /* an errno where there is one, else 0 */
    const char *message; /* for people; static text */
};

#endif
