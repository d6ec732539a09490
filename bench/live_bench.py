"""Live fan-out beside its floor: the same messages to the same rooms, sent by an asyncio `websockets` server.

100 connections in two rooms of 50, 1,000 deliveries a second. Each server is a process of its own (ours as `cop serve`
runs it: gunicorn with threads); one client process reads both. CPU is the server process's own; lost must be 0.

Run: .venv/bin/python -m bench.live_bench [--json] [--seconds 10]
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import websockets

CONNECTIONS, ROOMS, A_SECOND = 100, 2, 1000
MESSAGES_A_SECOND = A_SECOND * ROOMS // CONNECTIONS
ROUNDS = 3
COOKIES = "cookies.json"


def send_steadily(push: Callable[[str, dict[str, Any]], None], seconds: float) -> dict[str, float]:
    """Send to the rooms in turn at an even pace; what that cost this process."""
    count = int(MESSAGES_A_SECOND * seconds)
    cpu, begun = time.process_time(), time.perf_counter()
    for number in range(count):
        room = f"topic:{number % ROOMS + 1}"
        push(room, {"room": room, "verb": "replied", "kind": "post", "id": number, "seq": number, "at": time.time()})
        time.sleep(max(0.0, begun + (number + 1) / MESSAGES_A_SECOND - time.perf_counter()))
    time.sleep(1)  # until the last are out
    deliveries = count * CONNECTIONS / ROOMS
    return {"deliveries": deliveries, "cpu_us": (time.process_time() - cpu) / deliveries * 1e6}


# -- the two servers -------------------------------------------------------------------------------------------------


def serve_ours(folder: Path, port: int, seconds: float) -> None:
    """`cop serve` with everybody's sign-in prepared, and a thread that pushes once all are in their rooms."""
    import cop
    from cop.cli.server import Server
    from cop.core import push
    from tests.support.servers import SECRET

    class Benched(Server):
        def load(self) -> Any:
            app = super().load()
            threading.Thread(target=self._push, args=[app], daemon=True).start()
            return app

        def _push(self, app: Any) -> None:
            rooms = app.extensions["socketio"].server.manager
            while sum(len(rooms.rooms.get("/", {}).get(f"topic:{n + 1}", ())) for n in range(ROOMS)) < CONNECTIONS:
                time.sleep(0.1)
            time.sleep(2)
            cost = send_steadily(lambda room, message: push.push(room, "heard", message), seconds)
            (folder / "cost.json").write_text(json.dumps(cost))

    settings = cop.load_settings(
        data_dir=folder, port=port, secret_key=SECRET, threads=CONNECTIONS + 40, max_sockets=CONNECTIONS + 20,
        max_sockets_each=CONNECTIONS, log_level="ERROR",
    )  # fmt: skip
    Benched(settings).run()


def serve_floor(folder: Path, port: int, seconds: float) -> None:
    """The least that delivers the same: `websockets.broadcast` to the connections of a room."""
    rooms: dict[str, set[Any]] = {}
    everybody = asyncio.Event()

    async def handle(connection: Any) -> None:
        room = await connection.recv()
        rooms.setdefault(room, set()).add(connection)
        if sum(map(len, rooms.values())) == CONNECTIONS:
            everybody.set()
        await connection.wait_closed()

    async def run() -> None:
        async with websockets.serve(handle, "127.0.0.1", port, compression=None):
            await everybody.wait()
            await asyncio.sleep(2)
            count = int(MESSAGES_A_SECOND * seconds)
            cpu, begun = time.process_time(), time.perf_counter()
            for number in range(count):
                room = f"topic:{number % ROOMS + 1}"
                message = {
                    "room": room,
                    "verb": "replied",
                    "kind": "post",
                    "id": number,
                    "seq": number,
                    "at": time.time(),
                }
                websockets.broadcast(rooms[room], f'42["heard",{json.dumps(message)}]')
                await asyncio.sleep(max(0.0, begun + (number + 1) / MESSAGES_A_SECOND - time.perf_counter()))
            await asyncio.sleep(1)
            deliveries = count * CONNECTIONS / ROOMS
            cost = {"deliveries": deliveries, "cpu_us": (time.process_time() - cpu) / deliveries * 1e6}
            (folder / "cost.json").write_text(json.dumps(cost))
            await asyncio.Future()

    asyncio.run(run())


