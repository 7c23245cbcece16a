/*
 * site_arrival.h - receives bytes, and says how long ago they arrived.
 *
 * When thousands of requests come at once, some wait in the kernel until we
 * get round to them. Their latency has begun nevertheless.
 */
#ifndef COMMON_SITE_ARRIVAL_H
#define COMMON_SITE_ARRIVAL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Asks the kernel to note when bytes arrive on the connections that will be
 * accepted from a listening socket. Where it cannot, all ages are 0.
 */
void arrival_note(int listening_fd);

/*
 * As recv(fd, data, size, 0). If bytes were received, sets *age_ns to the
 * nanoseconds since the last of them arrived, or 0 if that was not noted.
 */
ssize_t arrival_receive(int fd, void *data, size_t size, int64_t *age_ns);

#endif
