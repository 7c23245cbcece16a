"""
Feature: a task that is still pending when its loop is closed and dropped.
Expected: a loop stopped by hand and closed drops the next step of a task that
had only yielded: nobody holds the task any more, and the handler is told that
it was destroyed while pending; a finished or cancelled one is dropped in
silence; so is one that run_until_complete made itself and could not finish.
Why: the ready list held the last reference; closing empties it.
"""
import asyncio


def on_error(loop, context):
    print("  handler:", " ".join(context["message"].split()[:5]))


async def endless():
    while True:
        await asyncio.sleep(0)


async def short():
    await asyncio.sleep(0)


def one_pass(loop):
    loop.call_soon(loop.stop)
    loop.run_forever()


def new_loop():
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(on_error)
    return loop


def pending():
    loop = new_loop()
    loop.create_task(endless())
    one_pass(loop)
    print("close with a pending task")
    loop.close()
    print("closed")


def finished():
    loop = new_loop()
    loop.create_task(short())
    for _ in range(3):
        one_pass(loop)
    print("close with a finished task")
    loop.close()
    print("closed")


def cancelled():
    loop = new_loop()
    task = loop.create_task(endless())
    one_pass(loop)
    task.cancel()
    one_pass(loop)
    print("close with a cancelled task:", task.cancelled())
    loop.close()
    print("closed")


def made_by_the_run():
    loop = new_loop()
    loop.call_soon(loop.stop)
    try:
        loop.run_until_complete(endless())
    except RuntimeError:
        print("stopped before it was done")
    print("close with the run's own task pending")
    loop.close()
    print("closed")


for part in (pending, finished, cancelled, made_by_the_run):
    print("--")
    part()
