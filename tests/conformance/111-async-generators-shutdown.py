"""
Feature: async generators still suspended when a run ends.
Expected: run closes one that is left suspended after the leftover tasks are
gone: its finally runs, awaits included; one that fails in its finally is told
to the exception handler and does not change main's value; one that was never
stepped, was closed or has ended is left alone; a leftover task that closes
its own generator when it is cancelled comes first; shutdown_asyncgens by hand
does the same in mid-run.
Why: the loop keeps a list of the generators that were stepped at least once.
"""
import asyncio

kept = []


def on_error(loop, context):
    words = context["message"].split()
    print("handler:", *words[:6], "/", context["exception"])


async def numbers(label, fail=False):
    try:
        yield 1
        yield 2
    finally:
        print(label, "finally begins")
        await asyncio.sleep(0.01)
        print(label, "finally ends")
        if fail:
            raise ValueError(label + " broke")


async def consumer(label):
    source = numbers(label + " generator")
    try:
        async for n in source:
            print(label, "got", n)
            await asyncio.get_running_loop().create_future()
    finally:
        print(label, "cancelled, closes its generator")
        await source.aclose()


async def left_suspended(label, fail):
    asyncio.get_running_loop().set_exception_handler(on_error)
    source = numbers(label, fail)
    kept.append(source)
    print("got", await anext(source))
    return "main returns"


async def nothing_to_close():
    unstarted = numbers("unstarted")
    closed = numbers("closed")
    ended = numbers("ended")
    kept.extend((unstarted, closed, ended))
    await anext(closed)
    await closed.aclose()
    async for n in ended:
        print("got", n)
    return "main returns"


async def with_a_leftover():
    kept.append(asyncio.create_task(consumer("leftover")))
    await asyncio.sleep(0)
    source = numbers("main's generator")
    kept.append(source)
    print("main got", await anext(source))
    return "main returns"


async def by_hand():
    source = numbers("by hand")
    print("got", await anext(source))
    await asyncio.get_running_loop().shutdown_asyncgens()
    print("after the shutdown:", await anext(source, "the end"))
    return "main returns"


for part in (left_suspended("left", False), left_suspended("faulty", True),
             nothing_to_close(), by_hand()):
    print("--")
    print(asyncio.run(part))
print("--")
print(asyncio.run(with_a_leftover()))
