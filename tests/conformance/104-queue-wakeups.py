"""
Feature: Queue: whom a put or a get wakes, and what a cancel then does.
Expected: getters are served in the order of their coming; a put wakes one of
them; a getter cancelled just after it was woken loses nothing: the next one
gets the item; one that is robbed of its item by get_nowait queues up again at
the end; the same for putters and room; a newcomer may take the item before
the woken getter runs; waiting putters deliver in order.
Why: a put leaves the item in the queue and only wakes; the woken one looks
for itself and, if it was cancelled, wakes the next.
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


async def getter(label, queue):
    try:
        say(label, "got", await queue.get())
    except asyncio.CancelledError:
        say(label, "cancelled, size:", queue.qsize())
        raise


async def putter(label, queue):
    try:
        await queue.put(label)
        say(label, "is in, size:", queue.qsize())
    except asyncio.CancelledError:
        say(label, "cancelled, size:", queue.qsize())
        raise


async def crew(role, queue, *labels):
    tasks = [asyncio.create_task(role(n, queue)) for n in labels]
    await asyncio.sleep(0)
    return tasks


async def in_order():
    queue = asyncio.Queue()
    tasks = await crew(getter, queue, "a", "b", "c", "d")
    queue.put_nowait(1)
    await asyncio.sleep(0)
    say("cancel b in its sleep:", tasks[1].cancel())
    queue.put_nowait(2)
    queue.put_nowait(3)
    say("two put, size:", queue.qsize())
    await asyncio.wait(tasks)


async def woken_getter_cancelled():
    queue = asyncio.Queue()
    tasks = await crew(getter, queue, "a", "b", "c")
    queue.put_nowait("item")
    say("cancel a, just woken:", tasks[0].cancel())
    tasks += await crew(getter, queue, "newcomer")
    say("first pass over, size:", queue.qsize())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    for _ in range(3):
        queue.put_nowait("more")
    await asyncio.wait(tasks)


async def both_cancelled():
    queue = asyncio.Queue()
    tasks = await crew(getter, queue, "a", "b")
    queue.put_nowait("item")
    say("cancel both:", tasks[0].cancel(), tasks[1].cancel())
    await asyncio.wait(tasks)
    say("not lost:", queue.get_nowait())


async def robbed():
    queue = asyncio.Queue()
    tasks = await crew(getter, queue, "a", "b")
    queue.put_nowait("item")
    say("main snatches the", queue.get_nowait())
    await asyncio.sleep(0)
    queue.put_nowait("second")
    queue.put_nowait("third")
    await asyncio.wait(tasks)


async def putters_in_order():
    queue = asyncio.Queue(1)
    queue.put_nowait("first")
    tasks = await crew(putter, queue, "a", "b", "c", "d")
    say("got", queue.get_nowait(), "size:", queue.qsize())
    say("cancel a, just woken, and c:", tasks[0].cancel(), tasks[2].cancel())
    for _ in range(2):
        say("main got", await queue.get())
    await asyncio.wait(tasks)
    say("size:", queue.qsize())


async def putter_robbed():
    queue = asyncio.Queue(1)
    queue.put_nowait("first")
    tasks = await crew(putter, queue, "a", "b")
    say("got", queue.get_nowait())
    queue.put_nowait("pushed in")
    await asyncio.sleep(0)
    for _ in range(3):
        say("main got", await queue.get())
    await asyncio.wait(tasks)


async def room_for_two():
    queue = asyncio.Queue(2)
    tasks = await crew(putter, queue, "a", "b", "c", "d", "e")
    say("full:", queue.full())
    say("got", queue.get_nowait(), queue.get_nowait(), "full:", queue.full())
    await asyncio.sleep(0)
    say("full:", queue.full())
    tasks += await crew(getter, queue, "x", "y", "z")
    await asyncio.wait(tasks)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (in_order(), woken_getter_cancelled(), both_cancelled(),
                 robbed(), putters_in_order(), putter_robbed(),
                 room_for_two()):
        print("--")
        mark()
        await part


asyncio.run(main())
