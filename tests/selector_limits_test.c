/*
 * selector_limits_test.c - more that are ready than one wait hands out,
 * descriptors that select cannot hold, and no memory.
 */
#include "each_selector.h"

#include "stages/05-callbacks/selector_backend.h"

#include "allocations.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/select.h>

/* ---- many ---- */

/* More than one wait hands out, and fewer than select can hold. */
enum { MANY = FOUND_MAX + FOUND_MAX / 2 };

/* One socket under many numbers; each of them is a descriptor of its own. */
static void open_many(int pair[2], int fds[MANY], struct heard heard[MANY])
{
    open_pair(pair);
    for (int i = 0; i < MANY; i++) {
        fds[i] = dup(pair[0]);
        ck_assert_int_ge(fds[i], 0);
        add(fds[i], R, &heard[i]);
    }
}

static void close_many(int pair[2], int fds[MANY])
{
    for (int i = 0; i < MANY; i++) {
        drop(fds[i]);
        close(fds[i]);
    }
    close_pair(pair);
}

START_TEST(all_that_are_ready_are_served_however_many)
{
    static struct heard heard[MANY];
    static int fds[MANY];
    int pair[2];

    WITH_BACKEND(_i);
    memset(heard, 0, sizeof heard);
    open_many(pair, fds, heard);
    ck_assert_int_eq(turn(0), 0);
    say(pair[1]);
    /* All stay ready: two waits have room for each of them once. */
    for (int i = 0; i < 2; i++)
        ck_assert_int_eq(turn(SELECTOR_FOREVER), FOUND_MAX);
    for (int i = 0; i < MANY; i++)
        ck_assert_msg(heard[i].times > 0, "number %d was passed over", i);
    close_many(pair, fds);
}
END_TEST

START_TEST(nobody_starves_beside_many_that_are_always_ready)
{
    enum { TURNS = 30, FAIR = TURNS * FOUND_MAX / MANY };
    static struct heard heard[MANY];
    static int fds[MANY];
    int pair[2];

    WITH_BACKEND(_i);
    memset(heard, 0, sizeof heard);
    open_many(pair, fds, heard);
    say(pair[1]);
    for (int i = 0; i < TURNS; i++)
        turn(SELECTOR_FOREVER);
    for (int i = 0; i < MANY; i++)
        ck_assert_msg(heard[i].times >= FAIR - 1 && heard[i].times <= FAIR + 1,
                      "number %d had %d turns", i, heard[i].times);
    close_many(pair, fds);
}
END_TEST

/* ---- descriptors that select cannot hold ---- */

/* A copy with this number or the next free one; -1 if the limit is below. */
static int copy_at(int fd, int number)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)number + 64;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_cur < wanted) {
        limit.rlim_cur = wanted;
        if (wanted > limit.rlim_max || setrlimit(RLIMIT_NOFILE, &limit) < 0)
            return -1;
    }
    return fcntl(fd, F_DUPFD_CLOEXEC, number);
}

START_TEST(select_refuses_what_its_sets_cannot_hold)
{
    static const int above[] = {0, 1, 1000};
    struct heard heard = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    say(pair[1]);
    for (size_t i = 0; i < sizeof above / sizeof above[0]; i++) {
        int high = copy_at(pair[0], FD_SETSIZE + above[i]);
        if (high < 0)
            break; /* no such descriptor can exist here */
        errno = 0;
        int status = selector_register(selector, high, R, hear, &heard);
        if (is_backend(_i, "select")) {
            ck_assert_int_eq(status, -1);
            ck_assert_int_eq(errno, ERANGE);
            ck_assert_uint_eq(selector_count(selector), 0);
            ck_assert_int_eq(turn(0), 0);
        } else {
            ck_assert_int_eq(status, 0);
            ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
            drop(high);
        }
        close(high);
    }
    close_pair(pair);
}
END_TEST

START_TEST(the_highest_number_that_select_can_hold_is_served)
{
    struct heard heard = {0};
    int pair[2];

    WITH_BACKEND(_i);
    open_pair(pair);
    int highest = copy_at(pair[0], FD_SETSIZE - 1);
    if (highest >= 0) {
        ck_assert_int_eq(highest, FD_SETSIZE - 1);
        add(highest, R, &heard);
        ck_assert_int_eq(turn(0), 0);
        say(pair[1]);
        ck_assert_int_eq(turn(SELECTOR_FOREVER), 1);
        drop(highest);
        close(highest);
    }
    close_pair(pair);
}
END_TEST

/* ---- memory ---- */

static int memory_backend;

/* Two descriptors, the second far above: all that grows must grow. */
static void register_two(void)
{
    struct heard heard = {0};
    int pair[2], statuses[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        abort(); /* Check itself would need memory to say more */
    int far = fcntl(pair[0], F_DUPFD_CLOEXEC, 900);
    struct selector *mine = selector_new(backends[memory_backend]);
    if (mine == NULL) {
        ck_assert(allocations_restore());
        close(far);
        close_pair(pair);
        return;
    }
    statuses[0] = selector_register(mine, pair[0], W, hear, &heard);
    statuses[1] = selector_register(mine, far, W, hear, &heard);
    int error = errno, found = selector_select(mine, 0);
    if (allocations_restore())
        ck_assert_int_eq(error, ENOMEM);
    ck_assert_int_eq(found, (statuses[0] == 0) + (statuses[1] == 0));
    ck_assert_uint_eq(selector_count(mine), (size_t)found);
    /* What was refused is taken as soon as there is memory. */
    for (int i = 0; i < 2; i++)
        if (statuses[i] < 0)
            ck_assert_int_eq(selector_register(mine, i == 0 ? pair[0] : far, W,
                                               hear, &heard),
                             0);
    ck_assert_int_eq(selector_select(mine, SELECTOR_FOREVER), 2);
    selector_free(mine);
    close(far);
    close_pair(pair);
}

START_TEST(a_failed_allocation_is_an_error_and_leaves_the_selector_whole)
{
    if (!selector_has_backend(backends[_i]))
        return;
    memory_backend = _i;
    ck_assert_int_gt(allocations_try_all(register_two), 0);
}
END_TEST

int main(void)
{
    const TTest *const once[] = {
        NULL,
    };
    const TTest *const each[] = {
        all_that_are_ready_are_served_however_many,
        nobody_starves_beside_many_that_are_always_ready,
        select_refuses_what_its_sets_cannot_hold,
        the_highest_number_that_select_can_hold_is_served,
        a_failed_allocation_is_an_error_and_leaves_the_selector_whole,
        NULL,
    };

    return run_suite("selector_limits", once, each);
}
