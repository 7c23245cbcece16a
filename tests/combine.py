"""
Plays scenarios in asyncio, as combine_scenario.h does here: reads one a line,
and prints it again with what happened, and in which pass of the loop. So
combine.rows was observed of CPython 3.11.7:

    cut -d"|" -f1 tests/combine.rows | python3 tests/combine.py

A scenario: KIND t|o A B OPERATION... The children A and B are tasks that are
there before the parent, or objects that the parent makes tasks of. A child is
what it does (s3: three sleeps of 0; t2: a sleep of two seconds; f: waits for
ever), how it ends (r: returns, e: fails, c: as if cancelled), how it takes a
cancellation (p: passes it on, r: returns, e: fails), and how many sleeps of 0
its cleanup takes. Operations: +N sleeps of 0, @N seconds; P, A, B to cancel.
"""
import asyncio
import gc
import sys


class Loop(asyncio.SelectorEventLoop):
    passes = 0
    timers = 0
    now = 0.0

    def __init__(self):
        super().__init__()
        select = self._selector.select

        def step_time(timeout):
            self.now += timeout
            return select(0)
        self._selector.select = step_time

    def time(self):
        return self.now

    def call_at(self, when, callback, *args, context=None):
        """Those with the same deadline in the order in which they were set."""
        self.timers += 1
        return super().call_at(when + self.timers * 1e-12, callback, *args,
                               context=context)

    def _run_once(self):
        self.passes += 1
        super()._run_once()


class OrderedSet(dict):
    """The order of a set is by address; ours is that of making."""

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)


class TaskGroup(asyncio.TaskGroup):
    def __init__(self):
        super().__init__()
        self._tasks = OrderedSet()


def describe(error):
    name = type(error).__name__
    if isinstance(error, BaseExceptionGroup):
        return name + "[" + ",".join(map(describe, error.exceptions)) + "]"
    return name + ":" + str(error) if str(error) else name


