"""
Feature: Lock: who gets it when waiters are cancelled and newcomers come.
Expected: waiters get it in the order of their coming; one cancelled in the
middle is passed over; one cancelled just after it was woken hands the wake-up
on to the next; a newcomer does not overtake a woken waiter but, if all waiters
are cancelled ones, takes the lock at once; after a release locked() is False
until the woken one has run, yet whoever asks meanwhile has to queue; a waiter
cancelled while the lock is held wakes nobody.
Why: release only marks the lock free and settles the first waiter's future;
the waiter itself takes the lock when it runs; acquire queues behind waiters.
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


async def taker(label, lock, yields=1):
    try:
        await lock.acquire()
    except asyncio.CancelledError:
        say(label, "cancelled, locked:", lock.locked())
        raise
    say(label, "has it")
    for _ in range(yields):
        await asyncio.sleep(0)
    lock.release()
    say(label, "released it, locked:", lock.locked())


def spawn(lock, *labels):
    return [asyncio.create_task(taker(n, lock)) for n in labels]


async def in_order(lock):
    await lock.acquire()
    tasks = spawn(lock, "a", "b", "c", "d")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("cancel b in the middle:", tasks[1].cancel())
    await asyncio.sleep(0)
    lock.release()
    say("main released it, locked:", lock.locked())
    tasks += spawn(lock, "newcomer")
    await asyncio.wait(tasks)


async def no_overtaking(lock):
    await lock.acquire()
    tasks = spawn(lock, "waiter")
    await asyncio.sleep(0)
    lock.release()
    say("main released it and wants it back, locked:", lock.locked())
    await lock.acquire()
    say("main has it again")
    lock.release()
    await asyncio.wait(tasks)


async def woken_is_cancelled(lock):
    await lock.acquire()
    tasks = spawn(lock, "a", "b", "c")
    await asyncio.sleep(0)
    lock.release()
    say("cancel a, just woken:", tasks[0].cancel())
    tasks += spawn(lock, "newcomer")
    await asyncio.wait(tasks)


async def woken_and_next_cancelled(lock):
    await lock.acquire()
    tasks = spawn(lock, "a", "b", "c")
    await asyncio.sleep(0)
    lock.release()
    say("cancel a and b:", tasks[0].cancel(), tasks[1].cancel())
    await asyncio.wait(tasks)


async def all_cancelled(lock):
    await lock.acquire()
    tasks = spawn(lock, "a", "b")
    await asyncio.sleep(0)
    lock.release()
    say("cancel a and b:", tasks[0].cancel(), tasks[1].cancel())
    newcomer = asyncio.create_task(taker("newcomer", lock))
    await asyncio.wait(tasks + [newcomer])


async def only_cancelled_ahead(lock):
    await lock.acquire()
    tasks = spawn(lock, "a", "b")
    await asyncio.sleep(0)
    say("cancel a and b:", tasks[0].cancel(), tasks[1].cancel())
    lock.release()
    await lock.acquire()
    say("main takes it past the cancelled ones")
    await asyncio.wait(tasks)
    lock.release()


async def misuse(lock):
    try:
        lock.release()
    except RuntimeError:
        say("release of a free lock is refused")
    async with lock:
        say("inside, locked:", lock.locked())
        waiting = asyncio.create_task(asyncio.wait_for(lock.acquire(), 0))
        await asyncio.wait([waiting])
        say("no time to wait:", isinstance(waiting.exception(), TimeoutError))
    say("outside, locked:", lock.locked())
    say("acquire gives", await lock.acquire())


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (in_order, no_overtaking, woken_is_cancelled,
                 woken_and_next_cancelled, all_cancelled,
                 only_cancelled_ahead, misuse):
        print("--")
        mark()
        await part(asyncio.Lock())


asyncio.run(main())
