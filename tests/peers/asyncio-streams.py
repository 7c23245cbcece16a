#!/usr/bin/python3
"""The job with asyncio's streams, and HTTP by hand: the Python that stage 07
translates. --loop=uvloop runs the same program on uvloop.

A task for each page in flight; its state is a coroutine's frame.
"""
import asyncio
import sys
from urllib.parse import urlsplit

from peer import AGENT, Peer


async def read_head(reader):
    """Status, and the headers with their names in small letters."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head[:-4].split(b"\r\n")
    version, status = first.split(None, 2)[:2]
    if not version.startswith(b"HTTP/1."):
        raise ValueError("no HTTP")
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip()
    return int(status), headers


async def read_chunks(reader):
    body = bytearray()
    while size := int((await reader.readuntil(b"\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readuntil(b"\n")
    while (await reader.readuntil(b"\n")).strip():
        pass  # trailers
    return bytes(body)


async def read_body(reader, headers):
    if headers.get(b"transfer-encoding", b"").lower() == b"chunked":
        return await read_chunks(reader)
    if b"content-length" in headers:
        return await reader.readexactly(int(headers[b"content-length"]))
    return await reader.read()


class Connection:
    def __init__(self, peer):
        self.peer = peer
        self.origin = None
        self.writer = None

    def close(self):
        if self.writer is not None:
            self.writer.close()
        self.writer = None

    async def open(self, url):
        origin = url.hostname, url.port or 80
        if self.writer is not None and self.origin == origin:
            return
        self.close()
        self.reader, self.writer = await asyncio.open_connection(*origin)
        self.origin = origin

    async def fetch(self, text):
        url = urlsplit(text)
        keep_alive = self.peer.options.keep_alive
        target = (url.path or "/") + ("?" + url.query if url.query else "")
        await self.open(url)
        close = "" if keep_alive else "Connection: close\r\n"
        self.writer.write(f"GET {target} HTTP/1.1\r\nHost: {url.netloc}\r\n"
                          f"User-Agent: {AGENT}\r\n{close}\r\n".encode())
        status, headers = await read_head(self.reader)
        body = await read_body(self.reader, headers)
        if not keep_alive or headers.get(b"connection", b"") == b"close":
            self.close()
        return status, body


async def work(peer):
    connection = Connection(peer)
    while (url := peer.take()) is not None:
        try:
            async with asyncio.timeout(peer.options.timeout):
                status, body = await connection.fetch(url)
        except (OSError, EOFError, ValueError,
                asyncio.LimitOverrunError) as error:
            connection.close()
            peer.fail(url, error)
        else:
            peer.finish(url, status, body)
    connection.close()


async def crawl(peer):
    await asyncio.gather(*(work(peer) for _ in range(peer.workers)))


def add_loop(parser):
    parser.add_argument("--loop", choices=("asyncio", "uvloop"),
                        default="asyncio")


def main():
    peer = Peer("asyncio", add_loop)
    if peer.options.loop == "uvloop":
        import uvloop
        uvloop.install()
        peer.name = "uvloop"
    asyncio.run(crawl(peer))
    return peer.close()


if __name__ == "__main__":
    sys.exit(main())
