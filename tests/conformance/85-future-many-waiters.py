"""
Feature: one future, several waiters and callbacks.
Expected: all are served in the pass after the result or the cancel, callbacks
and tasks in the one order in which they came; who comes after the result does
not wait at all; a callback added by a callback runs a pass later; a callback
may cancel a task whose wake-up stands behind it in the same pass; cancelling
one waiting task cancels the future and so every other waiter.
Why: a waiting task is just one more done-callback in the future's list.
"""
import asyncio

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
        say(label, "cancelled")
        raise


def callback(label, box):
    say(label, "called, cancelled:", box.cancelled())


async def crowd(box):
    tasks = [asyncio.create_task(waiter("task one", box))]
    await asyncio.sleep(0)
    box.add_done_callback(lambda b: callback("callback one", b))
    tasks.append(asyncio.create_task(waiter("task two", box)))
    await asyncio.sleep(0)
    box.add_done_callback(lambda b: callback("callback two", b))
    box.add_done_callback(
        lambda b: b.add_done_callback(lambda b: callback("callback late", b)))
    tasks.append(asyncio.create_task(waiter("task three", box)))
    await asyncio.sleep(0)
    return tasks


async def settle(loop, cancel):
    box = loop.create_future()
    tasks = await crowd(box)
    if cancel:
        say("box cancel:", box.cancel("stop"), box.cancel("again"))
    else:
        box.set_result("value")
    box.add_done_callback(lambda b: callback("callback after", b))
    loop.call_soon(say, "call_soon behind them")
    tasks.append(asyncio.create_task(waiter("newcomer", box)))
    await asyncio.wait(tasks)
    say("all seen; cancelled:", *(t.cancelled() for t in tasks),
        "cancelling:", *(t.cancelling() for t in tasks))


async def one_of_them(loop):
    box = loop.create_future()
    tasks = await crowd(box)
    say("cancel task two:", tasks[1].cancel(), "box:", box.cancelled())
    await asyncio.wait(tasks)
    say("all seen; cancelled:", *(t.cancelled() for t in tasks),
        "cancelling:", *(t.cancelling() for t in tasks))


async def stab_in_the_back(loop):
    box = loop.create_future()
    box.add_done_callback(lambda b: say("cancel:", tasks[0].cancel()))
    tasks = [asyncio.create_task(waiter(name, box)) for name in ("a", "b")]
    await asyncio.sleep(0)
    box.set_result("value")
    await asyncio.wait(tasks)
    say("cancelled:", *(t.cancelled() for t in tasks))


async def no_wait(loop):
    box = loop.create_future()
    box.set_result("ready")
    loop.call_soon(say, "next pass")
    for _ in range(3):
        await waiter("unhurried", box)
    await asyncio.sleep(0)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (settle(loop, False), settle(loop, True), one_of_them(loop),
                 stab_in_the_back(loop), no_wait(loop)):
        print("--")
        await part


asyncio.run(main())
