"""
Feature: a task group whose children or body fail.
Expected: the first failure cancels the other children and the body; the group
waits for all clean-ups, then raises all errors in the order of their ends, the
body's own error last; children that ended well or cancelled add nothing; an
error raised by a child's clean-up counts; the group's own cancel request is
taken back only if the failure came while the body still ran; a child cancelled
by itself or by hand is no failure; a body that raises cancels the children; a
finished, failed or not yet entered group takes no more children.
Why: each child's done-callback collects its error; the first one aborts.
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


async def child(label, yields, manner="value"):
    try:
        for _ in range(yields):
            await asyncio.sleep(0)
        if manner == "cancel":
            asyncio.current_task().cancel()
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        say(label, "cancelled")
        await asyncio.sleep(0)
        if manner == "clumsy":
            raise OSError(label + " clean-up broke")
        raise
    if manner == "fail":
        say(label, "fails")
        raise ValueError(label + " broke")
    say(label, "ends")
    return label


async def outcome(part):
    try:
        await part
        say("no error, cancelling:", asyncio.current_task().cancelling())
    except ExceptionGroup as group:
        say("group error:", *("/ " + str(e) for e in group.exceptions),
            "- cancelling:", asyncio.current_task().cancelling())
    except asyncio.CancelledError:
        say("cancelled")


async def one_fails(body_yields):
    async with asyncio.TaskGroup() as group:
        good = group.create_task(child("good", 1))
        group.create_task(child("bad", 3, "fail"))
        slow = group.create_task(child("slow", 50))
        try:
            for _ in range(body_yields):
                await asyncio.sleep(0)
            say("body ends")
        except asyncio.CancelledError:
            say("body cancelled; good done:", good.done(), "slow done:",
                slow.done())
            raise


async def two_fail():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("one", 3, "fail"))
        group.create_task(child("two", 2, "fail"))
        group.create_task(child("three", 2, "fail"))
        group.create_task(child("four", 50, "clumsy"))


async def body_raises():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("slow", 50))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        raise ValueError("body broke")


async def body_and_child():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("clumsy", 50, "clumsy"))
        await asyncio.sleep(0)
        raise ValueError("body broke")


async def body_answers_with_error():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("bad", 1, "fail"))
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise OSError("body answers") from None


async def body_swallows():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("bad", 1, "fail"))
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            say("body swallows, cancelling:",
                asyncio.current_task().cancelling())
        await asyncio.sleep(0)
        say("body goes on")


async def cancelled_children():
    async with asyncio.TaskGroup() as group:
        group.create_task(child("by itself", 1, "cancel"))
        by_hand = group.create_task(child("by hand", 50))
        group.create_task(child("other", 4))
        await asyncio.sleep(0)
        by_hand.cancel()


async def refused():
    group = asyncio.TaskGroup()
    await refused_by(group, "before it is entered")
    async with group:
        pass
    await refused_by(group, "after its end")
    async with asyncio.TaskGroup() as group:
        group.create_task(child("bad", 0, "fail"))
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            await refused_by(group, "after a failure")


async def refused_by(group, when):
    coro = child("must not appear", 0)
    try:
        group.create_task(coro)
    except RuntimeError:
        say("refused", when)
        coro.close()


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (one_fails(0), one_fails(50), two_fail(), body_raises(),
                 body_and_child(), body_answers_with_error(),
                 body_swallows(), cancelled_children(), refused()):
        print("--")
        mark()
        await asyncio.create_task(outcome(part))


asyncio.run(main())
