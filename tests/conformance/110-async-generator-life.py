"""
Feature: the life of an async generator.
Expected: aclose of a suspended one runs its finally, awaits in it included;
of an unstarted or finished one does nothing; athrow raises where it is
suspended, and what it yields in answer is athrow's value; a first asend with
a value is refused; an error in the body ends it, as does the consumer's
cancel inside; after its end there is only the end; two anext at once are
refused, so is aclose meanwhile; one that yields in answer to aclose is
refused; stepping costs no pass of the loop unless the body waits.
Why: a generator is stepped by its consumer's task, it is no task of its own.
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


async def letters(label, wait=0):
    say(label, "begins")
    try:
        for letter in "xyz":
            for _ in range(wait):
                await asyncio.sleep(0)
            try:
                word = yield letter
                if word:
                    say(label, "was sent", word)
            except KeyError:
                say(label, "shrugs off an error")
                yield "shrug"
    except asyncio.CancelledError:
        say(label, "cancelled")
        raise
    finally:
        say(label, "tidies")
        await asyncio.sleep(0)
        say(label, "has tidied")


async def step(coro):
    try:
        say("gave", await coro)
    except StopAsyncIteration:
        say("the end")
    except (RuntimeError, TypeError):
        say("refused")
    except (ValueError, KeyError):
        say("error")
    except asyncio.CancelledError:
        say("stepper cancelled")
        raise


async def closing():
    source = letters("closed")
    await step(anext(source))
    await source.aclose()
    say("aclose is over")
    await step(anext(source))
    await source.aclose()
    say("aclose of a closed one")
    source = letters("unstarted, must not appear")
    await source.aclose()
    await step(anext(source))


async def throwing():
    source = letters("thrown")
    await step(anext(source))
    await step(source.athrow(KeyError("k")))
    await step(anext(source))
    await step(source.athrow(ValueError("v")))
    await step(anext(source))
    source = letters("unstarted, must not appear")
    await step(source.athrow(ValueError("v")))
    await step(anext(source))


async def sending():
    source = letters("sent")
    await step(source.asend("too early"))
    await step(source.asend(None))
    await step(source.asend("hello"))
    async for letter in source:
        say("for got", letter)
    await step(source.asend("too late"))


async def broken():
    async def breaks():
        yield 1
        raise ValueError("body broke")

    source = breaks()
    try:
        async for n in source:
            say("got", n)
    except ValueError as err:
        say("error", err)
    await step(anext(source))


async def consumer_fails():
    source = letters("kept")
    try:
        async for letter in source:
            raise ValueError("consumer broke at " + letter)
    except ValueError as err:
        say("error", err, "- the generator is not told")
    await step(anext(source))
    await source.aclose()


async def two_at_once():
    source = letters("slow", 3)
    tasks = [asyncio.create_task(step(anext(source))) for _ in range(2)]
    await asyncio.wait(tasks)
    task = asyncio.create_task(step(anext(source)))
    await asyncio.sleep(0)
    await step(source.aclose())
    await asyncio.wait([task])
    await source.aclose()


async def cancelled_inside():
    source = letters("slow", 3)
    task = asyncio.create_task(step(anext(source)))
    await asyncio.sleep(0)
    say("cancel:", task.cancel())
    await asyncio.wait([task])
    await step(anext(source))


async def refuses_to_close():
    async def stubborn():
        try:
            yield 1
        except GeneratorExit:
            say("yields instead of closing")
            yield 2

    source = stubborn()
    await step(anext(source))
    await step(source.aclose())
    await step(anext(source))


async def left_early(letters_wanted):
    async for letter in letters_wanted:
        say("for got", letter)
        if letter == "y":
            break
    await step(anext(letters_wanted))
    await step(anext(letters_wanted))


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(tick, loop)
    await asyncio.sleep(0)
    for part in (closing(), throwing(), sending(), broken(), consumer_fails(),
                 two_at_once(), cancelled_inside(), refuses_to_close(),
                 left_early(letters("left", 1))):
        print("--")
        mark()
        await part


asyncio.run(main())
