"""
Feature: add_reader and add_writer on pipes and sockets.
Expected: a reader is called once a pass as long as data is left; adding again
replaces the callback; reader and writer on one descriptor come and go
independently; a writer is called until the pipe is full and again when there
is room; the end of the file makes readable; removing tells whether there was
something to remove; a reader removed and added again sees what is there; a
loop that has nothing but a reader waits for it.
Why: readiness is asked anew in every pass; each side of a descriptor has one
handle.
"""
import asyncio
import os
import socket
import threading

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


async def level(loop):
    rfd, wfd = os.pipe()
    loop.add_reader(rfd, lambda: say("reader", os.read(rfd, 1).decode()))
    os.write(wfd, b"abc")
    await naps(5)
    loop.add_reader(rfd, lambda: say("replaced", os.read(rfd, 9).decode()))
    os.write(wfd, b"defg")
    await naps(2)
    say("removed:", loop.remove_reader(rfd), loop.remove_reader(rfd))
    os.write(wfd, b"hi")
    await naps(3)
    say("nobody was called")
    loop.add_reader(rfd, lambda: say("added again", os.read(rfd, 9).decode()))
    await naps(2)
    os.close(wfd)

    def at_end():
        say("end of file:", os.read(rfd, 9) == b"", "removed:",
            loop.remove_reader(rfd))

    loop.add_reader(rfd, at_end)
    await naps(2)
    os.close(rfd)


async def both_sides(loop):
    ours, theirs = socket.socketpair()
    loop.add_reader(ours, lambda: say("reader", ours.recv(1).decode()))
    theirs.send(b"ab")
    loop.add_writer(ours, say, "writer one")
    await naps(2)
    loop.add_writer(ours, say, "writer two")
    await naps(3)
    say("remove writer:", loop.remove_writer(ours), loop.remove_writer(ours))
    theirs.send(b"c")
    await naps(2)
    loop.add_writer(ours, say, "writer three")
    say("remove reader:", loop.remove_reader(ours), loop.remove_reader(ours))
    theirs.send(b"d")
    await naps(2)
    say("remove writer:", loop.remove_writer(ours), loop.remove_writer(ours))
    await naps(1)
    ours.close()
    theirs.close()


async def until_full(loop):
    rfd, wfd = os.pipe()
    os.set_blocking(rfd, False)
    os.set_blocking(wfd, False)
    calls, chunk = [], bytes(4096)

    def writable():
        calls.append(os.write(wfd, chunk))

    loop.add_writer(wfd, writable)
    await naps(60)
    full = len(calls)
    await naps(10)
    say("filled up:", full > 1, "and silent since:", len(calls) == full)
    taken = 0
    while taken < sum(calls):
        taken += len(os.read(rfd, 4096))
    await naps(2)
    say("called again:", len(calls) - full > 0)
    say("remove writer:", loop.remove_writer(wfd))
    os.close(rfd)
    os.close(wfd)


async def unknown(loop):
    rfd, wfd = os.pipe()
    say("unknown reader, writer:", loop.remove_reader(rfd),
        loop.remove_writer(wfd))
    os.close(rfd)
    os.close(wfd)


async def idle():
    loop = asyncio.get_running_loop()
    rfd, wfd = os.pipe()
    box = loop.create_future()

    def readable():
        loop.remove_reader(rfd)
        box.set_result(os.read(rfd, 9).decode())

    loop.add_reader(rfd, readable)
    helper = threading.Timer(0.05, os.write, (wfd, b"wake up"))
    helper.start()
    print("idle loop read:", await box)
    helper.join()
    os.close(rfd)
    os.close(wfd)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (level(loop), both_sides(loop), until_full(loop),
                 unknown(loop)):
        print("--")
        mark()
        await part


asyncio.run(main())
print("--")
asyncio.run(idle())