class Scenario:
    def __init__(self, text):
        self.kind, self.mode, a, b, *self.operations = text.split()
        self.specs = {"a": a, "b": b}
        self.tasks = {}
        self.events = []
        self.reports = []

    def log(self, event):
        self.events.append(f"{self.loop.passes - self.base}:{event}")

    async def worker(self, name):
        what, end, taking, cleanup = self.specs[name]
        self.log(name + "+")
        try:
            if what[0] == "s":
                for _ in range(int(what[1:])):
                    await asyncio.sleep(0)
            elif what[0] == "t":
                await asyncio.sleep(int(what[1:]))
            else:
                await self.loop.create_future()
        except asyncio.CancelledError as error:
            self.log(f"{name}x{error}")
            for _ in range(cleanup):
                await asyncio.sleep(0)
            if taking == "r":
                return name
            if taking == "e":
                raise ValueError(name)
            raise
        if end == "e":
            raise ValueError(name)
        if end == "c":
            raise asyncio.CancelledError
        self.log(name + "-")
        return name

    def take(self, name):
        if self.mode == "t":
            return self.tasks[name]
        return self.worker(name)

    def join(self, group, name):
        self.tasks[name] = group.create_task(self.worker(name))

    # ---- the parents ----

    async def gather(self):
        return ",".join(await asyncio.gather(self.take("a"), self.take("b")))

    async def gather_exceptions(self):
        got = await asyncio.gather(self.take("a"), self.take("b"),
                                   return_exceptions=True)
        return ",".join(g if isinstance(g, str) else describe(g) for g in got)

    async def gather_twice(self):
        a = self.take("a")
        return ",".join(await asyncio.gather(a, a, self.take("b")))

    async def gather_gather(self):
        inner = asyncio.gather(self.take("a"))
        got, b = await asyncio.gather(inner, self.take("b"))
        return got[0] + "," + b

    async def drop_gather(self):
        asyncio.gather(self.take("a"), self.take("b"))
        return ""

    async def drop_gather_exceptions(self):
        asyncio.gather(self.take("a"), self.take("b"), return_exceptions=True)
        return ""

    async def wait(self, **how):
        done, pending = await asyncio.wait(
            [asyncio.ensure_future(self.take(n)) for n in "ab"], **how)
        return f"{len(done)},{len(pending)}"

    def wait_first(self):
        return self.wait(return_when=asyncio.FIRST_COMPLETED)

    def wait_exception(self):
        return self.wait(return_when=asyncio.FIRST_EXCEPTION)

    def wait_2s(self):
        return self.wait(timeout=2)

    async def each(self, timeout=None):
        tasks = [asyncio.ensure_future(self.take(n)) for n in "ab"]
        for one in asyncio.as_completed(tasks, timeout=timeout):
            try:
                self.log("P:" + await one)
            except Exception as error:
                self.log("P:" + describe(error))
        return ""

    def each_2s(self):
        return self.each(timeout=2)

    async def wait_for(self, timeout=None):
        return await asyncio.wait_for(self.take("a"), timeout)

    def wait_for_0s(self):
        return self.wait_for(0)

    def wait_for_2s(self):
        return self.wait_for(2)

    async def wait_for_shield(self):
        return await asyncio.wait_for(asyncio.shield(self.take("a")), 2)

    async def shield(self):
        return await asyncio.shield(self.take("a"))

    async def shield_gather(self):
        got = await asyncio.shield(
            asyncio.gather(self.take("a"), self.take("b")))
        return ",".join(got)

    async def drop_shield(self):
        asyncio.shield(self.take("a"))
        return ""

    async def timeout(self, seconds=2):
        async with asyncio.timeout(seconds):
            return await self.take("a")

    def timeout_0s(self):
        return self.timeout(0)

    async def timeout_timeout(self):
        async with asyncio.timeout(2):
            async with asyncio.timeout(2):
                return await self.take("a")

    async def group(self):
        async with TaskGroup() as group:
            self.join(group, "a")
            self.join(group, "b")
        return ""

    async def group_waits(self):
        async with TaskGroup() as group:
            self.join(group, "a")
            self.join(group, "b")
            await self.loop.create_future()
        return ""

    async def group_fails(self):
        async with TaskGroup() as group:
            self.join(group, "a")
            self.join(group, "b")
            await asyncio.sleep(0)
            raise KeyError
        return ""

    async def parent(self):
        self.log("P+")
        try:
            result = await getattr(self, self.kind)()
        except BaseException as error:
            self.log("P!" + describe(error))
            raise
        self.log("P=" + result)

    # ---- what happens to them ----

    async def operate(self, main, parent):
        cancels = 0
        for operation in self.operations:
            if operation[0] == "+":
                for _ in range(int(operation[1:])):
                    await asyncio.sleep(0)
            elif operation[0] == "@":
                await asyncio.sleep(int(operation[1:]))
            elif operation == "P":
                cancels += 1
                parent.cancel(f"m{cancels}")
            elif operation.lower() in self.tasks:
                self.tasks[operation.lower()].cancel("k")
        await asyncio.sleep(20)
        for task in sorted(asyncio.all_tasks() - {main},
                           key=lambda task: int(task.get_name()[5:])):
            self.log("too long")
            task.cancel()
        await asyncio.sleep(20)

    async def main(self):
        self.loop = asyncio.get_running_loop()
        self.base = self.loop.passes
        if self.mode == "t":
            for name in "ab":
                self.tasks[name] = asyncio.create_task(self.worker(name))
        parent = asyncio.create_task(self.parent())
        await self.operate(asyncio.current_task(), parent)
        for name, task in [("P", parent)] + sorted(self.tasks.items()):
            self.events.append(
                f"{name}={task._state.lower()}" + "!" * task._log_traceback +
                f"{task.cancelling()}")

    def report(self, loop, context):
        self.reports.append(context["message"].split()[0] + "!" +
                            describe(context["exception"]))

    def play(self):
        for name, spec in self.specs.items():
            what, end, taking, cleanup = (spec[:-3], *spec[-3:])
            self.specs[name] = what, end, taking, int(cleanup)
        loop = Loop()
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(self.report)
        loop.run_until_complete(self.main())
        self.tasks = None
        gc.collect()
        loop.close()
        return " ".join(self.events + sorted(self.reports))


for line in sys.stdin:
    print(line.strip() + " | " + Scenario(line).play())
