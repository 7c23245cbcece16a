"""
Feature: cancel a task that waits for a task that waits for a task.
Expected: the request goes down at once to the future at the bottom, the error
comes up one task per pass with the message; all three end cancelled and each
of them counts the request; a middle that swallows or renames the error
decides what the top sees; cancelling one of two waiters of a task takes the
other one with it, which counts no request; only the first reader of a
cancelled task is told the message, a plain future tells everybody.
Why: cancel calls the cancel of what is awaited, and a task is a future too;
a task keeps the error it ended with and gives it away once.
"""
import asyncio

passes = 0


def tick(loop):
    global passes
    passes += 1
    loop.call_soon(tick, loop)


def say(*words):
    print(f"[{passes}]", *words)


def told(err):
    return err.args[0] if err.args else "nothing"


async def layer(label, below, manner="raise"):
    try:
        value = await below
        say(label, "got", value)
        return value
    except asyncio.CancelledError as err:
        say(label, "told", told(err))
        if manner == "swallow":
            return label + " saved it"
        if manner == "rename":
            raise ValueError(label + " renamed it")
        raise
    except ValueError as err:
        say(label, "got error", err)
        raise


def outcome(task):
    if task.cancelled():
        return "cancelled"
    return "error" if task.exception() else "value"


async def tower(loop, manner):
    gate = loop.create_future()
    low = asyncio.create_task(layer("low", gate))
    mid = asyncio.create_task(layer("mid", low, manner))
    top = asyncio.create_task(layer("top", mid))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("cancel:", top.cancel("bye"), "gate cancelled:", gate.cancelled(),
        "tasks done:", low.done(), mid.done(), top.done())
    await asyncio.wait([top])
    say("low mid top:", outcome(low), outcome(mid), outcome(top))
    say("cancelling:", low.cancelling(), mid.cancelling(), top.cancelling())


async def two_waiters(loop):
    low = asyncio.create_task(layer("low", loop.create_future()))
    left = asyncio.create_task(layer("left", low))
    right = asyncio.create_task(layer("right", low))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    right.cancel("only you")
    await asyncio.wait([left, right])
    say("left right:", outcome(left), outcome(right),
        "cancelling:", left.cancelling(), right.cancelling())


async def two_readers(loop):
    task = asyncio.create_task(layer("low", loop.create_future()))
    await asyncio.sleep(0)
    task.cancel("once")
    await asyncio.wait([task])
    for _ in range(2):
        try:
            task.result()
        except asyncio.CancelledError as err:
            say("task reader told", told(err))
    box = loop.create_future()
    box.cancel("always")
    for _ in range(2):
        try:
            box.result()
        except asyncio.CancelledError as err:
            say("future reader told", told(err))


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for manner in ("raise", "swallow", "rename"):
        print("--", manner)
        await tower(loop, manner)
    print("-- two waiters")
    await two_waiters(loop)
    print("-- two readers")
    await two_readers(loop)


asyncio.run(main())
