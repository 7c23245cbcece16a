"""
Feature: Semaphore and BoundedSemaphore when waiters are cancelled.
Expected: waiters are served in order, a newcomer does not overtake; a release
gives its unit to the first waiter at once, so locked() stays True; a waiter
cancelled just after it was given the unit passes it on; several releases in a
row wake several waiters in one pass; cancelled waiters in the queue do not
count as waiting; the bounded kind refuses a release too many.
Why: in 3.11.7 the releaser takes the unit for the waiter it wakes, so nobody
can slip in between.
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


async def taker(label, sem, yields=1):
    try:
        await sem.acquire()
    except asyncio.CancelledError:
        say(label, "cancelled, locked:", sem.locked())
        raise
    say(label, "has a unit, locked:", sem.locked())
    for _ in range(yields):
        await asyncio.sleep(0)
    sem.release()
    say(label, "gave it back, locked:", sem.locked())


def spawn(sem, *labels):
    return [asyncio.create_task(taker(n, sem)) for n in labels]


async def in_order():
    sem = asyncio.Semaphore(2)
    tasks = spawn(sem, "a", "b", "c", "d", "e")
    await asyncio.sleep(0)
    say("cancel d, waiting:", tasks[3].cancel())
    await asyncio.wait(tasks)
    say("locked:", sem.locked())


async def no_overtaking():
    sem = asyncio.Semaphore(0)
    tasks = spawn(sem, "waiter")
    await asyncio.sleep(0)
    sem.release()
    say("released, locked:", sem.locked())
    newcomer = asyncio.create_task(taker("newcomer", sem))
    await sem.acquire()
    say("main has a unit")
    sem.release()
    await asyncio.wait(tasks + [newcomer])
    say("locked:", sem.locked())


async def several_at_once():
    sem = asyncio.Semaphore(0)
    tasks = spawn(sem, "a", "b", "c", "d")
    await asyncio.sleep(0)
    for _ in range(3):
        sem.release()
        say("released, locked:", sem.locked())
    await asyncio.wait(tasks)
    say("locked:", sem.locked())


async def woken_is_cancelled():
    sem = asyncio.Semaphore(0)
    tasks = spawn(sem, "a", "b", "c")
    await asyncio.sleep(0)
    sem.release()
    say("cancel a, just woken:", tasks[0].cancel())
    tasks += spawn(sem, "newcomer")
    await asyncio.wait(tasks)
    say("locked:", sem.locked())


async def all_cancelled():
    sem = asyncio.Semaphore(0)
    tasks = spawn(sem, "a", "b")
    await asyncio.sleep(0)
    sem.release()
    say("cancel a and b:", tasks[0].cancel(), tasks[1].cancel(),
        "locked:", sem.locked())
    newcomer = asyncio.create_task(taker("newcomer", sem))
    await asyncio.wait(tasks + [newcomer])
    say("locked:", sem.locked())


async def cancelled_then_released():
    sem = asyncio.Semaphore(0)
    tasks = spawn(sem, "a", "b")
    await asyncio.sleep(0)
    say("cancel a and b:", tasks[0].cancel(), tasks[1].cancel())
    sem.release()
    say("released, locked:", sem.locked())
    await sem.acquire()
    say("main has it at once, locked:", sem.locked())
    await asyncio.wait(tasks)


async def bounded():
    sem = asyncio.BoundedSemaphore(1)
    try:
        sem.release()
    except ValueError:
        say("a release too many is refused, locked:", sem.locked())
    async with sem:
        say("inside, locked:", sem.locked())
        tasks = spawn(sem, "a", "b")
        await asyncio.sleep(0)
    say("left, locked:", sem.locked())
    try:
        sem.release()
    except ValueError:
        say("a release too many is refused")
    else:
        say("a unit in transit is not noticed")
        await sem.acquire()
    await asyncio.wait(tasks)
    say("locked:", sem.locked())


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (in_order(), no_overtaking(), several_at_once(),
                 woken_is_cancelled(), all_cancelled(),
                 cancelled_then_released(), bounded()):
        print("--")
        mark()
        await part
    try:
        asyncio.Semaphore(-1)
    except ValueError:
        say("a negative start is refused")


asyncio.run(main())
