/*
 * 24-future-states - stage 07: a future is settled at most once, and what it
 * answers in each state.
 */
#include "loop_support.h"

#include <stdio.h>

/* What the call says that has just been refused. */
static const char *refusal(void)
{
    static char text[32];

    if (error_is(error_last(), &error_invalid_state))
        return "invalid state";
    if (error_is(error_last(), &error_cancelled))
        return "cancelled";
    snprintf(text, sizeof text, "raises %s", error_message(error_last()));
    return text;
}

static void show_result(struct future *future)
{
    void *result = NULL;

    if (future_result(future, &result))
        printf(" result=<%d>", (int)value_number(result));
    else
        printf(" result=<%s>", refusal());
}

static void show_exception(struct future *future)
{
    const struct error *error = NULL;

    if (!future_error(future, &error))
        printf(" exception=<%s>", refusal());
    else if (error != NULL)
        printf(" exception=<error %s>", error_message(error));
    else
        printf(" exception=<None>");
}

static void show(const char *label, struct future *future)
{
    printf("%s: done=%s cancelled=%s", label, truth(future_done(future)),
           truth(future_cancelled(future)));
    show_result(future);
    show_exception(future);
    printf("\n");
}

static void settle_again(const char *label, struct future *future)
{
    static const struct error x = ERROR(&error_value, "x");

    printf("%s set_result: %s", label,
           future_set_result(future, number_value(1)) ? "None" : refusal());
    printf(" | set_exception: %s",
           future_set_error(future, &x) ? "None" : refusal());
    printf(" | cancel: %s\n", truth(future_cancel(future, NULL)));
}

int main(void)
{
    static const struct error sour = ERROR(&error_value, "sour");
    struct loop *loop = new_loop();
    struct future *value = loop_create_future(loop);
    struct future *error = loop_create_future(loop);
    struct future *gone = loop_create_future(loop);

    show("fresh", value);
    must_do(future_set_result(value, number_value(5)));
    show("value", value);
    must_do(future_set_error(error, &sour));
    show("error", error);
    printf("cancel a pending one: %s\n", truth(future_cancel(gone, NULL)));
    show("gone ", gone);
    settle_again("value", value);
    settle_again("error", error);
    settle_again("gone ", gone);
    printf("belongs to the loop: %s\n", truth(future_get_loop(value) == loop));
    future_free(gone);
    future_free(error);
    future_free(value);
    close_loop(loop);
}
