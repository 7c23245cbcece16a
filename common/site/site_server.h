/*
 * site_server.h - the practice site as a server: listens, accepts, stops.
 */
#ifndef COMMON_SITE_SERVER_H
#define COMMON_SITE_SERVER_H

#include "site_options.h"

struct server;

enum server_result {
    SERVER_READY,      /* it listens */
    SERVER_NO_ADDRESS, /* the host is no address; stderr says so */
    SERVER_FAILED,     /* something else went wrong; stderr says what */
};

/*
 * Makes a server that listens as the options say, which must outlive it. On
 * SERVER_READY the caller calls server_free(), else *server is NULL.
 */
enum server_result server_new(struct server **server,
                              const struct site_options *options);

/* "http://127.0.0.1:8080/", the port being the one the kernel chose. */
const char *server_url(const struct server *server);

/*
 * Serves until SIGTERM or SIGINT. Returns 0, or -1 if the event loop failed.
 */
int server_run(struct server *server);

/* Closes every connection and frees all; NULL is fine. */
void server_free(struct server *server);

#endif