def prepared(folder: Path) -> list[str]:
    """The cookies of a hundred people of a new network with one topic for each room."""
    import cop
    from cop.core import db
    from tests.support.databases import migrate
    from tests.support.servers import SECRET, Server

    cop.prepare(cop.load_settings(data_dir=folder, secret_key=SECRET))
    migrate(db.database())
    server = Server(folder, db.database().url, 0)
    ada = server.make.person("Ada")
    place = server.make.community("Place", reading="network")
    server.make.member(place, ada)
    for _ in range(ROOMS):
        server.make.topic(place, ada)
    found = [server.cookie(server.make.person()) for _ in range(CONNECTIONS)]
    db.database().engine.dispose()
    return [f"{cookie['name']}={cookie['value']}" for cookie in found]


# -- the client ------------------------------------------------------------------------------------------------------


class Client:
    """One connection, which notes how old each message is when it comes."""

    def __init__(self, ages: list[float]) -> None:
        self._ages = ages
        self.numbers: list[int] = []

    async def listen(self, port: int, room: str, cookie: str | None) -> None:
        """Join a room and note what comes until the connection ends."""
        path = "/socket.io/?EIO=4&transport=websocket" if cookie else "/"
        headers = {"Cookie": cookie} if cookie else {}
        async with websockets.connect(
            f"ws://127.0.0.1:{port}{path}", additional_headers=headers, compression=None, open_timeout=60
        ) as connection:
            if cookie:
                await connection.recv()
                await connection.send("40")
                await connection.recv()
                await connection.send(f'420["join",{{"room":"{room}"}}]')
            else:
                await connection.send(room)
            async for line in connection:
                now = time.time()
                if line == "2":
                    await connection.send("3")
                elif str(line).startswith('42["heard"'):
                    message = json.loads(str(line)[2:])[1]
                    if "at" in message:
                        self._ages.append(now - message["at"])
                        self.numbers.append(message["id"])


async def listen_to(port: int, cookies: list[str] | None, done: Callable[[], bool]) -> tuple[list[float], list[Client]]:
    """A hundred connections, until the server has sent everything."""
    ages: list[float] = []
    clients = [Client(ages) for _ in range(CONNECTIONS)]
    tasks = [
        asyncio.create_task(client.listen(port, f"topic:{number % ROOMS + 1}", cookies[number] if cookies else None))
        for number, client in enumerate(clients)
    ]
    while not done():
        await asyncio.sleep(0.2)
        for task in tasks:
            if task.done():
                task.result()
    await asyncio.sleep(0.5)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return ages, clients


def measured(which: str, seconds: float) -> dict[str, float]:
    """One round with one of the servers."""
    from tests.support.services import answers, free_port, wait_until

    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        cookies = prepared(folder) if which == "ours" else None
        command = [sys.executable, "-m", "bench.live_bench", "--serve", which, str(folder), str(port), str(seconds)]
        with subprocess.Popen(command, env={**os.environ, "COP_LOG_LEVEL": "ERROR"}, start_new_session=True) as server:
            try:
                wait_until(lambda: answers(port), f"{which} did not start", 60)
                cost_file = folder / "cost.json"
                ages, clients = asyncio.run(listen_to(port, cookies, cost_file.exists))
                cost: dict[str, float] = json.loads(cost_file.read_text())
            finally:
                os.killpg(server.pid, 9)
    expected = {room: list(range(room, int(MESSAGES_A_SECOND * seconds), ROOMS)) for room in range(ROOMS)}
    in_order = sum(client.numbers == expected[number % ROOMS] for number, client in enumerate(clients))
    return {
        "cpu_us": cost["cpu_us"],
        "p50_ms": statistics.median(ages) * 1000,
        "p95_ms": statistics.quantiles(ages, n=20)[18] * 1000,
        "lost": cost["deliveries"] - len(ages),
        "in_order": in_order,
    }


def main() -> None:
    """Measure both in turn and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--serve", nargs=4)
    options = parser.parse_args()
    if options.serve:
        which, folder, port, seconds = options.serve
        {"ours": serve_ours, "floor": serve_floor}[which](Path(folder), int(port), float(seconds))
        return
    rounds: dict[str, list[dict[str, float]]] = {"ours": [], "floor": []}
    for _ in range(ROUNDS):
        for which, found in rounds.items():
            found.append(measured(which, options.seconds))
    result = {
        which: {figure: round(statistics.median(each[figure] for each in found), 2) for figure in found[0]}
        for which, found in rounds.items()
    }
    result["ratio"] = {
        figure: round(result["ours"][figure] / result["floor"][figure], 2) for figure in ("cpu_us", "p95_ms")
    }
    lost = max(each["lost"] for each in rounds["ours"])
    if options.json:
        print(json.dumps(result))
    else:
        for which, figures in result.items():
            print(f"{which:6}", "  ".join(f"{figure} {value}" for figure, value in figures.items()))
    if lost:
        sys.exit(f"live: {lost:.0f} deliveries were lost")


if __name__ == "__main__":
    main()
