"""
Feature: wait with all its conditions, at the edges.
Expected: FIRST_EXCEPTION returns on an error but not for a cancelled task;
two that end in one pass are both done under FIRST_COMPLETED; things done
already still cost two passes; a timeout in the past takes the same way as a
timer; the caller's cancel leaves the tasks alone; wait raises nothing.
Why: wait hangs a counter on each future and sleeps on a future of its own;
what is done is looked up only when the caller goes on.
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


async def job(label, yields, fail=False):
    for _ in range(yields):
        await asyncio.sleep(0)
    if fail:
        raise ValueError(label)
    return label


def spawn(*jobs):
    return {j[0]: asyncio.create_task(job(*j)) for j in jobs}


async def look(tasks, **options):
    mark()
    done, pending = await asyncio.wait(tasks.values(), **options)
    say("done:", *(n for n in tasks if tasks[n] in done), "- pending:",
        *(n for n in tasks if tasks[n] in pending))


async def first_exception():
    tasks = spawn(("a", 1), ("b", 3, True), ("c", 5), ("d", 9, True))
    await look(tasks, return_when=asyncio.FIRST_EXCEPTION)
    await look(tasks, return_when=asyncio.FIRST_EXCEPTION)
    await look(tasks)
    say("errors:", tasks["b"].exception(), tasks["d"].exception())
    tasks = spawn(("a", 9), ("b", 3, True), ("c", 5))
    tasks["a"].cancel()
    await look(tasks, return_when=asyncio.FIRST_EXCEPTION)
    say("a cancelled:", tasks["a"].cancelled(), "b:", tasks["b"].exception())
    await look(tasks, return_when=asyncio.FIRST_EXCEPTION)
    tasks = spawn(("a", 9), ("b", 2))
    tasks["a"].cancel()
    await look(tasks, return_when=asyncio.FIRST_EXCEPTION)


async def first_completed():
    tasks = spawn(("a", 2), ("b", 2), ("c", 3), ("d", 4), ("e", 9))
    await look(tasks, return_when=asyncio.FIRST_COMPLETED)
    await look(tasks, return_when=asyncio.FIRST_COMPLETED)
    tasks["e"].cancel()
    del tasks["a"], tasks["b"], tasks["c"], tasks["d"]
    await look(tasks, return_when=asyncio.FIRST_COMPLETED)


async def timeouts():
    tasks = spawn(("a", 0), ("b", 1), ("c", 2), ("d", 9))
    await look(tasks, timeout=0)
    await look(tasks, timeout=-1)
    await look(tasks, timeout=60, return_when=asyncio.FIRST_COMPLETED)
    await look(tasks, timeout=60)


async def caller_cancelled():
    tasks = spawn(("a", 4), ("b", 6))
    mark()
    caller = asyncio.create_task(asyncio.wait(tasks.values()))
    await asyncio.sleep(0)
    say("cancel:", caller.cancel())
    try:
        await caller
    except asyncio.CancelledError:
        say("caller cancelled; done:", *(t.done() for t in tasks.values()))
    await look(tasks)
    say("results:", *(t.result() for t in tasks.values()))


async def caller_cancelled_late():
    tasks = spawn(("a", 2))
    mark()
    caller = asyncio.create_task(asyncio.wait(tasks.values()))
    tasks["a"].add_done_callback(lambda t: say("cancel:", caller.cancel()))
    await asyncio.wait([caller])
    say("caller cancelled:", caller.cancelled(), "a:", tasks["a"].result())


async def refused():
    try:
        await asyncio.wait([])
    except ValueError:
        say("refused: nothing to wait for")


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (first_exception(), first_completed(), timeouts(),
                 caller_cancelled(), caller_cancelled_late(), refused()):
        print("--")
        mark()
        await part


asyncio.run(main())
