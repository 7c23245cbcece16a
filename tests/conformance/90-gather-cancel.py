"""
Feature: gather and cancellation, from outside and of one child.
Expected: cancelling the outer future cancels every child at once, is answered
True, and the outer itself is not done by that: it is when the first child
ends cancelled, with return_exceptions when the last has ended, also when a
child swallows the cancel; the caller is cancelled either way; one child
cancelled by somebody else is an error of the others' gather (the outer is not
cancelled) or, with return_exceptions, a value; after a child has failed the
outer is done and cancelling it does nothing to the rest.
Why: the outer's cancel only hands the request to the children; the outer is
settled by their done-callbacks.
"""
import asyncio

passes = 0


def tick(loop):
    global passes
    passes += 1
    loop.call_soon(tick, loop)


def say(*words):
    print(f"[{passes}]", *words)


def word(value):
    if isinstance(value, asyncio.CancelledError):
        return "cancelled"
    return f"error {value}" if isinstance(value, ValueError) else value


async def child(label, yields, manner="value"):
    try:
        for _ in range(yields):
            await asyncio.sleep(0)
    except asyncio.CancelledError as err:
        say(label, "told", err.args[0] if err.args else "nothing")
        await asyncio.sleep(0)
        if manner == "swallow":
            for _ in range(3):
                await asyncio.sleep(0)
            say(label, "swallowed it")
            return label + " survived"
        raise
    if manner == "fail":
        raise ValueError(label + " broke")
    say(label, "ends")
    return label


async def collect(children, collected):
    try:
        values = await asyncio.gather(*children, return_exceptions=collected)
        say("caller got:", *map(word, values))
    except asyncio.CancelledError as err:
        say("caller cancelled, told", err.args[0] if err.args else "nothing")
        raise
    except ValueError as err:
        say("caller got error", err)


def spawn(*children):
    return [asyncio.create_task(child(*c)) for c in children]


def ends(tasks):
    return ["running" if not t.done() else "cancelled" if t.cancelled()
            else word(t.exception() or t.result()) for t in tasks]


async def cancel_outer(collected):
    tasks = spawn(("a", 9), ("b", 1), ("c", 9, "swallow"))
    outer = asyncio.gather(*tasks, return_exceptions=collected)
    outer.add_done_callback(lambda f: say("outer done"))
    caller = asyncio.create_task(asyncio.wait([outer]))
    for _ in range(3):
        await asyncio.sleep(0)
    say("cancel outer:", outer.cancel("go"), "done:", outer.done())
    await caller
    say("outer cancelled:", outer.cancelled(),
        "error is cancelled:", word(outer_error(outer)))
    say("cancel again:", outer.cancel(), *ends(tasks))


def outer_error(outer):
    try:
        return outer.exception()
    except asyncio.CancelledError as err:
        return err


async def cancel_caller(collected):
    tasks = spawn(("a", 9), ("b", 9, "swallow"))
    caller = asyncio.create_task(collect(tasks, collected))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("cancel caller:", caller.cancel("go"))
    await asyncio.wait([caller])
    say("caller cancelled:", caller.cancelled(), *ends(tasks))


async def cancel_child(collected):
    tasks = spawn(("a", 3), ("b", 9), ("c", 5))
    caller = asyncio.create_task(collect(tasks, collected))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    say("cancel child:", tasks[1].cancel("you"))
    await asyncio.wait([caller])
    say("caller cancelled:", caller.cancelled(), *ends(tasks))
    await asyncio.wait(tasks)
    say("in the end:", *ends(tasks))


async def cancel_after_failure():
    tasks = spawn(("a", 1, "fail"), ("b", 5))
    outer = asyncio.gather(*tasks)
    try:
        await outer
    except ValueError as err:
        say("caught", err)
    say("cancel outer:", outer.cancel(), *ends(tasks))
    await asyncio.wait(tasks)
    say("in the end:", *ends(tasks))


async def cancel_before_start(collected):
    tasks = spawn(("a", 1), ("b", 1))
    outer = asyncio.gather(*tasks, return_exceptions=collected)
    say("cancel outer:", outer.cancel("early"), outer.cancel("twice"))
    try:
        await outer
    except asyncio.CancelledError as err:
        say("told", err.args[0] if err.args else "nothing")
    say(*ends(tasks))


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (cancel_outer, cancel_caller, cancel_child,
                 cancel_before_start):
        for collected in (False, True):
            print("--", "return_exceptions" if collected else "plain")
            await part(collected)
    print("-- after a failure")
    await cancel_after_failure()


asyncio.run(main())
