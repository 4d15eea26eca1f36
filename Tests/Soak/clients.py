"""The clients: each does one exchange after another, and judges what comes back."""

import asyncio
import random
import socket
from collections import Counter

import exchange
from upstream import RESET

TIME_LIMIT = 20  # seconds; an exchange that takes longer hangs
MISTAKES = 20  # after so many it is clear that something is wrong


class Client:
    """One after another, over a connection that is kept as long as both sides like it."""

    def __init__(self, port, rng, outcomes, mistakes):
        self.port, self.rng, self.outcomes, self.mistakes = port, rng, outcomes, mistakes
        self.writer = self.reply = None

    async def run(self, turns):
        for _ in turns:
            if len(self.mistakes) >= MISTAKES:
                break
            kind, place = exchange.draw(self.rng)
            stream = self.rng.random() < 0.7
            try:
                async with asyncio.timeout(TIME_LIMIT):
                    outcome = await self.do(kind, place, stream)
            except (OSError, EOFError, ValueError, TimeoutError) as error:
                outcome = f"{type(error).__name__} {error}"
            if is_right(kind, outcome):
                self.outcomes[kind, outcome] += 1
            else:
                self.outcomes[kind, "WRONG"] += 1
                self.mistakes.append(f"{kind} at {place}, stream {stream}: {outcome}; {self.reply}")
            if kind in exchange.CLIENT or outcome not in ("whole", "error") or self.rng.random() < 0.2:
                self.disconnect()
        self.disconnect()

    async def do(self, kind, place, stream):
        if not self.writer:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        request = exchange.request(kind, place, stream)
        if kind == "breakoff":
            self.writer.write(request[:self.rng.randrange(len(request))])
            return await self.leave()
        self.writer.write(request)
        await self.writer.drain()
        if kind == "vanish":
            return await self.leave()
        if kind == "leave":
            await (self.reader.readuntil(b'"lo"') if stream else asyncio.sleep(0.01))
            return await self.leave()
        status, body = self.reply = await self.receive()
        return exchange.verdict(status, body, stream)

    async def leave(self):
        """Closes, resets, or sends nothing more and waits for the end."""
        way = self.rng.randrange(3)
        if way == 0:
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.writer.transport.abort()
        elif way == 1:
            self.writer.write_eof()
            while await self.reader.read(65536):
                pass
        return "left"

    async def receive(self):
        """The status and the whole body; an error when the framing is not whole."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        fields = head.lower()
        status = int(head.split(b" ", 2)[1])
        if b"\r\ntransfer-encoding: chunked" not in fields:
            length = int(fields.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0])
            return status, await self.reader.readexactly(length)
        body = bytearray()
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += (await self.reader.readexactly(size + 2))[:-2]
        if await self.reader.readexactly(2) != b"\r\n":
            raise ValueError("the last chunk does not end")
        return status, bytes(body)

    def disconnect(self):
        if self.writer:
            self.writer.close()
        self.writer = None


def is_right(kind, outcome):
    if kind in exchange.CLIENT:
        return outcome == "left"
    if kind in exchange.MUST_SUCCEED:
        return outcome == "whole"
    return outcome == "error" or (outcome == "whole" and kind not in exchange.MUST_FAIL)


def run(pipe, port, count, width, seed):
    """Does so many exchanges over so many connections at a time, and sends what came of them through the pipe."""

    async def work():
        outcomes, mistakes, turns = Counter(), [], iter(range(count))
        await asyncio.gather(*(
            Client(port, random.Random(f"{seed} {number}"), outcomes, mistakes).run(turns) for number in range(width)))
        pipe.send((outcomes, mistakes))

    asyncio.run(work())
