"""
Feature: cancel a task that has not made its first step yet.
Expected: cancel() says True, the task is done one pass later, its body never
begins (so no finally runs), its done-callback comes one pass after that; of
two cancels both count but only the last message is told; uncancel() does not
take the cancel back; a cancel that comes in the same pass, before or after
the first step, decides whether the body begins.
Why: before the first step nothing is awaited, so cancel only leaves a note;
the step that was queued at creation then throws into an unstarted coroutine.
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


async def body(label):
    say(label, "begins")
    try:
        await asyncio.sleep(0)
        say(label, "goes on")
    except asyncio.CancelledError as err:
        say(label, "thrown into, told", told(err))
        raise
    finally:
        say(label, "finally")


def report(task):
    say("done-callback, cancelled:", task.cancelled())


async def once():
    task = asyncio.create_task(body("once"))
    task.add_done_callback(report)
    say("cancel:", task.cancel(), "done:", task.done(),
        "cancelling:", task.cancelling())
    await asyncio.sleep(0)
    say("one pass later done, cancelled:", task.done(), task.cancelled())
    say("cancel again:", task.cancel(), "cancelling:", task.cancelling())
    await asyncio.sleep(0)


async def twice():
    task = asyncio.create_task(body("twice"))
    say("cancel:", task.cancel("first"), task.cancel("second"),
        "cancelling:", task.cancelling())
    try:
        await task
    except asyncio.CancelledError as err:
        say("awaiting it raised cancelled, told", told(err))


async def taken_back():
    task = asyncio.create_task(body("taken back"))
    task.cancel("too late to regret")
    say("uncancel:", task.uncancel(), "cancelling:", task.cancelling())
    await asyncio.wait([task])
    say("cancelled all the same:", task.cancelled())


async def same_pass(loop):
    victims = []
    loop.call_soon(lambda: victims[0].cancel("queued ahead"))
    victims.append(asyncio.create_task(body("victim")))
    await asyncio.wait(victims)
    say("cancel ahead of the first step, cancelled:", victims[0].cancelled())
    task = asyncio.create_task(body("late victim"))
    loop.call_soon(task.cancel, "queued behind")
    await asyncio.wait([task])
    say("cancel behind the first step, cancelled:", task.cancelled())


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (once(), twice(), taken_back(), same_pass(loop)):
        print("--")
        await part


asyncio.run(main())
