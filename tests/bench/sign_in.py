"""Signing in with a password: the client's process, the row, and its baseline.

`sign_in.py sign-in PORT CA COUNT USERNAME…` signs in one after another, each over a connection of
its own as a browser does. `sign_in.py argon2 COUNT` compares a password as often, and nothing else.
"""

import json
import statistics
import sys
import time
from pathlib import Path

from argon2 import PasswordHasher

from onrecord.features.sign_in.passwords import HashOptions
from tests.bench.messaging import Figures
from tests.bench.read_back import connection
from tests.bench.servers import LOAD_CORE, SERVER_CORE, onrecord, pinned
from tests.rig.installation import PASSWORD, Installation

COUNT = 20
SCRIPT = ["-m", "tests.bench.sign_in"]


def ours(made: Installation, usernames: list[str]) -> Figures:
    """Measure the server while people sign in one after another."""
    with onrecord(made) as running:
        arguments = ["sign-in", str(running.port), str(made.ca), str(COUNT), *usernames]
        cpu = running.cpu()
        with pinned(LOAD_CORE, [*SCRIPT, *arguments]) as process:
            figures: Figures = json.loads(process.stdout.readline() if process.stdout else "")
        cpu = running.cpu() - cpu
    return figures | {"cpu_us": 1e6 * cpu / COUNT, "server_busy": cpu / figures["seconds"]}


def bare() -> Figures:
    """Measure nothing but the comparisons."""
    with pinned(SERVER_CORE, [*SCRIPT, "argon2", str(COUNT)]) as process:
        figures: Figures = json.loads(process.stdout.readline() if process.stdout else "")
    return figures


def _sign_in(port: int, ca: str, usernames: list[str]) -> Figures:
    times, began, cpu = [], time.perf_counter(), time.process_time()
    for username in usernames:
        start = time.perf_counter()
        _once(port, ca, username)
        times.append(1000 * (time.perf_counter() - start))
    took = time.perf_counter() - began
    return {
        "seconds": took,
        "load_busy": (time.process_time() - cpu) / took,
        "sign_in_p50_ms": statistics.median(times),
        "sign_in_max_ms": max(times),
    }


def _once(port: int, ca: str, username: str) -> None:
    chat = connection(port, ca)
    origin = f"https://chat.localhost:{port}"
    headers = {"Content-Type": "application/json", "Origin": origin}
    headers |= {"Sec-Fetch-Site": "same-origin"}
    body = json.dumps({"username": username, "password": PASSWORD})
    chat.request("POST", "/api/v1/sign-in", body, headers)
    answer = chat.getresponse()
    if answer.status != 200:
        raise SystemExit(f"sign-in failed: {answer.status} {answer.read()!r}")
    answer.read()
    chat.close()


def _argon2(count: int) -> Figures:
    options = HashOptions()
    hasher = PasswordHasher(
        time_cost=options.time_cost, memory_cost=options.memory_kib, parallelism=options.lanes
    )
    encoded = hasher.hash(PASSWORD)
    cpu = time.process_time()
    for _ in range(count):
        hasher.verify(encoded, PASSWORD)
    return {"cpu_us": 1e6 * (time.process_time() - cpu) / count}


def main(arguments: list[str]) -> Figures:
    """Be the process that the module's docstring tells of."""
    if arguments[0] == "argon2":
        return _argon2(int(arguments[1]))
    _, port, ca, count, *names = arguments
    assert Path(ca).exists()
    return _sign_in(int(port), ca, [names[n % len(names)] for n in range(int(count))])


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])), flush=True)
