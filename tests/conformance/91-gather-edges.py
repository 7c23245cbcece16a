"""
Feature: gather of odd things: the same future twice, finished ones, nested
gathers, nothing, two errors in one pass.
Expected: a future given twice is awaited once and its value stands twice; a
gather of finished futures still takes two passes, even if the first has
failed; of two errors in one pass the first in the queue surfaces and the
other is silent; errors can be values too; a nested gather needs two more
passes; cancelling the outermost reaches the innermost child; a cancelled
future in the list is an error.
Why: each distinct child gets one done-callback, run through the queue.
"""
import asyncio

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


async def child(label, fail=False):
    say(label, "begins")
    await asyncio.sleep(0)
    if fail:
        raise ValueError(label + " broke")
    return label


def settled(loop, value=None, error=None):
    box = loop.create_future()
    if error:
        box.set_exception(error)
    else:
        box.set_result(value)
    return box


async def twice(loop):
    task = asyncio.create_task(child("t"))
    box = settled(loop, "box")
    say("got", *await asyncio.gather(task, box, task, box, child("u"), task))
    mark()
    nested = asyncio.gather(asyncio.gather(child("in")), child("out"))
    (inside,), outside = await nested
    say("got", inside, outside)


async def finished(loop):
    values = await asyncio.gather(settled(loop, 1), settled(loop, 2))
    say("finished ones give", *values)
    mark()
    late = asyncio.create_task(child("late"))
    try:
        await asyncio.gather(settled(loop, error=ValueError("old")), late)
    except ValueError as err:
        say("finished error:", err, "- late done:", late.done())
    await late
    mark()
    say("nothing gives", len(await asyncio.gather()), "values")


async def two_errors():
    tasks = [asyncio.create_task(child(n, True)) for n in ("one", "two")]
    try:
        await asyncio.gather(tasks[1], tasks[0])
    except ValueError as err:
        say("surfaced:", err)
    mark()
    values = await asyncio.gather(child("x", True), *tasks, child("y"),
                                  return_exceptions=True)
    say("as values:", *values)


async def innermost(loop):
    gate = loop.create_future()
    task = asyncio.create_task(asyncio.wait_for(gate, None))
    outer = asyncio.gather(asyncio.gather(task), return_exceptions=True)
    await asyncio.sleep(0)
    say("cancel:", outer.cancel("deep"), "gate cancelled:", gate.cancelled())
    try:
        await outer
    except asyncio.CancelledError as err:
        say("cancelled, told", err.args[0] if err.args else "nothing")
    say("outer cancelled:", outer.cancelled(), "task:", task.cancelled())


async def cancelled_one(loop):
    box = loop.create_future()
    box.cancel("old")
    outer = asyncio.gather(settled(loop, 1), box)
    try:
        await outer
    except asyncio.CancelledError as err:
        say("cancelled, told", err.args[0] if err.args else "nothing")
    say("outer cancelled:", outer.cancelled())
    mark()
    one, error = await asyncio.gather(settled(loop, 1), box,
                                      return_exceptions=True)
    say("as a value:", one, isinstance(error, asyncio.CancelledError))
    outer = asyncio.gather(settled(loop, 1), settled(loop, 2))
    say("cancel a gather of finished ones:", outer.cancel(), *await outer)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (twice(loop), finished(loop), two_errors(), innermost(loop),
                 cancelled_one(loop)):
        print("--")
        mark()
        await part


asyncio.run(main())
