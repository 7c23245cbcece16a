"""
Feature: cancels that arrive while a task waits, and while it cleans up.
Expected: two cancels in one pass are one error with the first message when
the task waits on a future, and one error with the last message when it only
yields; a cancel during the clean-up cuts the clean-up short at its wait; a
shielded clean-up goes on by itself; a task done with its clean-up in this
pass refuses.
Why: the first cancel is given to the awaited future, which refuses a second;
what a future refuses becomes a note for the next step, and a note beside a
cancellation that is on its way already is dropped.
"""
import asyncio

passes = 0


def tick(loop):
    global passes
    passes += 1
    loop.call_soon(tick, loop)


def say(*words):
    print(f"[{passes}]", *words)


def told(err):
    return err.args[0] if err.args else "nothing"


async def on_future(gate):
    try:
        await gate
    except asyncio.CancelledError as err:
        say("waiter told", told(err))
        await asyncio.sleep(0)
        say("clean-up was not cut short")
        raise


async def on_yield():
    try:
        while True:
            await asyncio.sleep(0)
    except asyncio.CancelledError as err:
        say("yielder told", told(err))
        await asyncio.sleep(0)
        say("clean-up was not cut short")
        raise


async def tidy(gate, rest):
    try:
        await gate
    except asyncio.CancelledError as err:
        say("clean-up begins, told", told(err))
        try:
            await rest
            say("clean-up ends")
        except asyncio.CancelledError as again:
            say("clean-up cut short, told", told(again))
            raise
        raise
    finally:
        say("last line")


async def keep(gate, rest):
    await gate
    say("kept clean-up ends")
    rest.set_result("kept")


async def two_in_one_pass(loop):
    task = asyncio.create_task(on_future(loop.create_future()))
    await asyncio.sleep(0)
    say("cancel:", task.cancel("one"), task.cancel("two"))
    await asyncio.wait([task])
    say("cancelled:", task.cancelled(), "cancelling:", task.cancelling())
    task = asyncio.create_task(on_yield())
    await asyncio.sleep(0)
    say("cancel:", task.cancel("one"), task.cancel("two"))
    await asyncio.wait([task])
    say("cancelled:", task.cancelled(), "cancelling:", task.cancelling())


async def in_cleanup(loop):
    rest = loop.create_future()
    task = asyncio.create_task(tidy(loop.create_future(), rest))
    await asyncio.sleep(0)
    task.cancel("stop")
    await asyncio.sleep(0)
    say("second cancel:", task.cancel("now"))
    await asyncio.sleep(0)
    say("done:", task.done(), "rest cancelled:", rest.cancelled())
    try:
        await task
    except asyncio.CancelledError as err:
        say("main told", told(err), "cancelling:", task.cancelling())


async def in_shielded_cleanup(loop):
    gate, rest = loop.create_future(), loop.create_future()
    keeper = asyncio.create_task(keep(gate, rest))
    task = asyncio.create_task(
        tidy(loop.create_future(), asyncio.shield(rest)))
    await asyncio.sleep(0)
    task.cancel("stop")
    await asyncio.sleep(0)
    task.cancel("now")
    await asyncio.sleep(0)
    say("done:", task.done(), "rest done:", rest.done())
    gate.set_result(None)
    await keeper
    say("rest gives", rest.result())


async def after_cleanup(loop):
    rest = loop.create_future()
    rest.set_result(None)
    task = asyncio.create_task(tidy(loop.create_future(), rest))
    await asyncio.sleep(0)
    task.cancel("stop")
    loop.call_soon(lambda: say("cancel in the same pass, behind its end:",
                               task.cancel()))
    await asyncio.wait([task])


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (two_in_one_pass(loop), in_cleanup(loop),
                 in_shielded_cleanup(loop), after_cleanup(loop)):
        print("--")
        await part


asyncio.run(main())
