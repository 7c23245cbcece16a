"""
Feature: asyncio.timeout: expiry, nesting, rescheduling, refusals.
Expected: expiry cancels the body and turns that cancellation into a timeout
at the block's end; of two nested blocks the one that expired raises, if both
expire in one pass the inner one's timeout never forms: the outer raises; a
body that ends in time, that swallows the cancel or that answers it with an
error gets no timeout, yet expired() tells the truth; a deadline can be moved
further, nearer, into the past, or taken away; before and after the block
it cannot.
Why: the block cancels its own task and undoes just that count when left.
"""
import asyncio
import time

UNIT = 0.02
passes = 0
zero = 0


def tick(loop):
    global passes
    passes += 1
    loop.call_soon(tick, loop)


def mark():
    global zero
    zero = passes


def say(*words):
    print(f"[{passes - zero}]", *words)


def count():
    return asyncio.current_task().cancelling()


async def expiry(loop):
    for limit in (0, -5):
        mark()
        try:
            async with asyncio.timeout(limit) as block:
                say("in the block, expired:", block.expired())
                await loop.create_future()
        except TimeoutError:
            say("timeout, expired:", block.expired(), "cancelling:", count())


async def no_wait_no_timeout():
    async with asyncio.timeout(-1) as block:
        say("no wait in here")
    say("left, expired:", block.expired())
    async with asyncio.timeout(None) as block:
        await asyncio.sleep(0)
    say("no limit, when:", block.when(), "expired:", block.expired())
    await asyncio.sleep(0)


async def nested(loop, inner_limit, outer_limit):
    try:
        async with asyncio.timeout(outer_limit) as outer:
            try:
                async with asyncio.timeout(inner_limit) as inner:
                    await loop.create_future()
            except TimeoutError:
                say("the inner raised")
            except asyncio.CancelledError:
                say("the inner passes a cancellation on")
                raise
            say("between the ends")
            await asyncio.sleep(0)
    except TimeoutError:
        say("the outer raised")
    say("expired, inner outer:", inner.expired(), outer.expired(),
        "cancelling:", count())


async def overdue_together(loop):
    try:
        async with asyncio.timeout(2 * UNIT) as outer:
            try:
                async with asyncio.timeout(UNIT) as inner:
                    time.sleep(4 * UNIT)
                    await loop.create_future()
            except TimeoutError:
                say("the inner raised")
            except asyncio.CancelledError:
                say("the inner passes a cancellation on")
                raise
    except TimeoutError:
        say("the outer raised")
    say("expired, inner outer:", inner.expired(), outer.expired(),
        "cancelling:", count())


async def answers(loop, manner):
    try:
        async with asyncio.timeout(0) as block:
            try:
                await loop.create_future()
            except asyncio.CancelledError:
                if manner == "rename":
                    raise ValueError("body broke")
                say("swallowed, cancelling:", count())
                await asyncio.sleep(0)
    except ValueError as err:
        say("error", err)
    say(manner, "expired:", block.expired(), "cancelling:", count())


async def moved(loop):
    try:
        async with asyncio.timeout(0) as block:
            block.reschedule(loop.time() + 60)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            say("moved away in time, expired:", block.expired())
            block.reschedule(None)
            say("taken away, when:", block.when())
            block.reschedule(loop.time() - 1)
            say("moved into the past, expired:", block.expired())
            await asyncio.sleep(0)
            say("must not appear")
    except TimeoutError:
        say("timeout, expired:", block.expired())


async def refused(loop):
    block = asyncio.timeout(60)
    try:
        block.reschedule(None)
    except RuntimeError:
        say("refused before the block")
    async with block:
        say("when is ahead:", block.when() > loop.time())
    try:
        block.reschedule(None)
    except RuntimeError:
        say("refused after the block")
    try:
        async with asyncio.timeout(0) as block:
            try:
                await loop.create_future()
            finally:
                block.reschedule(None)
    except RuntimeError:
        say("refused while expiring, cancelling:", count())


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (expiry(loop), no_wait_no_timeout(), nested(loop, 0, 60),
                 nested(loop, 60, 0), nested(loop, 0, 0),
                 overdue_together(loop), answers(loop, "swallow"),
                 answers(loop, "rename"), moved(loop), refused(loop)):
        print("--")
        mark()
        await asyncio.create_task(part)


asyncio.run(main())
