#!/usr/bin/env python3
"""Stands in front of a server and makes it far away: every byte comes later, in both directions.

  relay.py LISTEN_HOST:PORT TARGET_HOST:PORT --delay MS [--window BYTES] [--cut SECONDS]

Connecting costs one round trip more, as TCP's handshake does. One connection has at most WINDOW bytes
(16 MiB) under way in a direction, so it carries at most WINDOW per round trip. The rate is not limited
otherwise (./link does that), nothing is lost, and there is no slow start. With --cut, all connections are
broken off every so many seconds.
"""
import argparse
import asyncio

PIECE = 64 * 1024


class Direction:
    """Bytes from one end to the other. Room in the window comes back one delay after they arrived."""

    def __init__(self, reader, writer, delay, window):
        self.reader, self.writer, self.delay = reader, writer, delay
        self.piece = min(PIECE, window)
        self.under_way = asyncio.Queue()
        self.room = window
        self.has_room = asyncio.Condition()

    async def run(self):
        arriving = asyncio.create_task(self._arrive())
        try:
            while data := await self.reader.read(self.piece):
                async with self.has_room:
                    await self.has_room.wait_for(lambda: self.room >= len(data))
                    self.room -= len(data)
                self.under_way.put_nowait((self._now() + self.delay, data))
            self.under_way.put_nowait((self._now() + self.delay, b""))
            await arriving
        finally:
            arriving.cancel()

    async def _arrive(self):
        acknowledgements = set()
        while True:
            due, data = await self.under_way.get()
            await asyncio.sleep(due - self._now())
            if not data:
                self.writer.write_eof()
                return
            self.writer.write(data)
            await self.writer.drain()
            acknowledged = asyncio.create_task(self._acknowledge(len(data)))
            acknowledgements.add(acknowledged)
            acknowledged.add_done_callback(acknowledgements.discard)

    async def _acknowledge(self, count):
        await asyncio.sleep(self.delay)
        async with self.has_room:
            self.room += count
            self.has_room.notify_all()

    @staticmethod
    def _now():
        return asyncio.get_running_loop().time()


async def relay(listen, target, delay, window, cut):
    writers = set()

    async def accept(client_reader, client_writer):
        await asyncio.sleep(2 * delay)
        try:
            server_reader, server_writer = await asyncio.open_connection(*target)
        except OSError:
            client_writer.close()
            return
        both = {client_writer, server_writer}
        writers.update(both)
        try:
            await asyncio.gather(
                Direction(client_reader, server_writer, delay, window).run(),
                Direction(server_reader, client_writer, delay, window).run())
        except OSError:
            pass  # one end went away
        finally:
            writers.difference_update(both)
            server_writer.close()
            client_writer.close()

    async def cutting():
        while cut:
            await asyncio.sleep(cut)
            for writer in list(writers):
                writer.transport.abort()

    cuts = asyncio.create_task(cutting())
    server = await asyncio.start_server(accept, *listen, limit=PIECE)
    try:
        await server.serve_forever()
    finally:
        cuts.cancel()


def address(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


parser = argparse.ArgumentParser(usage=__doc__.strip())
parser.add_argument("listen", type=address)
parser.add_argument("target", type=address)
parser.add_argument("--delay", type=float, required=True, help="one way, in milliseconds")
parser.add_argument("--window", type=int, default=16 << 20)
parser.add_argument("--cut", type=float, default=0, help="break all connections off every so many seconds")
options = parser.parse_args()
try:
    asyncio.run(relay(options.listen, options.target, options.delay / 1000, options.window, options.cut))
except KeyboardInterrupt:
    pass
