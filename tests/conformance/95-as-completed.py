"""
Feature: as_completed: order, errors, timeout.
Expected: values come in the order of the ends, not of the list; a future given
twice comes once; an error is raised by the await that would have brought the
value, the next await goes on; a cancelled one raises cancelled; at the
timeout every await that is left raises a timeout and the tasks go on
untouched; what is done before the timeout's pass is still delivered; giving
up half-way harms nothing.
Why: each end puts its future into a queue, each await takes one out.
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
        raise ValueError(label + " broke")
    return label


def spawn(*jobs):
    return [asyncio.create_task(job(*j)) for j in jobs]


async def drain(tasks, timeout=None):
    for awaited in asyncio.as_completed(tasks, timeout=timeout):
        try:
            say("got", await awaited)
        except ValueError as err:
            say("got error", err)
        except TimeoutError:
            say("got a timeout")
        except asyncio.CancelledError:
            say("got a cancellation")


async def order():
    tasks = spawn(("a", 5), ("b", 1), ("c", 3))
    await drain([tasks[0], tasks[1], tasks[0], tasks[2], tasks[1]])


async def errors():
    tasks = spawn(("a", 1), ("b", 3, True), ("c", 9), ("d", 5))
    tasks[2].cancel()
    tasks[0].add_done_callback(lambda t: say("a has ended"))
    await drain(tasks[1:] + tasks[:1])


async def slow_reader():
    tasks = spawn(("a", 1), ("b", 4), ("c", 2))
    source = asyncio.as_completed(tasks)
    first = next(source)
    await asyncio.wait(tasks)
    say("all have ended")
    say("got", await first)
    for awaited in source:
        say("got", await awaited)


async def timeout(loop, limit):
    tasks = spawn(("a", 0), ("b", 6), ("c", 8))
    box = loop.create_future()
    box.set_result("box")
    await tasks[0]
    mark()
    await drain([box, tasks[1], tasks[2]], limit)
    say("still running:", *(not t.done() for t in tasks))
    await asyncio.wait(tasks)
    say("results:", *(t.result() for t in tasks))


async def give_up():
    tasks = spawn(("a", 2), ("b", 4))
    for awaited in asyncio.as_completed(tasks):
        say("got", await awaited)
        break
    say("b done:", tasks[1].done(), "and gives", await tasks[1])


async def reader_cancelled():
    tasks = spawn(("a", 4), ("b", 6))
    reader = asyncio.create_task(drain_one(tasks))
    await asyncio.sleep(0)
    say("cancel the reader:", reader.cancel())
    await asyncio.wait([reader])
    say("reader cancelled:", reader.cancelled(),
        "tasks done:", *(t.done() for t in tasks))
    await drain(tasks)


async def drain_one(tasks):
    for awaited in asyncio.as_completed(tasks):
        say("got", await awaited)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (order(), errors(), slow_reader(), timeout(loop, 0),
                 timeout(loop, -1), give_up(), reader_cancelled()):
        print("--")
        mark()
        await part


asyncio.run(main())
