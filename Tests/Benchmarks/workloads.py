"""What every target has to do."""

import json
import subprocess
from dataclasses import dataclass

import bodies
from targets import BUILD


@dataclass(frozen=True)
class Workload:
    key: str
    title: str
    streams: int = 1
    lines: int = 0  # of a reply; 0: until the client leaves
    rate: int = 0  # lines per second and stream; 0: as fast as they are taken
    body: int = 1_000  # bytes of the request, about
    requests: int = 0  # one after another, each reply whole; 0: one request a stream, measured for a time
    ramp: float = 0  # seconds over which the streams are opened
    settle: float = 0.5  # seconds before measuring
    measure: float = 0  # seconds

    @property
    def offered(self):
        """Events per second that are sent, or None."""
        return self.streams * self.rate or None


CHECK = Workload("check", "whole replies", lines=1000, requests=2)


def all_workloads(quick):
    scale = 0.5 if quick else 1
    return [
        Workload("first_1k", "1 kB request", lines=1, requests=int(1000 * scale)),
        Workload("first_100k", "100 kB request", lines=1, requests=int(400 * scale), body=100_000),
        Workload("first_1m", "1 MB request", lines=1, requests=int(200 * scale), body=1_000_000),
        Workload("flat_1", "1 stream flat out", measure=2 * scale),
        Workload("flat_64", "64 streams flat out", streams=64, measure=3 * scale),
        Workload("paced_512", "512 streams at 20/s", streams=512, rate=20, ramp=1, settle=1, measure=4 * scale),
        Workload("paced_2000", "2,000 streams at 1/s", streams=2000, rate=1, ramp=4, settle=2, measure=4 * scale),
    ]


def run(workload, target):
    """What the load generator counted, as it printed it; remarks go to the terminal."""
    model = f"fake-{workload.lines}x{workload.rate}"
    openai, native = bodies.make(workload.body, model)
    body = BUILD / "body.json"
    body.write_bytes(native if target.native else openai)
    options = {"port": target.port, "path": target.path, "body": body, "streams": workload.streams}
    if target.pid is not None:
        options["pid"] = target.pid
    if workload.requests:
        options |= {"requests": workload.requests, "events": workload.lines, "timeout": 60}
    else:
        options |= {"ramp": workload.ramp, "settle": workload.settle, "measure": workload.measure}
    arguments = [str(BUILD / "load")] + [f"--{name}={value}" for name, value in options.items()]
    load = subprocess.run(arguments, stdout=subprocess.PIPE, timeout=120, text=True)
    if not load.stdout:
        raise SystemExit(f"the load generator failed with status {load.returncode}")
    return json.loads(load.stdout)
