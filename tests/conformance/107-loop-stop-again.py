"""
Feature: stop in the middle of a pass, run again; run_until_complete at its
edges.
Expected: stop lets the rest of its pass run and nothing more; stopping twice
is stopping once; what was left runs first in the next run; a done future still
costs a pass, in which what was queued earlier runs; a future that ends in the
very pass of a stop still gives its value; a task's error comes out of
run_until_complete; a running loop cannot be run, a closed one takes nothing
more; close drops what is queued.
Why: a run ends after the pass that set the flag; the future's done-callback
is what calls stop.
"""
import asyncio

loop = asyncio.new_event_loop()
passes = 0


def say(*words):
    print(f"[{passes}]", *words)


def tick():
    global passes
    passes += 1
    loop.call_soon(tick)


def chain(label, links):
    say(label, links)
    if links:
        loop.call_soon(chain, label, links - 1)


def halt(times):
    say("halt")
    for _ in range(times):
        loop.stop()


async def value(yields, error=None):
    for _ in range(yields):
        await asyncio.sleep(0)
    if error:
        raise ValueError(error)
    return "value"


def settled(result):
    box = loop.create_future()
    box.set_result(result)
    return box


loop.call_soon(tick)
print("-- stop in mid-pass")
loop.call_soon(chain, "chain", 5)
loop.call_soon(halt, 1)
loop.call_soon(say, "behind the halt")
loop.call_later(0, say, "timer of the same pass")
loop.run_forever()
print("-- again, stopped twice")
loop.call_soon(halt, 2)
loop.run_forever()
print("-- a done future")
loop.call_soon(say, "queued before")
print("gives", loop.run_until_complete(settled("old")))
print("-- a coroutine that never waits")
print("gives", loop.run_until_complete(value(0)))
print("-- done in the pass of the stop")
box = loop.create_future()
loop.call_soon(halt, 1)
loop.call_soon(box.set_result, "in time")
loop.call_soon(say, "behind")
print("gives", loop.run_until_complete(box))
print("-- stopped too early, and resumed")
task = loop.create_task(value(3))
loop.call_soon(halt, 1)
try:
    loop.run_until_complete(task)
except RuntimeError:
    say("stopped before the task was done")
print("gives", loop.run_until_complete(task))
print("-- an error, and a cancelled task")
try:
    loop.run_until_complete(value(1, "task broke"))
except ValueError as err:
    say("caught", err)
task = loop.create_task(value(3))
loop.call_soon(task.cancel)
try:
    loop.run_until_complete(task)
except asyncio.CancelledError:
    say("cancelled")


def run_inside():
    try:
        loop.run_forever()
    except RuntimeError:
        say("a running loop cannot be run")
    try:
        loop.close()
    except RuntimeError:
        say("a running loop cannot be closed")
    say("running:", loop.is_running())
    loop.stop()


print("-- refusals")
loop.call_soon(run_inside)
loop.run_forever()
loop.call_soon(say, "must not appear")
loop.call_later(0, say, "must not appear")
print("running:", loop.is_running(), "closed:", loop.is_closed())
loop.close()
loop.close()
print("closed:", loop.is_closed())
for name, act in (("call_soon", lambda: loop.call_soon(say)),
                  ("call_later", lambda: loop.call_later(0, say)),
                  ("call_soon_threadsafe",
                   lambda: loop.call_soon_threadsafe(say)),
                  ("run_forever", loop.run_forever)):
    try:
        act()
    except RuntimeError:
        print("a closed loop refuses", name)
