"""
Feature: wait_for when the end, the timeout and a cancel come close together.
Expected: an end in the very pass of the timeout, or in the next, wins over
the timeout; cancelled from outside the inner task is cancelled too and waited
for, the caller hears of it only after the inner's clean-up; a cancel that
meets an inner which is done already is swallowed and the value returned; a
zero or negative timeout cancels what is not done, takes what is.
Why: wait_for sleeps on a future of its own and then asks whether the inner
one is done, whoever woke it.
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


async def attempt(awaitable, limit):
    try:
        say("value:", await asyncio.wait_for(awaitable, limit))
    except TimeoutError:
        say("timeout")
    except asyncio.CancelledError as err:
        say("cancelled, told", err.args[0] if err.args else "nothing")
        raise
    except ValueError as err:
        say("error", err)


async def inner(gate):
    try:
        return await gate
    except asyncio.CancelledError as err:
        say("inner told", err.args[0] if err.args else "nothing")
        await asyncio.sleep(0)
        say("inner tidied up")
        raise


async def same_pass(loop, end_units, limit_units):
    gate = loop.create_future()
    loop.call_later(end_units * UNIT, gate.set_result, "just in time")
    caller = asyncio.create_task(attempt(gate, limit_units * UNIT))
    await asyncio.sleep(0)
    time.sleep(6 * UNIT)
    mark()
    await caller
    print("gate cancelled:", gate.cancelled())


async def next_pass(loop):
    gate = loop.create_future()
    loop.call_later(2 * UNIT, loop.call_soon, gate.set_result, "a pass late")
    caller = asyncio.create_task(attempt(gate, 2.5 * UNIT))
    await asyncio.sleep(0)
    time.sleep(6 * UNIT)
    mark()
    await caller


async def two_passes(loop):
    gate = loop.create_future()
    loop.call_later(2 * UNIT, loop.call_soon, loop.call_soon, say, "too late")
    caller = asyncio.create_task(attempt(gate, 2.5 * UNIT))
    await asyncio.sleep(0)
    time.sleep(6 * UNIT)
    mark()
    await caller
    print("gate cancelled:", gate.cancelled())


async def outside(loop, limit):
    task = asyncio.create_task(inner(loop.create_future()))
    caller = asyncio.create_task(attempt(task, limit))
    await asyncio.sleep(0)
    say("cancel:", caller.cancel("leave"))
    await asyncio.wait([caller])
    say("caller, inner cancelled:", caller.cancelled(), task.cancelled())


async def outside_twice(loop):
    task = asyncio.create_task(inner(loop.create_future()))
    caller = asyncio.create_task(attempt(task, 60))
    await asyncio.sleep(0)
    caller.cancel("leave")
    await asyncio.sleep(0)
    say("cancel again:", caller.cancel("now"), "inner done:", task.done())
    await asyncio.wait([caller])
    say("caller cancelled:", caller.cancelled(), "inner done:", task.done())
    await asyncio.wait([task])


async def done_and_cancelled(loop):
    gate = loop.create_future()
    caller = asyncio.create_task(attempt(gate, 60))
    await asyncio.sleep(0)
    gate.set_result("value beats the cancel")
    say("cancel:", caller.cancel())
    await asyncio.wait([caller])
    say("caller cancelled:", caller.cancelled(), "cancelling:",
        caller.cancelling())


async def no_time(loop):
    for limit in (0, -1):
        task = asyncio.create_task(inner(loop.create_future()))
        await asyncio.sleep(0)
        mark()
        await attempt(task, limit)
        await attempt(asyncio.sleep(0, "unstarted"), limit)
        for error in (None, ValueError("old")):
            gate = loop.create_future()
            gate.set_exception(error) if error else gate.set_result("old")
            await attempt(gate, limit)
    gate = loop.create_future()
    gate.cancel("old")
    try:
        await attempt(gate, 0)
    except asyncio.CancelledError:
        say("a cancelled one is no timeout")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (same_pass(loop, 3, 2), same_pass(loop, 2, 3),
                 next_pass(loop), two_passes(loop), outside(loop, 60),
                 outside(loop, None), outside_twice(loop),
                 done_and_cancelled(loop), no_time(loop)):
        print("--")
        mark()
        await part


asyncio.run(main())
