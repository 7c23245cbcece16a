"""
Feature: a task group cancelled from outside, and children that add children.
Expected: a cancel in the body or at the block's end cancels the children,
waits for them and then comes out as a cancellation; if a child's clean-up
fails meanwhile the group's errors win; a second cancel during the waiting
does not end the waiting; a child may add another child while the group
waits at its end, but not once it is shutting down; nested groups pass a
failure outwards level by level; a cancel that meets a child's failure in one
pass leaves the outsider's request counted.
Why: the group waits in a loop until it has no children left, and takes back
only the one cancel request that it made before its end.
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


def count():
    return asyncio.current_task().cancelling()


async def child(label, yields, manner="value", tidy=1):
    try:
        for _ in range(yields):
            await asyncio.sleep(0)
    except asyncio.CancelledError as err:
        say(label, "told", err.args[0] if err.args else "nothing")
        for _ in range(tidy):
            await asyncio.sleep(0)
        say(label, "tidied up")
        if manner == "clumsy":
            raise OSError(label + " clean-up broke")
        raise
    if manner == "fail":
        raise ValueError(label + " broke")
    say(label, "ends")


async def outcome(part):
    try:
        await part
        say("no error, cancelling:", count())
    except ExceptionGroup as group:
        say("group error:", *("/ " + str(e) for e in group.exceptions),
            "- cancelling:", count())
    except asyncio.CancelledError as err:
        say("cancelled, told", err.args[0] if err.args else "nothing",
            "cancelling:", count())
        raise


async def family(body_yields, manner="value", tidy=1):
    async with asyncio.TaskGroup() as group:
        group.create_task(child("child", 50, manner, tidy))
        for _ in range(body_yields):
            await asyncio.sleep(0)
        say("body ends")


async def from_outside(part, *messages):
    task = asyncio.create_task(outcome(part))
    await asyncio.sleep(0)
    for message in messages:
        await asyncio.sleep(0)
        say("cancel:", task.cancel(message))
    await asyncio.wait([task])
    say("task cancelled:", task.cancelled())


async def adds(group, generation):
    say("generation", generation)
    await asyncio.sleep(0)
    if generation < 3:
        group.create_task(adds(group, generation + 1))


async def growing():
    async with asyncio.TaskGroup() as group:
        group.create_task(adds(group, 1))
        say("body ends")


async def adds_too_late(group):
    late = child("must not appear", 0)
    try:
        await asyncio.sleep(60)
    finally:
        try:
            group.create_task(late)
        except RuntimeError:
            say("refused while shutting down")
            late.close()


async def shutting_down():
    async with asyncio.TaskGroup() as group:
        group.create_task(adds_too_late(group))
        group.create_task(child("bad", 1, "fail"))


async def nested():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(child("outer child", 50))
        try:
            async with asyncio.TaskGroup() as inner:
                inner.create_task(child("inner child", 50))
                inner.create_task(child("bad", 1, "fail"))
        except ExceptionGroup as group:
            say("inner error:", *map(str, group.exceptions), "cancelling:",
                count())
            raise ValueError("passed on") from None


async def failure_outside_in():
    async with asyncio.TaskGroup() as outer:
        outer.create_task(child("bad", 2, "fail"))
        try:
            async with asyncio.TaskGroup() as inner:
                inner.create_task(child("inner child", 50))
        finally:
            say("inner left, cancelling:", count())


async def fails_too(task_of):
    await asyncio.sleep(0)
    say("cancel the parent:", task_of[0].cancel("outsider"))
    raise ValueError("same pass")


async def meets_failure():
    async with asyncio.TaskGroup() as group:
        group.create_task(fails_too([asyncio.current_task()]))
        await asyncio.sleep(60)


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (from_outside(family(50), "go"),
                 from_outside(family(0), "go"),
                 from_outside(family(0, "clumsy"), "go"),
                 from_outside(family(0, "value", 3), "go", "go now"),
                 from_outside(family(50, "value", 3), "go", "go now"),
                 outcome(growing()), outcome(shutting_down()),
                 outcome(nested()), outcome(failure_outside_in()),
                 from_outside(meets_failure())):
        print("--")
        mark()
        await asyncio.create_task(part)


asyncio.run(main())
