"""
Feature: asyncio.timeout when somebody else cancels the task as well.
Expected: a cancel from outside is a cancellation, whatever the block; when
the cancel and the expiry meet in one pass, in either order, the cancellation
wins, and the count of requests is what the outsider left; a task that was
cancelled before and swallowed it can still time out; a wait_for inside a
timeout inside a wait_for keeps them apart.
Why: the block notes the count of cancel requests on entry and forms a
timeout only if the count is back to it when the block takes its own away.
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


async def guarded(loop, limit):
    try:
        async with asyncio.timeout(limit) as block:
            await loop.create_future()
    except TimeoutError:
        say("timeout, expired:", block.expired(), "cancelling:", count())
    except asyncio.CancelledError as err:
        say("cancelled, told", err.args[0] if err.args else "nothing",
            "expired:", block.expired(), "cancelling:", count())
        raise


async def outside(loop, limit, passes_before):
    task = asyncio.create_task(guarded(loop, limit))
    for _ in range(passes_before):
        await asyncio.sleep(0)
    say("cancel:", task.cancel("from outside"))
    await asyncio.wait([task])
    say("task cancelled:", task.cancelled())


async def ahead_of_expiry(loop):
    task = asyncio.create_task(guarded(loop, 0))
    loop.call_soon(loop.call_soon, task.cancel, "behind")
    await asyncio.wait([task])
    say("task cancelled:", task.cancelled())
    task = None
    loop.call_soon(lambda: loop.call_soon(lambda: task.cancel("ahead")))
    task = asyncio.create_task(guarded(loop, 0))
    await asyncio.wait([task])
    say("task cancelled:", task.cancelled())


async def swallowed_before(loop):
    try:
        await loop.create_future()
    except asyncio.CancelledError:
        say("swallowed, cancelling:", count())
    await guarded(loop, 0)
    async with asyncio.timeout(60) as block:
        asyncio.current_task().uncancel()
        block.reschedule(0)
        try:
            await loop.create_future()
        except asyncio.CancelledError:
            say("uncancelled inside, cancelling:", count())
    say("left, cancelling:", count())


async def had_a_cancel(loop):
    task = asyncio.create_task(swallowed_before(loop))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    say("task cancelled:", task.cancelled(), "error:", task.exception())


async def sandwich(loop, inmost, middle, outmost):
    async def filling():
        if outmost == UNIT:
            time.sleep(2 * UNIT)
        try:
            async with asyncio.timeout(middle):
                try:
                    await asyncio.wait_for(loop.create_future(), inmost)
                except TimeoutError:
                    say("inmost timed out")
                    await asyncio.sleep(0)
        except TimeoutError:
            say("middle timed out")
            await asyncio.sleep(0)

    try:
        await asyncio.wait_for(filling(), outmost)
        say("all well")
    except TimeoutError:
        say("outmost timed out")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (outside(loop, 60, 1), outside(loop, 60, 0),
                 outside(loop, 0, 1), outside(loop, 0, 2),
                 ahead_of_expiry(loop), had_a_cancel(loop),
                 sandwich(loop, 0, 60, 60), sandwich(loop, 60, 0, 60),
                 sandwich(loop, 60, 60, UNIT)):
        print("--")
        mark()
        await part


asyncio.run(main())
