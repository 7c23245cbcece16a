"""
Feature: ready callbacks, file descriptor callbacks and timers in one pass.
Expected: within a pass first what was queued, then the reader, then the
writer of that descriptor, then the timers that are due; a reader that is
removed or replaced by an earlier callback of the same pass is not called;
what a reader queues runs a pass later, behind nothing but the queue; a
descriptor that stays readable is reported once a pass; remove tells True,
then False.
Why: the pass asks the selector after the last pass's queueing, then looks at
the timers, then runs the whole list.
"""
import asyncio
import socket

passes = 0


def tick(loop):
    global passes
    passes += 1
    loop.call_soon(tick, loop)


def say(*words):
    print(f"[{passes}]", *words)


async def order(loop, ours, theirs):
    def readable(label):
        say(label, ours.recv(1).decode())
        loop.call_soon(say, "queued by the reader")

    def writable():
        say("writer")
        loop.remove_writer(ours)

    loop.call_later(0, say, "timer set first")
    loop.add_writer(ours, writable)
    loop.add_reader(ours, readable, "reader")
    theirs.send(b"ab")
    loop.call_soon(say, "queued last")
    say("all set up")
    for _ in range(3):
        await asyncio.sleep(0)
        say("main")
    say("remove reader:", loop.remove_reader(ours), loop.remove_reader(ours))
    say("remove writer:", loop.remove_writer(ours))


async def removed_just_before(loop, ours, theirs):
    loop.add_reader(ours, say, "must not appear")
    theirs.send(b"c")
    loop.call_soon(lambda: say("removed:", loop.remove_reader(ours)))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("byte still there:", ours.recv(1).decode())


async def replaced_just_before(loop, ours, theirs):
    def second():
        say("the new reader", ours.recv(1).decode())
        say("remove inside itself:", loop.remove_reader(ours),
            loop.remove_reader(ours))

    loop.add_reader(ours, say, "must not appear")
    theirs.send(b"de")
    loop.call_soon(lambda: loop.add_reader(ours, second))
    for _ in range(4):
        await asyncio.sleep(0)
    say("byte left alone:", ours.recv(1).decode())


async def writer_removed_by_reader(loop, ours, theirs):
    def readable():
        say("reader", ours.recv(1).decode())
        say("writer removed:", loop.remove_writer(ours))

    loop.add_reader(ours, readable)
    loop.add_writer(ours, say, "must not appear")
    theirs.send(b"f")
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("reader removed:", loop.remove_reader(ours))


async def set_result_by_reader(loop, ours, theirs):
    box = loop.create_future()

    def readable():
        say("reader sets the box, removed:", loop.remove_reader(ours))
        box.set_result(ours.recv(1).decode())

    loop.add_reader(ours, readable)
    loop.call_soon(lambda: loop.call_soon(say, "queued meanwhile"))
    loop.call_later(0, lambda: loop.call_soon(say, "queued by a timer"))
    theirs.send(b"g")
    say("main woken with", await box)
    await asyncio.sleep(0)


async def main():
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (order, removed_just_before, replaced_just_before,
                 writer_removed_by_reader, set_result_by_reader):
        print("--")
        await part(loop, ours, theirs)
    ours.close()
    theirs.close()


asyncio.run(main())
