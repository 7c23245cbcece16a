"""
Feature: Barrier: wait, cancel, reset, abort.
Expected: nobody passes before the last one comes; the last goes through
first and each is told its number of arrival; one who comes while the others
leave belongs to the next round; a cancelled waiter gives its place back; a
reset breaks the present round only; an abort breaks this and all further
rounds until a reset.
Why: a barrier is a condition with a count and a state.
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


async def guest(label, barrier):
    try:
        say(label, "passes as number", await barrier.wait())
    except asyncio.BrokenBarrierError:
        say(label, "broken")
    except asyncio.CancelledError:
        say(label, "cancelled")
        raise


def spawn(barrier, *labels):
    return [asyncio.create_task(guest(n, barrier)) for n in labels]


async def naps(times):
    for _ in range(times):
        await asyncio.sleep(0)


async def rounds():
    barrier = asyncio.Barrier(3)
    tasks = spawn(barrier, "a", "b")
    await naps(4)
    say("waiting:", barrier.n_waiting, "of", barrier.parties)
    tasks += spawn(barrier, "c", "d", "e", "f")
    await asyncio.wait(tasks)
    say("waiting:", barrier.n_waiting)


async def cancelled():
    barrier = asyncio.Barrier(3)
    tasks = spawn(barrier, "a", "b")
    await naps(4)
    say("cancel a:", tasks[0].cancel())
    await naps(4)
    say("waiting:", barrier.n_waiting, "broken:", barrier.broken)
    tasks += spawn(barrier, "c")
    await naps(4)
    say("waiting:", barrier.n_waiting)
    tasks += spawn(barrier, "d")
    await asyncio.wait(tasks)


async def reset():
    barrier = asyncio.Barrier(3)
    tasks = spawn(barrier, "a", "b")
    await naps(4)
    await barrier.reset()
    say("reset, waiting:", barrier.n_waiting, "broken:", barrier.broken)
    await asyncio.wait(tasks)
    tasks = spawn(barrier, "c", "d", "e")
    await asyncio.wait(tasks)


async def abort():
    barrier = asyncio.Barrier(2)
    tasks = spawn(barrier, "a")
    await naps(4)
    await barrier.abort()
    say("aborted, waiting:", barrier.n_waiting, "broken:", barrier.broken)
    tasks += spawn(barrier, "b")
    await asyncio.wait(tasks)
    await barrier.reset()
    say("reset, broken:", barrier.broken)
    await asyncio.wait(spawn(barrier, "c", "d"))


async def alone():
    barrier = asyncio.Barrier(1)
    say("alone, number:", await barrier.wait(), await barrier.wait())
    async with asyncio.Barrier(1) as number:
        say("as a block, number:", number)
    try:
        asyncio.Barrier(0)
    except ValueError:
        say("a barrier for nobody is refused")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (rounds(), cancelled(), reset(), abort(), alone()):
        print("--")
        mark()
        await part


asyncio.run(main())
