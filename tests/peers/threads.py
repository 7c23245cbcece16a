#!/usr/bin/python3
"""The job with blocking calls: a thread for each page in flight, and the
standard library's http.client. One runs at a time, for there is one lock over
all of Python; but they wait side by side.

The timeout is for each step rather than for the page.
"""
import http.client
import sys
import threading
from urllib.parse import urlsplit

from peer import AGENT, Peer

STACK = 256 * 1024  # the usual 8 MiB is only address space, but a lot of it


class Worker:
    def __init__(self, peer, lock):
        self.peer = peer
        self.lock = lock
        self.connection = None
        self.authority = None

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def fetch(self, text):
        url = urlsplit(text)
        if self.connection is None or self.authority != url.netloc:
            self.close()
            self.connection = http.client.HTTPConnection(
                url.netloc, timeout=self.peer.options.timeout)
            self.authority = url.netloc
        headers = {"User-Agent": AGENT}
        if not self.peer.options.keep_alive:
            headers["Connection"] = "close"
        target = url._replace(scheme="", netloc="").geturl()
        self.connection.request("GET", target, headers=headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def work(self):
        while True:
            with self.lock:
                url = self.peer.take()
            if url is None:
                break
            try:
                status, body = self.fetch(url)
            except (OSError, http.client.HTTPException) as error:
                self.close()
                if isinstance(error, http.client.IncompleteRead):
                    error = EOFError()
                with self.lock:
                    self.peer.fail(url, error)
            else:
                with self.lock:
                    self.peer.finish(url, status, body)
        self.close()


def main():
    peer = Peer("threads")
    lock = threading.Lock()
    threading.stack_size(STACK)
    threads = [threading.Thread(target=Worker(peer, lock).work)
               for _ in range(peer.workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return peer.close(workers=len(threads))


if __name__ == "__main__":
    sys.exit(main())
