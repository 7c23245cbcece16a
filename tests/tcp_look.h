/*
 * tcp_look.h - a look at the other end of a connection on this machine: what
 * a test waits for, where else it could only wait for a while and hope.
 */
#ifndef TESTS_TCP_LOOK_H
#define TESTS_TCP_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Waits until whoever is at the other end of this TCP connection has received
 * all that was sent. Returns false if it closed before, or does not do so
 * within a minute.
 */
bool tcp_await_taken(int fd);

/*
 * Waits until somebody's connection to that port of the loopback addresses is
 * on its way, and not accepted. False: nobody's within a minute.
 */
bool tcp_await_connecting(int family, uint16_t port);

#endif
