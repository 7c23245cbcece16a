"""
Feature: Queue: several joiners, task_done too often, refusals, priority ties.
Expected: all joiners go on in the pass after the last task_done, in their
order; an item put before they run does not hold them back; join of a queue
that never had items returns at once; a task_done too many is refused; a
priority queue gives the smallest first, also against the order of waiting
putters; equal priorities come by their second field; a stack gives the
latest; get_nowait of nothing and put_nowait of too much are refused.
Why: join waits for an event that the last task_done sets and a put clears.
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


async def joiner(label, queue):
    try:
        await queue.join()
        say(label, "joined, size:", queue.qsize())
    except asyncio.CancelledError:
        say(label, "cancelled")
        raise


async def joining():
    queue = asyncio.Queue()
    await queue.join()
    say("never used: joined at once")
    for item in (1, 2):
        queue.put_nowait(item)
    tasks = [asyncio.create_task(joiner(n, queue)) for n in ("a", "b", "c")]
    await asyncio.sleep(0)
    say("got", queue.get_nowait(), queue.get_nowait())
    queue.task_done()
    say("cancel b:", tasks[1].cancel())
    await asyncio.sleep(0)
    queue.task_done()
    say("all done")
    queue.put_nowait(3)
    late = asyncio.create_task(joiner("late", queue))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("late done:", late.done())
    queue.get_nowait()
    queue.task_done()
    await late
    try:
        queue.task_done()
    except ValueError:
        say("a task_done too many is refused")


async def refusals():
    queue = asyncio.Queue(1)
    try:
        queue.get_nowait()
    except asyncio.QueueEmpty:
        say("empty")
    queue.put_nowait(1)
    try:
        queue.put_nowait(2)
    except asyncio.QueueFull:
        say("full")
    endless = asyncio.Queue(0)
    for item in range(100):
        endless.put_nowait(item)
    say("never full:", not endless.full(), "size:", endless.qsize(),
        "maxsize:", endless.maxsize, queue.maxsize)


async def priorities():
    queue = asyncio.PriorityQueue()
    for item in ((2, "b"), (1, "z"), (3, "c"), (1, "a"), (2, "a"), (1, "m")):
        queue.put_nowait(item)
    while not queue.empty():
        say("got", *queue.get_nowait())
    queue = asyncio.PriorityQueue(2)
    tasks = [asyncio.create_task(queue.put((n, "put")))
             for n in (5, 4, 3, 2, 1)]
    await asyncio.sleep(0)
    for _ in range(5):
        say("got", *await queue.get())
    say("putters done:", *(t.done() for t in tasks))
    await asyncio.wait(tasks)


async def stack():
    queue = asyncio.LifoQueue(3)
    tasks = [asyncio.create_task(queue.put(n)) for n in (1, 2, 3, 4, 5)]
    await asyncio.sleep(0)
    for _ in range(2):
        say("got", await queue.get())
    await asyncio.wait(tasks)
    while not queue.empty():
        say("got", await queue.get())


async def getters_of_priorities():
    queue = asyncio.PriorityQueue()
    tasks = [asyncio.create_task(queue.get()) for _ in range(3)]
    await asyncio.sleep(0)
    for item in (3, 1, 2):
        queue.put_nowait(item)
    say("getters got", *await asyncio.gather(*tasks))


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (joining(), refusals(), priorities(), stack(),
                 getters_of_priorities()):
        print("--")
        mark()
        await part


asyncio.run(main())
