"""
Feature: Event and Condition at the edges.
Expected: an event set and cleared before its waiters run still lets them go;
a waiter coming after the clear waits; setting twice wakes once; notify counts
waiters that are still asleep; a waiter cancelled in its sleep or while it
takes the lock back holds the lock when the cancellation comes out; a notify
spent on a waiter that is then cancelled is lost; a cancelled waiter does not
count for a later notify; wait_for goes to sleep again when its predicate is
still false.
Why: set and notify settle the futures of those who wait at that moment; the
way out of a condition's wait leads through its lock, come what may.
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


async def naps(times):
    for _ in range(times):
        await asyncio.sleep(0)


async def at_event(label, event):
    try:
        say(label, "let go:", await event.wait(), "set:", event.is_set())
    except asyncio.CancelledError:
        say(label, "cancelled")
        raise


async def event_set_then_clear():
    event = asyncio.Event()
    tasks = [asyncio.create_task(at_event(n, event)) for n in ("a", "b", "c")]
    await naps(1)
    event.set()
    event.set()
    say("set, cancel b:", tasks[1].cancel())
    event.clear()
    tasks.append(asyncio.create_task(at_event("late", event)))
    await naps(3)
    event.set()
    say("set again")
    await event.wait()
    say("main did not wait")
    await asyncio.wait(tasks)


async def at_condition(label, cond):
    async with cond:
        try:
            say(label, "woken:", await cond.wait())
        except asyncio.CancelledError:
            say(label, "cancelled, locked:", cond.locked())
            raise
        finally:
            await asyncio.sleep(0)
            say(label, "leaves")


async def crew(cond, *labels):
    tasks = [asyncio.create_task(at_condition(n, cond)) for n in labels]
    await naps(len(labels) + 3)
    mark()
    return tasks


async def notify_counts(cond):
    tasks = await crew(cond, "a", "b", "c", "d", "e")
    async with cond:
        cond.notify(0)
        cond.notify(2)
        cond.notify()
        say("notified 2 and 1")
        await naps(2)
        say("main releases the lock")
    await naps(12)
    say("main notifies the rest and more")
    async with cond:
        cond.notify(100)
    await asyncio.wait(tasks)


async def cancelled_asleep(cond):
    tasks = await crew(cond, "a", "b", "c")
    async with cond:
        say("cancel a:", tasks[0].cancel())
        cond.notify()
        await naps(2)
        say("a done while main holds the lock:", tasks[0].done())
    await naps(6)
    say("done:", *(t.done() for t in tasks))
    async with cond:
        cond.notify_all()
    await asyncio.wait(tasks)
    say("cancelled:", *(t.cancelled() for t in tasks))


async def cancelled_retaking(cond):
    tasks = await crew(cond, "a", "b")
    async with cond:
        cond.notify()
        await naps(2)
        say("cancel a, at the lock:", tasks[0].cancel(), tasks[0].cancel())
        await naps(2)
        say("once more:", tasks[0].cancel(), "done:", tasks[0].done())
        await naps(2)
    await naps(6)
    say("done:", *(t.done() for t in tasks), "- the notify is lost")
    async with cond:
        cond.notify()
    await asyncio.wait(tasks)
    say("cancelled:", *(t.cancelled() for t in tasks))


async def cancelled_just_woken(cond):
    tasks = await crew(cond, "a", "b")
    async with cond:
        cond.notify()
        say("cancel a, just woken:", tasks[0].cancel())
    await naps(6)
    say("done:", *(t.done() for t in tasks), "- the notify is lost")
    async with cond:
        cond.notify()
    await asyncio.wait(tasks)


async def predicate(cond):
    level = 0
    asked = []

    def enough():
        asked.append(level)
        return level >= 3 and f"level {level}"

    async def until_enough():
        async with cond:
            say("got", await cond.wait_for(enough))

    task = asyncio.create_task(until_enough())
    for level in (1, 2, 3, 4):
        await naps(2)
        async with cond:
            cond.notify_all()
            await naps(2)
    await task
    say("asked at level", *asked)
    level = 9
    async with cond:
        say("got", await cond.wait_for(enough), "at once")


async def misuse(cond):
    for name, act in (("notify", cond.notify), ("notify_all", cond.notify_all),
                      ("release", cond.release)):
        try:
            act()
        except RuntimeError:
            say(name, "without the lock is refused")
    try:
        await cond.wait()
    except RuntimeError:
        say("wait without the lock is refused")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    print("--")
    await event_set_then_clear()
    for part in (notify_counts, cancelled_asleep, cancelled_retaking,
                 cancelled_just_woken, predicate, misuse):
        print("--")
        mark()
        await part(asyncio.Condition())


asyncio.run(main())
