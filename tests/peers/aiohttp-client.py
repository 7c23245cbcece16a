#!/usr/bin/python3
"""The job with aiohttp's client: what most who crawl in Python would take."""
import asyncio
import sys

import aiohttp
from yarl import URL

from peer import AGENT, Peer


async def work(peer, session):
    while (url := peer.take()) is not None:
        try:
            # encoded: the URL goes out as it was given
            async with session.get(URL(url, encoded=True),
                                   allow_redirects=False) as answer:
                body = await answer.read()
        except aiohttp.ClientPayloadError:
            peer.fail(url, EOFError())
        except aiohttp.ClientConnectorError as error:
            peer.fail(url, error.os_error)
        except (aiohttp.ClientError, OSError) as error:
            peer.fail(url, error)
        else:
            peer.finish(url, answer.status, body)


async def crawl(peer):
    options = peer.options
    connector = aiohttp.TCPConnector(limit=0,
                                     force_close=not options.keep_alive)
    async with aiohttp.ClientSession(
            connector=connector, headers={"User-Agent": AGENT},
            timeout=aiohttp.ClientTimeout(total=options.timeout),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False) as session:
        await asyncio.gather(*(work(peer, session)
                               for _ in range(peer.workers)))


def main():
    peer = Peer("aiohttp")
    asyncio.run(crawl(peer))
    return peer.close()


if __name__ == "__main__":
    sys.exit(main())
