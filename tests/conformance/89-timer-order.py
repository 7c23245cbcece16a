"""
Feature: timers: order, cancelling, when(), deadlines that share a pass.
Expected: timers that are overdue together run in one pass by deadline, those
with equal deadlines next to each other (in what order is left open); one that
is cancelled by an earlier timer of its pass does not run, cancel after the run
changes nothing; a timer set by a timer for a moment past waits for the next
pass; when() is the deadline asked for; of a hundred and fifty timers with most
cancelled the rest keep their order; time does not run backwards.
Why: a heap by deadline feeds the ready list, cancelled entries are skipped.
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


async def overdue_together(loop):
    now = loop.time()
    for label, units in (("third", 3), ("first", 1), ("second", 2)):
        loop.call_at(now + units * UNIT, say, label)
    time.sleep(4 * UNIT)
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def equal_deadlines(loop):
    now, ran = loop.time(), []
    for n, past in ((1, 5), (2, 2), (3, 2), (4, 9), (5, 2), (6, 5), (7, 2)):
        loop.call_at(now - past, ran.append, (n, past))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for past in (9, 5, 2):
        say("overdue by", past, "ran:", *sorted(n for n, p in ran if p == past))
    say("groups in order:", all(a[1] >= b[1] for a, b in zip(ran, ran[1:])))


async def cancelled_in_its_pass(loop):
    now = loop.time()
    first = loop.call_at(now + UNIT, lambda: (say("first"), second.cancel()))
    second = loop.call_at(now + 2 * UNIT, say, "must not appear")
    loop.call_at(now + 3 * UNIT, lambda: (say("third"), first.cancel()))
    time.sleep(4 * UNIT)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("cancelled flags:", first.cancelled(), second.cancelled())


async def set_by_a_timer(loop):
    def again(times):
        say("again", times)
        if times:
            loop.call_later(-1, again, times - 1)
            loop.call_at(loop.time() - 9, say, "further in the past")

    loop.call_later(0, again, 2)
    for _ in range(4):
        await asyncio.sleep(0)


async def asked_for(loop):
    now = loop.time()
    handle = loop.call_at(now + 100, say, "must not appear")
    say("when is what was asked:", handle.when() == now + 100)
    later = loop.call_later(100, say, "must not appear")
    say("call_later is behind it:", later.when() >= handle.when())
    handle.cancel()
    later.cancel()
    say("cancelled:", handle.cancelled(), "when stays:",
        handle.when() == now + 100)
    print("sleep of a unit lasts a unit:", end=" ")
    await asyncio.sleep(UNIT)
    print(loop.time() - now >= UNIT)


async def many(loop):
    now, ran, handles = loop.time(), [], []
    for n in range(150):
        handles.append(loop.call_at(now + (n * 7 % 150) / 150 * UNIT,
                                    ran.append, n * 7 % 150))
    for n, handle in enumerate(handles):
        if n % 10:
            handle.cancel()
    await asyncio.sleep(2 * UNIT)
    print("those left ran:", len(ran), "in order:", ran == sorted(ran))
    print("first five:", *ran[:5])


async def clock(loop):
    stamps = [loop.time() for _ in range(1000)]
    print("time monotone:", stamps == sorted(stamps))


async def main():
    loop = asyncio.get_running_loop()
    ticking = loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (overdue_together, equal_deadlines,
                 cancelled_in_its_pass, set_by_a_timer):
        print("--")
        await part(loop)
    print("--")
    print("cancel after the run:", ticking.cancel(), ticking.cancelled())
    for part in (asked_for, many, clock):
        await part(loop)


asyncio.run(main())
