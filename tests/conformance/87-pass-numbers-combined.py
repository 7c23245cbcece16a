"""
Feature: in which loop pass gather, wait, wait_for, shield, timeout and a task
group let their caller go on.
Expected: a task awaited directly wakes its caller one pass after its end;
gather, wait, wait_for, shield and a task group need one more; around things
that are done already gather and wait still take two passes, wait_for and
shield none at zero timeout or when shortcut; the outer of a gather is not
done in the pass in which its last child ends.
Why: a combinator hangs a callback on the inner future that settles an outer
one; the caller wakes when that one's callbacks run, a pass behind.
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


async def job(label):
    await asyncio.sleep(0)
    say(label, "ends")
    return label


def spawn(label):
    return asyncio.create_task(job(label))


async def direct():
    say("got", await spawn("direct"))


async def gathered():
    children = [spawn("g1"), spawn("g2")]
    outer = asyncio.gather(*children)
    children[1].add_done_callback(lambda t: say("outer done:", outer.done()))
    outer.add_done_callback(lambda f: say("outer's callback"))
    say("got", *await outer)


async def waited():
    for when in (asyncio.ALL_COMPLETED, asyncio.FIRST_COMPLETED,
                 asyncio.FIRST_EXCEPTION):
        pair = [spawn("w1"), spawn("w2")]
        done, pending = await asyncio.wait(pair, return_when=when)
        say("done:", len(done), "pending:", len(pending))
        mark()


async def waited_for():
    say("got", await asyncio.wait_for(spawn("no limit"), None))
    mark()
    say("got", await asyncio.wait_for(job("coroutine, no limit"), None))
    mark()
    say("got", await asyncio.wait_for(spawn("limit"), 60))
    mark()
    say("got", await asyncio.wait_for(job("coroutine, limit"), 60))


async def shielded():
    say("got", await asyncio.shield(spawn("shielded")))
    mark()
    say("got", await asyncio.shield(asyncio.shield(spawn("twice"))))


async def grouped():
    async with asyncio.TaskGroup() as group:
        group.create_task(job("t1"))
        group.create_task(job("t2"))
    say("group left")
    mark()
    async with asyncio.TaskGroup() as group:
        pass
    say("empty group left")


async def timed():
    async with asyncio.timeout(60):
        say("got", await spawn("timed"))


async def completed():
    for awaited in asyncio.as_completed([spawn("c1"), spawn("c1")]):
        say("got", await awaited)


async def done_already(loop):
    box = loop.create_future()
    box.set_result("ready")
    say("awaited:", await box)
    mark()
    say("gather:", *await asyncio.gather(box))
    mark()
    done, _ = await asyncio.wait([box])
    say("wait:", len(done))
    mark()
    say("wait_for, 60:", await asyncio.wait_for(box, 60))
    mark()
    say("wait_for, 0:", await asyncio.wait_for(box, 0))
    mark()
    say("shield:", await asyncio.shield(box))
    mark()
    for awaited in asyncio.as_completed([box]):
        say("as_completed:", await awaited)
    mark()
    say("gather of nothing:", *await asyncio.gather())


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (direct(), gathered(), waited(), waited_for(), shielded(),
                 grouped(), timed(), completed(), done_already(loop)):
        print("--")
        mark()
        await part


asyncio.run(main())
