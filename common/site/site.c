/*
 * site.c - the practice site: the web server that the crawlers crawl.
 *
 * It is the instrument of every measurement here, so it shares no code with
 * what it measures: its events and buffers are libevent's. Its parts, in the
 * order of the story:
 *
 *   site_options     what it was asked to be
 *   site_server      listens and accepts
 *   site_connection  one client: reads, waits, sends
 *   site_arrival     receives bytes and knows when they came
 *   site_request     a request as text
 *   site_answer      what is answered to it
 *   site_pages       the pages, made from a seed
 *   site_faults      the faults, one table for each kind
 *   site_random      the chance behind pages, latencies and faults
 *   site_play        a fault as it is sent, piece by piece
 */
#include "site_options.h"
#include "site_server.h"

#include <stdio.h>
#include <stdlib.h>

enum { BAD_USAGE = 2 };

/* Whoever started us reads this line: it must be out before we wait. */
static int say_where(const struct server *server)
{
    if (printf("%s\n", server_url(server)) > 0 && fflush(stdout) == 0)
        return 0;
    perror("site: writing the URL to stdout");
    return -1;
}

static int serve(const struct site_options *options)
{
    struct server *server;
    enum server_result result = server_new(&server, options);
    int status = EXIT_FAILURE;

    if (result == SERVER_NO_ADDRESS)
        return BAD_USAGE;
    if (result == SERVER_READY && say_where(server) == 0 &&
        server_run(server) == 0)
        status = EXIT_SUCCESS;
    server_free(server);
    return status;
}

int main(int argc, char **argv)
{
    struct site_options options;

    switch (site_options_read(&options, argc, argv)) {
    case SITE_OPTIONS_READY:
        return serve(&options);
    case SITE_OPTIONS_SHOWN:
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    case SITE_OPTIONS_REFUSED:
        break;
    }
    return BAD_USAGE;
}
