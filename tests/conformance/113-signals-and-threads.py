"""
Feature: several signals before the loop looks; calls from other threads.
Expected: each signal sent is one call, in the order sent, two passes after
the sending at the latest; a handler replaced or removed before the loop looks
is not called, the new one is; a handler may remove itself; an uncatchable or
senseless signal is refused; calls from one thread keep their order and wake a
loop that has nothing to do; from the loop's own thread it is a plain
call_soon; a coroutine handed over by a thread gives that thread its value.
Why: the signal's number goes through a socket pair that the loop reads, a
thread's call goes to the ready list and then rings there.
"""
import asyncio
import os
import signal
import threading
import time

USR1, USR2 = signal.SIGUSR1, signal.SIGUSR2
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


def send(*signals):
    for number in signals:
        os.kill(os.getpid(), number)


async def naps(times):
    for _ in range(times):
        await asyncio.sleep(0)


async def several(loop):
    loop.add_signal_handler(USR1, say, "usr1")
    loop.add_signal_handler(USR2, say, "usr2")
    send(USR1, USR2, USR1, USR1)
    loop.call_soon(say, "queued behind the sending")
    await naps(4)
    say("removed:", loop.remove_signal_handler(USR2),
        loop.remove_signal_handler(USR2))


async def replaced(loop):
    loop.add_signal_handler(USR1, say, "must not appear")
    send(USR1)
    loop.add_signal_handler(USR1, say, "the new one")
    await naps(4)
    send(USR1)
    loop.remove_signal_handler(USR1)
    await naps(4)
    say("a removed one is not called")


async def removes_itself(loop):
    loop.add_signal_handler(
        USR1, lambda: say("removes itself:", loop.remove_signal_handler(USR1)))
    send(USR1)
    await naps(4)
    say("removed:", loop.remove_signal_handler(USR1))


async def refused(loop):
    for number in (signal.SIGKILL, 999):
        try:
            loop.add_signal_handler(number, say)
        except (RuntimeError, ValueError):
            say("refused")


async def own_thread(loop):
    loop.call_soon(say, "one")
    loop.call_soon_threadsafe(say, "two")
    loop.call_soon(say, "three")
    await naps(2)


async def woken():
    loop = asyncio.get_running_loop()
    box, got = loop.create_future(), []

    def work():
        time.sleep(0.05)
        for n in range(5):
            loop.call_soon_threadsafe(got.append, n)
        loop.call_soon_threadsafe(box.set_result, "woken")

    begin = loop.time()
    loop.call_later(60, print, "must not appear")
    helper = threading.Thread(target=work)
    helper.start()
    print(await box, "in time:", loop.time() - begin < 30)
    print("in order:", *got)
    helper.join()


async def double(n):
    await asyncio.sleep(0.01)
    if n < 0:
        raise ValueError("negative")
    return 2 * n


async def handed_over():
    loop = asyncio.get_running_loop()
    over = asyncio.Event()

    def work():
        lines.append(asyncio.run_coroutine_threadsafe(double(21), loop)
                     .result())
        try:
            asyncio.run_coroutine_threadsafe(double(-1), loop).result()
        except ValueError as err:
            lines.append(err)
        loop.call_soon_threadsafe(over.set)

    lines = []
    helper = threading.Thread(target=work)
    helper.start()
    await over.wait()
    helper.join()
    print("the thread got:", *lines)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (several, replaced, removes_itself, refused, own_thread):
        print("--")
        mark()
        await part(loop)


asyncio.run(main())
for part in (woken(), handed_over()):
    print("--")
    asyncio.run(part)
