"""
Feature: in which loop pass the simple things happen.
Expected: one pass later: call_soon (also inside a callback, inside a timer),
a first step, sleep(0), a done-callback, a wake-up, call_later(0), a timer in
the past; a chain of n such things takes n passes; within a pass the queued
callbacks come in order and the timers that fell due come behind them, the
earliest deadline first.
Why: a pass takes what was ready when it began; timers that are due are
appended to that just before, and what is queued meanwhile waits.
"""
import asyncio

passes = 0


def tick(loop):
    global passes
    passes += 1
    loop.call_soon(tick, loop)


def say(*words):
    print(f"[{passes}]", *words)


def chain(loop, label, links):
    say(label, links)
    if links:
        loop.call_soon(chain, loop, label, links - 1)


async def yielding(label, times):
    for n in range(times):
        say(label, n)
        await asyncio.sleep(0)
    say(label, "ends")
    return label


async def nested(depth):
    if depth:
        return await nested(depth - 1) + 1
    await asyncio.sleep(0)
    return 0


async def tasks_in_tasks(depth):
    say("task at depth", depth, "begins")
    if depth:
        value = await asyncio.create_task(tasks_in_tasks(depth - 1)) + 1
        say("task at depth", depth, "got", value)
        return value
    return 0


async def callbacks(loop):
    say("all are queued in this pass")
    loop.call_later(0, say, "call_later(0)")
    loop.call_at(loop.time() - 5, say, "timer 5 s in the past")
    loop.call_at(loop.time() - 9, say, "timer 9 s in the past")
    loop.call_later(-1, chain, loop, "chain from a timer", 2)
    loop.call_soon(chain, loop, "chain", 2)
    loop.call_soon(lambda: loop.call_later(0, say, "timer set in a callback"))
    loop.call_soon(lambda: loop.call_soon(say, "call_soon in a callback"))
    asyncio.create_task(yielding("yielding", 2))
    box = loop.create_future()
    box.add_done_callback(lambda b: say("done-callback"))
    loop.call_soon(lambda: box.set_result(say("box set in a callback")))
    loop.call_soon(say, "last in the queue")
    for _ in range(4):
        await asyncio.sleep(0)
        say("main after sleep(0)")


async def no_pass_at_all(loop):
    say("plain awaits begin")
    loop.call_soon(say, "one pass")
    say("nested returns", await nested(3))
    ready = loop.create_future()
    ready.set_result("ready")
    say("ready future gives", await ready)
    await asyncio.sleep(0)
    await asyncio.sleep(-1)
    say("two sleeps, two passes")


async def task_towers():
    say("depth 3 gives", await asyncio.create_task(tasks_in_tasks(3)))


async def result_travels(loop):
    box = loop.create_future()
    first = asyncio.create_task(asyncio.wait_for(box, None))
    second = asyncio.create_task(yielding("second", 1))
    second.add_done_callback(lambda t: say("second's callback", t.result()))
    first.add_done_callback(lambda t: say("first's callback", t.result()))
    await asyncio.sleep(0)
    box.set_result("box value")
    say("box set")
    say("main has", await first, "and", await second)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (callbacks(loop), no_pass_at_all(loop), task_towers(),
                 result_travels(loop)):
        print("--")
        await part


asyncio.run(main())
