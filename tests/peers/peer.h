/*
 * peer.h - what the peers in C have in common: the command line, the list of
 * pages, the manifest and the JSON object. Not how they wait, nor what they
 * wait with: that is each peer's own.
 *
 *     peer_open -> (peer_take -> ... -> peer_finish)* -> peer_close
 *
 * A peer is there to be raced, so it takes only what a race needs: URLs of
 * http with an IPv4 address in digits, in normal form, none of them twice.
 * It follows neither links nor redirects.
 */
#ifndef TESTS_PEERS_PEER_H
#define TESTS_PEERS_PEER_H

#include "common/buffer.h"
#include "common/digest.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The outcome words of the stages, as far as a peer tells them apart. */
enum peer_outcome {
    PEER_OK,
    PEER_CONNECT,
    PEER_TIMEOUT,
    PEER_RESET,
    PEER_TRUNCATED,
    PEER_MALFORMED,
    PEER_SYSTEM,
};

struct peer_page {
    const char *url;  /* as it was given */
    uint64_t bytes;   /* of the body */
    uint64_t digest;  /* of the body */
    uint32_t address; /* in network order, as the port */
    uint16_t port;
    uint8_t path;    /* where in the URL its path begins */
    uint8_t outcome; /* enum peer_outcome */
    int32_t status;  /* 200; the three figures count if it is PEER_OK */
};

struct peer {
    const char *name;
    size_t concurrency;
    bool keep_alive;
    int64_t timeout_ns; /* for one page */
    struct peer_page *pages;
    size_t page_count;
    size_t taken;
    size_t in_flight;
    size_t max_in_flight;
    uint64_t waits;   /* returns from the blocking wait, if the peer knows */
    uint64_t retries; /* calls that answered "not yet", if it knows */
    /* ---- peer.c's own ---- */
    bool json;
    const char *manifest;
    struct buffer list; /* the input file, which the URLs point into */
    int64_t start_ns;
};

enum { PEER_GO_ON = -1, PEER_REQUEST_MAX = 4096 };

/*
 * Reads the command line and the URLs, and raises the limit of descriptors.
 * Returns PEER_GO_ON, or the exit status after a message.
 */
int peer_open(struct peer *peer, const char *name, int argc, char **argv);

/* The next page to fetch; NULL if none is left or enough are in flight. */
struct peer_page *peer_take(struct peer *peer);

/* The page is over; of PEER_OK its status, bytes and digest are set. */
void peer_finish(struct peer *peer, struct peer_page *page,
                 enum peer_outcome outcome);

/* Where the page's server listens. */
struct sockaddr_in peer_address(const struct peer_page *page);

/* Writes the request for a page; returns its length, < PEER_REQUEST_MAX. */
size_t peer_request(const struct peer *peer, const struct peer_page *page,
                    char request[PEER_REQUEST_MAX]);

/* What an errno of connect(2), send(2) or recv(2) is called. */
enum peer_outcome peer_outcome_of(int error);

/* Writes the manifest and the JSON. Returns the exit status. */
int peer_close(struct peer *peer);

#endif
