"""
Feature: what the loop's exception handler is told, and what it is not.
Expected: a failed task or future that is dropped unread is reported at its
end; reading result or exception, awaiting, a gather, a wait_for or an
explicit cancel of the finished task silences it, a done-callback that does
not look does not; a callback that raises is reported at once and the rest of
its pass runs; a cancelled task is no error; the same error is reported once.
Why: a future remembers whether anybody was shown its error; the loop reports
what comes out of a callback.
"""
import asyncio


def on_error(loop, context):
    words = " ".join(context["message"].split()[:5])
    if words.startswith("Exception in callback"):
        words = "Exception in callback"
    print("  handler:", words, "/", context["exception"])


async def fail(label):
    raise ValueError(label)


async def naps(times=2):
    for _ in range(times):
        await asyncio.sleep(0)


async def dropped():
    task = asyncio.create_task(fail("dropped"))
    await naps()
    print("task done, nobody looked")
    del task
    print("task dropped")


async def dropped_future(loop):
    box = loop.create_future()
    box.set_exception(ValueError("dropped future"))
    print("future holds an error")
    del box
    print("future dropped")


async def looked_at():
    for look in ("result", "exception", "await", "wait", "wait_for", "gather",
                 "cancel", "blind callback"):
        task = asyncio.create_task(fail(look))
        if look == "blind callback":
            task.add_done_callback(lambda t: print("callback looks away"))
        if look == "wait":
            await asyncio.wait([task])
        else:
            await naps()
        try:
            if look == "result":
                task.result()
            elif look == "exception":
                task.exception()
            elif look == "await":
                await task
            elif look == "wait_for":
                await asyncio.wait_for(task, 0)
            elif look == "gather":
                await asyncio.gather(asyncio.sleep(0), task)
            elif look == "cancel":
                task.cancel()
        except ValueError:
            print(look, "raised")
        await naps()
        print("drop the task of:", look)
        del task
        await naps()


async def second_failure():
    tasks = [asyncio.create_task(fail(n)) for n in ("first", "second")]
    try:
        await asyncio.gather(*tasks)
    except ValueError as err:
        print("gather raised", err)
    await naps()
    del tasks
    print("both dropped, no word of the second")


async def callbacks(loop):
    def explode(label):
        raise ValueError(label)

    box = loop.create_future()
    box.add_done_callback(lambda b: print("before"))
    box.add_done_callback(lambda b: explode("done-callback"))
    box.add_done_callback(lambda b: print("behind"))
    box.set_result(None)
    loop.call_soon(explode, "call_soon")
    loop.call_later(0, explode, "timer")
    await naps(1)
    print("the pass has run")
    await naps(1)


async def cancelled():
    task = asyncio.create_task(fail("never begun"))
    task.cancel()
    await naps()
    del task
    print("a dropped cancelled task is no error")


async def by_hand(loop):
    loop.call_exception_handler({"message": "spilled the tea",
                                 "exception": ValueError("by hand")})
    print("handler back to none:", loop.set_exception_handler(None))


async def main():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(on_error)
    for part in (dropped(), dropped_future(loop), looked_at(),
                 second_failure(), callbacks(loop), cancelled(),
                 by_hand(loop)):
        print("--")
        await part


asyncio.run(main())
