"""
Feature: a task that swallows its cancel; uncancel and cancelling; a task that
cancels itself.
Expected: who swallows goes on and may be cancelled again; cancelling counts
requests, uncancel takes one back and never goes below zero, neither changes
what is thrown; a self-cancel strikes at the next wait, also when that wait's
future was still open (the future is cancelled too); an await of something
finished does not count as a wait; returning right away still ends cancelled,
raising ends with that error.
Why: the note left by cancel is read when the coroutine yields or returns.
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


async def stubborn(lives):
    me = asyncio.current_task()
    while lives:
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError as err:
            lives -= 1
            say("swallowed", told(err), "cancelling:", me.cancelling())
    say("uncancel:", me.uncancel(), me.uncancel(), me.uncancel())
    return "outlived it"


async def swallow():
    task = asyncio.create_task(stubborn(2))
    await asyncio.sleep(0)
    task.cancel("first")
    await asyncio.sleep(0)
    task.cancel("second")
    say("stubborn gives", await task)
    say("cancelled:", task.cancelled(), "cancelling:", task.cancelling())


async def self_cancel(ending, gate):
    asyncio.current_task().cancel("by myself")
    say(ending, "goes on after its own cancel")
    try:
        if ending == "yield":
            await asyncio.sleep(0)
        elif ending == "wait":
            await gate
        elif ending == "raise":
            raise ValueError("broke")
        elif ending == "finished":
            say("finished future gives", await gate)
            await asyncio.sleep(0)
        elif ending == "regret":
            say("uncancel:", asyncio.current_task().uncancel())
            await asyncio.sleep(0)
        elif ending == "swallow":
            try:
                await gate
            except asyncio.CancelledError:
                say("swallowed, gate cancelled:", gate.cancelled())
        say(ending, "reaches its end")
        return ending
    except asyncio.CancelledError as err:
        say(ending, "told", told(err))
        raise


async def self_cancels(loop):
    for ending in ("yield", "wait", "finished", "regret", "swallow",
                   "return", "raise"):
        gate = loop.create_future()
        if ending == "finished":
            gate.set_result("a value")
        task = asyncio.create_task(self_cancel(ending, gate))
        await asyncio.wait([task])
        if task.cancelled():
            say(ending, "-> cancelled, gate cancelled:", gate.cancelled())
        elif task.exception():
            say(ending, "-> error", task.exception())
        else:
            say(ending, "-> value", task.result())


async def returned_message():
    task = asyncio.create_task(self_cancel("return", None))
    try:
        await task
    except asyncio.CancelledError as err:
        say("awaiting it told", told(err))


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (swallow(), self_cancels(loop), returned_message()):
        print("--")
        await part


asyncio.run(main())
