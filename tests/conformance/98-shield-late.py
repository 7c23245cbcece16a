"""
Feature: shield when the outer is cancelled and the inner ends later.
Expected: cancelling the waiter cancels only the shield, the inner goes on and
its value can still be had; an inner that fails afterwards is told to the
exception handler only if nobody ever asks for its error; if the outer is
cancelled in the very pass of the inner's end the inner's end is lost to the
waiter; shield of something done is that thing itself; cancelling the inner
cancels the shield; a shield needs one more pass than the inner.
Why: the shield is a second future tied to the inner by a done-callback, and
a cancelled shield unties itself.
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


def on_error(loop, context):
    words = context["message"].split()
    print("handler:", *words[:5], "/", context["exception"])


async def job(label, yields, fail=False):
    try:
        for _ in range(yields):
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        say(label, "cancelled")
        raise
    say(label, "ends")
    if fail:
        raise ValueError(label + " broke")
    return label


async def wait_shielded(inner):
    try:
        value = await asyncio.shield(inner)
        say("waiter got", value)
    except asyncio.CancelledError as err:
        say("waiter told", err.args[0] if err.args else "nothing")
        raise


async def outer_cancelled(fail):
    inner = asyncio.create_task(job("inner", 6, fail))
    waiter = asyncio.create_task(wait_shielded(inner))
    await asyncio.sleep(0)
    say("cancel waiter:", waiter.cancel("leave"))
    await asyncio.wait([waiter])
    say("inner done:", inner.done(), "cancelling:", inner.cancelling())
    try:
        say("main got", await inner)
    except ValueError as err:
        say("main got error", err)
    del inner
    await asyncio.sleep(0)


async def nobody_asks():
    inner = asyncio.create_task(job("inner", 6, True))
    waiter = asyncio.create_task(wait_shielded(inner))
    await asyncio.sleep(0)
    waiter.cancel("leave")
    await asyncio.wait([waiter, inner])
    say("inner is done, cancelled:", inner.cancelled())
    say("inner is dropped")
    del inner, waiter
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("handler was told")


async def same_pass(loop, value):
    box = loop.create_future()
    waiter = asyncio.create_task(wait_shielded(box))
    await asyncio.sleep(0)
    if value:
        box.set_result(value)
    else:
        box.set_exception(ValueError("broke"))
    say("cancel waiter:", waiter.cancel("leave"))
    await asyncio.wait([waiter])
    say("box error:", box.exception(), "waiter cancelled:",
        waiter.cancelled())


async def one_pass_later(loop):
    box = loop.create_future()
    waiter = asyncio.create_task(wait_shielded(box))
    await asyncio.sleep(0)
    box.set_result("value")
    await asyncio.sleep(0)
    say("cancel waiter:", waiter.cancel("leave"))
    await asyncio.wait([waiter])
    say("waiter cancelled:", waiter.cancelled())


async def inner_cancelled():
    inner = asyncio.create_task(job("inner", 5))
    shielded = asyncio.shield(inner)
    shielded.add_done_callback(
        lambda f: say("shield done, cancelled:", f.cancelled()))
    await asyncio.sleep(0)
    say("cancel inner:", inner.cancel("why"))
    try:
        await shielded
    except asyncio.CancelledError as err:
        say("shield told", err.args[0] if err.args else "nothing")
    await asyncio.wait([inner])


async def done_already(loop):
    box = loop.create_future()
    box.set_result("old value")
    say("shield of done is the same:", asyncio.shield(box) is box)
    say("value:", await asyncio.shield(box))
    gone = loop.create_future()
    gone.cancel()
    say("shield of cancelled is the same:", asyncio.shield(gone) is gone)
    pending = loop.create_future()
    shielded = asyncio.shield(pending)
    say("shield of pending is the same:", shielded is pending)
    say("cancel it:", shielded.cancel(), "pending stays:", pending.done())
    pending.cancel()


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(on_error)
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (outer_cancelled(False), outer_cancelled(True), nobody_asks(),
                 same_pass(loop, "value"), same_pass(loop, None),
                 one_pass_later(loop), inner_cancelled(), done_already(loop)):
        print("--")
        mark()
        await part


asyncio.run(main())
