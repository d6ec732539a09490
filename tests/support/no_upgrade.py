"""A proxy as some schools have it: plain requests go through, but a connection that asks for WebSocket is refused."""

import asyncio
import re
import threading
from typing import Any

REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class NoUpgrade:
    """Listens on a port of this machine and passes requests on to another; one request a connection."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.refused = 0
        self.port = 0
        self._serving: set[asyncio.Task[None]] = set()  # the loop itself would let go of them
        self._ready = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=[self._listen()], daemon=True)
        self._thread.start()
        self._ready.wait(10)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    async def _listen(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()
            await self._end.wait()

    async def _serve(self, reader: Any, writer: Any) -> None:
        task: Any = asyncio.current_task()
        self._serving.add(task)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"upgrade: websocket" in head.lower():
                self.refused += 1
                writer.write(REFUSAL)
                await writer.drain()
            else:
                await self._forward(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
            self._serving.discard(task)

    async def _forward(self, head: bytes, reader: Any, writer: Any) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        once = re.sub(rb"\r\nConnection: [^\r]*", b"", head, flags=re.IGNORECASE)
        back.write(once.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        upward = asyncio.create_task(self._pass_on(reader, back))
        try:
            await self._pass_on(there, writer)
        finally:
            upward.cancel()
            back.close()

    @staticmethod
    async def _pass_on(source: Any, target: Any) -> None:
        while data := await source.read(65536):
            target.write(data)
            await target.drain()

    def close(self) -> None:
        """Stop."""
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(5)
