"""
Feature: asyncio.run: what happens to errors and to tasks left over.
Expected: main's value or error comes out only after the leftovers have been
cancelled and waited for; a leftover that fails in its clean-up is told to the
exception handler, at the very end; one that swallows the cancel may finish; a
task born in a clean-up is not cancelled but may run while others are waited
for; a leftover that had failed before is none; main cancelled by itself comes
out as a cancellation; each run has a fresh loop.
Why: run cancels all tasks, gathers them with their errors as values, reports
the errors, closes the async generators and the loop.
"""
import asyncio


def on_error(loop, context):
    words = context["message"].split()
    print("handler:", *words[:2], "/", context["exception"])


async def leftover(label, manner, naps):
    try:
        print(label, "begins")
        await asyncio.get_running_loop().create_future()
    except asyncio.CancelledError:
        for _ in range(naps):
            await asyncio.sleep(0)
        if manner == "fail":
            print(label, "fails in its clean-up")
            raise OSError(label + " clean-up broke") from None
        if manner == "swallow":
            print(label, "swallows it and finishes")
            return
        if manner == "spawn":
            print(label, "leaves a child behind")
            asyncio.create_task(child())
        print(label, "is cancelled")
        raise


async def child():
    print("child begins")
    await asyncio.sleep(0)
    print("child ends")


async def early():
    raise OSError("must not appear")


async def main(ending):
    asyncio.get_running_loop().set_exception_handler(on_error)
    tasks = [asyncio.create_task(leftover(*what)) for what in
             (("one", "raise", 1), ("two", "fail", 3), ("three", "swallow", 12),
              ("four", "spawn", 7))]
    failed = asyncio.create_task(early())
    await asyncio.wait([failed])
    print("early failed:", failed.exception() is not None)
    print("main ends by", ending)
    if ending == "error":
        raise ValueError("main broke")
    if ending == "cancel":
        asyncio.current_task().cancel("by myself")
        await asyncio.sleep(0)
    return len(tasks)


async def unstarted():
    asyncio.create_task(leftover("unstarted", "raise", 0))
    return "main never waited"


async def cancelled_unstarted():
    asyncio.get_running_loop().call_soon(print, "queued behind main")
    task = asyncio.create_task(leftover("must not appear", "raise", 0))
    asyncio.get_running_loop().call_soon(print, "queued behind the task")
    task.cancel()
    return "main returned"


def attempt(coro):
    try:
        print("run gives", asyncio.run(coro))
    except ValueError as err:
        print("run raises", err)
    except asyncio.CancelledError as err:
        print("run raises cancelled, told", err.args[0])


for ending in ("return", "error", "cancel"):
    print("--", ending)
    attempt(main(ending))
print("--")
attempt(unstarted())
print("--")
attempt(cancelled_unstarted())
print("--")


async def run_inside():
    coro = child()
    try:
        asyncio.run(coro)
    except RuntimeError:
        print("run inside run is refused")
        coro.close()


asyncio.run(run_inside())
