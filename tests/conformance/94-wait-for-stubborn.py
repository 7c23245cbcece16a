"""
Feature: wait_for around an inner task that does not simply die.
Expected: after the timeout the caller waits for the inner's end, however long;
an inner that swallows the cancel and returns gives its value and no timeout;
an inner that raises gives that error; one that is cancelled gives the
timeout, with the cancellation as its cause; a nested pair of wait_for lets
the shorter one win; a wait_for in a task that is cancelled by hand at the
same moment ends cancelled.
Why: wait_for cancels the inner task, waits until it is done and only then
decides, by what the inner task holds.
"""
import asyncio
import time

UNIT = 0.02


async def inner(label, manner, begun=None):
    try:
        await asyncio.sleep(50 * UNIT)
    except asyncio.CancelledError:
        print(label, "cancelled")
        if begun:
            begun.set_result(None)
        await asyncio.sleep(2 * UNIT)
        print(label, "took its time")
        if manner == "swallow":
            return label + " value"
        if manner == "raise":
            raise ValueError(label + " broke")
        raise


async def attempt(label, awaitable, limit):
    try:
        print(label, "-> value", await asyncio.wait_for(awaitable, limit))
    except TimeoutError as err:
        print(label, "-> timeout, caused by a cancellation:",
              isinstance(err.__cause__, asyncio.CancelledError))
    except ValueError as err:
        print(label, "-> error", err)
    except asyncio.CancelledError:
        print(label, "-> cancelled")
        raise


async def manners():
    for manner in ("swallow", "raise", "die"):
        begin = asyncio.get_running_loop().time()
        await attempt(manner, inner(manner, manner), UNIT)
        units = (asyncio.get_running_loop().time() - begin) / UNIT
        print("three units passed:", units > 2.9)


async def nested():
    await attempt("outer", attempt("inner", asyncio.sleep(50 * UNIT), UNIT),
                  20 * UNIT)
    await attempt("outer", attempt("inner", asyncio.sleep(50 * UNIT),
                                   20 * UNIT), UNIT)


async def both_at_once():
    caller = asyncio.create_task(
        attempt("outer", attempt("inner", asyncio.sleep(50 * UNIT), UNIT),
                10 * UNIT))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    time.sleep(14 * UNIT)
    await asyncio.wait([caller])
    print("caller cancelled:", caller.cancelled())


async def by_hand():
    begun = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(inner("slow", "die", begun))
    caller = asyncio.create_task(attempt("caller", task, UNIT))
    await begun
    print("cancel during the inner's clean-up:", caller.cancel())
    await asyncio.wait([caller])
    print("inner done:", task.done())
    await asyncio.wait([task])
    print("inner cancelled:", task.cancelled(), task.cancelling())


async def plain_future():
    loop = asyncio.get_running_loop()
    box = loop.create_future()
    await attempt("future", box, UNIT)
    print("future cancelled:", box.cancelled())
    box = loop.create_future()
    await attempt("shielded", asyncio.shield(box), UNIT)
    print("future cancelled:", box.cancelled())


async def main():
    for part in (manners(), nested(), both_at_once(), by_hand(),
                 plain_future()):
        print("--")
        await part


asyncio.run(main())
