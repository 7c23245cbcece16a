"""
Feature: a cancel and a result that meet in one pass.
Expected: a result first and the cancel behind it: the task sees the cancel,
the future keeps its value (or error, which nobody is told of); the cancel
first: the future refuses the result; a sleep that is over already cannot be
cancelled but the sleeper can; a waiter of a finished task is cancelled
without harm to that task; whether a task at its last step takes the cancel
depends on who stands ahead in the queue.
Why: a finished future refuses to be cancelled, so the cancel is noted on the
task and beats whatever its queued wake-up brings.
"""
import asyncio
import time

UNIT = 0.02
passes = 0


def tick(loop):
    global passes
    passes += 1
    loop.call_soon(tick, loop)


def say(*words):
    print(f"[{passes}]", *words)


async def waiter(label, box):
    try:
        say(label, "got", await box)
    except asyncio.CancelledError:
        say(label, "cancelled, box done, cancelled:", box.done(),
            box.cancelled())
        raise
    except ValueError as err:
        say(label, "got error", err)


async def start(label, box):
    task = asyncio.create_task(waiter(label, box))
    await asyncio.sleep(0)
    return task


async def value_first(loop):
    box = loop.create_future()
    task = await start("value first", box)
    box.set_result("value")
    say("cancel:", task.cancel())
    await asyncio.wait([task])
    say("cancelled:", task.cancelled(), "box keeps", box.result())


async def error_first(loop):
    box = loop.create_future()
    task = await start("error first", box)
    box.set_exception(ValueError("broke"))
    say("cancel:", task.cancel())
    await asyncio.wait([task])
    say("cancelled:", task.cancelled(), "box keeps", box.exception())


async def cancel_first(loop):
    box = loop.create_future()
    task = await start("cancel first", box)
    say("cancel:", task.cancel(), "box cancelled:", box.cancelled())
    try:
        box.set_result("value")
    except asyncio.InvalidStateError:
        say("the box refuses a value")
    await asyncio.wait([task])


async def over_already(loop):
    task = await start("sleeper", asyncio.create_task(asyncio.sleep(0, "x")))
    napper = asyncio.create_task(asyncio.sleep(UNIT, "nap"))
    await asyncio.sleep(0)
    loop.call_later(2 * UNIT, napper.cancel)
    time.sleep(4 * UNIT)
    await asyncio.wait([napper, task])
    say("nap cancelled in the pass of its end:", napper.cancelled())


async def finished_inner():
    inner = asyncio.create_task(asyncio.sleep(0, "inner value"))
    outer = await start("outer", inner)
    inner.add_done_callback(lambda t: say("outer cancel:", outer.cancel()))
    await asyncio.wait([outer])
    say("inner gives", inner.result(), "outer cancelled:", outer.cancelled())
    inner = asyncio.create_task(asyncio.sleep(0, "inner value"))
    inner.add_done_callback(lambda t: say("outer cancel:", outer.cancel()))
    outer = await start("outer", inner)
    await asyncio.wait([outer])
    say("inner gives", inner.result(), "outer cancelled:", outer.cancelled())


async def last_step(loop):
    ahead, behind = loop.create_future(), loop.create_future()
    box = loop.create_future()
    ahead.add_done_callback(lambda f: say("cancel ahead:", one.cancel()))
    one = await start("one", box)
    two = await start("two", box)
    behind.add_done_callback(lambda f: say("cancel behind:", two.cancel()))
    ahead.set_result(None)
    box.set_result("value")
    behind.set_result(None)
    await asyncio.wait([one, two])
    say("cancelled:", one.cancelled(), two.cancelled())


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    print("--")
    await value_first(loop)
    print("--")
    await error_first(loop)
    print("--")
    await cancel_first(loop)
    print("--")
    await finished_inner()
    print("--")
    await last_step(loop)


async def slow():
    await over_already(asyncio.get_running_loop())


asyncio.run(main())
print("--")
passes = 0
asyncio.run(slow())
