/*
 * 06-setjmp-wrong - a "coroutine" by setjmp and longjmp. It jumps back into a
 * function that has been left: where its frame was, others have been since.
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf place;

__attribute__((noinline)) static void coroutine(void)
{
    volatile int value = 42;

    printf("before the wait: %d\n", value);
    if (setjmp(place) == 0)
        return; /* "yield": this ends the function, and with it its frame */
    printf("after the wait: %s\n", value == 42 ? "42" : "something else");
    exit(0); /* there is nobody to return to */
}

__attribute__((noinline)) static void anything_else(void)
{
    volatile char frame[1024];

    for (size_t i = 0; i < sizeof frame; i++)
        frame[i] = 7;
}

int main(void)
{
    coroutine();
    anything_else();
    longjmp(place, 1);
}
