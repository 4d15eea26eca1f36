"""What is measured: processes on free loopback ports, with the fake Ollama behind them."""

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BUILD = ROOT / ".build" / "benchmarks"
PEER_PYTHON = BUILD / "peer" / "bin" / "python"
PEER_PACKAGES = ["fastapi", "httpx", "uvicorn[standard]"]


@dataclass
class Target:
    key: str
    title: str
    port: int
    pid: int | None = None  # of the process whose memory and CPU time count; None for the direct way
    native: bool = True  # asks Ollama's /api/chat; otherwise /v1/chat/completions
    startup: float | None = None  # seconds from its start until it answered a request
    binary: Path | None = None  # where the program is one file
    only: tuple[str, ...] = ()  # the workloads that it is given; empty: all

    @property
    def path(self):
        return "/api/chat" if self.native else "/v1/chat/completions"

    def resident_kb(self):
        if self.pid is None:
            return None
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


class FakeOllama:
    def __init__(self, stack):
        process = spawn(stack, "fake_ollama", [BUILD / "fake_ollama"], stdout=subprocess.PIPE)
        self.port = int(process.stdout.readline())

    def wait_until_idle(self, seconds=60):
        """Returns when no reply is under way any more: whoever stood in between has passed on that the client left."""
        end = time.monotonic() + seconds
        while (active := self.active_replies()) > 0:
            if time.monotonic() > end:
                raise SystemExit(f"{active} replies are still under way {seconds} s after their clients left")
            time.sleep(0.05)

    def active_replies(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/stats", timeout=10) as reply:
            return json.load(reply)["active"]


def build_tools():
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("fake_ollama", "load"):
        arguments = ["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror"]
        subprocess.run([*arguments, "-o", BUILD / name, HERE / f"{name}.c"], check=True)


def find_nginx():
    nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
    if not nginx:
        raise SystemExit("nginx is missing (Debian: apt-get install nginx-light)")
    return nginx


def write_nginx_configuration(port, upstream):
    values = {"@listen@": str(port), "@upstream@": str(upstream), "@user@": "user root;" if os.getuid() == 0 else ""}
    text = (HERE / "nginx.conf").read_text()
    for name, value in values.items():
        text = text.replace(name, value)
    (BUILD / "nginx.conf").write_text(text)


def start_nginx(stack, upstream):
    port = free_port()
    write_nginx_configuration(port, upstream)
    arguments = [find_nginx(), "-p", BUILD, "-c", BUILD / "nginx.conf", "-e", BUILD / "nginx-error.log"]
    master = spawn(stack, "nginx", arguments)
    startup = wait_until_serving(master, port)
    worker = int(Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text())
    return Target("nginx", "nginx `proxy_pass`", port, worker, startup=startup, binary=Path(find_nginx()))


def start_proxy(stack, upstream):
    binary = Path(os.environ.get("PROXY_BINARY", ROOT / ".build" / "release" / "ollama-openai-proxy"))
    if not binary.exists():
        raise SystemExit(f"{binary} is missing: build it (swift build -c release) or name another in PROXY_BINARY")
    port = free_port()
    variables = {"OLLAMA_BASE_URL": f"http://127.0.0.1:{upstream}", "PORT": str(port), "LOG_LEVEL": "error"}
    process = spawn(stack, "proxy", [binary], variables=variables)
    startup = wait_until_serving(process, port)
    return Target("proxy", "this proxy", port, process.pid, native=False, startup=startup, binary=binary)


def start_peer(stack, upstream):
    if not (BUILD / "peer" / "bin" / "uvicorn").exists():
        print("installing the peer's packages ...", flush=True)
        subprocess.run(["python3", "-m", "venv", BUILD / "peer"], check=True)
        subprocess.run([PEER_PYTHON, "-m", "pip", "install", "--quiet", *PEER_PACKAGES], check=True)
    port = free_port()
    arguments = [PEER_PYTHON, "-m", "uvicorn", "peer:app", "--app-dir", HERE, "--port", port]
    arguments += ["--log-level", "error", "--no-access-log", "--backlog", 4096]
    variables = {"OLLAMA_BASE_URL": f"http://127.0.0.1:{upstream}", "PYTHONDONTWRITEBYTECODE": "1"}
    process = spawn(stack, "peer", arguments, variables=variables)
    startup = wait_until_serving(process, port)
    return Target("peer", "FastAPI + httpx", port, process.pid, native=False, startup=startup)


def find_litellm():
    """Where `Tests/Clients/run` has put it; None when it has not."""
    program = ROOT / ".build" / "clients-venv" / "bin" / "litellm"
    return program if program.exists() else None


def start_litellm(stack, upstream):
    """LiteLLM's own provider for Ollama. It gets no streams without end: it goes on reading them when its client has left."""
    entry = {"model": "ollama_chat/*", "api_base": f"http://127.0.0.1:{upstream}"}
    config = BUILD / "litellm.json"  # JSON is YAML
    config.write_text(json.dumps({"model_list": [{"model_name": "*", "litellm_params": entry}]}))
    port = free_port()
    arguments = [find_litellm(), "--config", config, "--host", "127.0.0.1", "--port", port, "--telemetry", "False"]
    # The load sends no key.
    variables = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}
    process = spawn(stack, "litellm", arguments, variables=variables)
    startup = wait_until_serving(process, port, seconds=120)
    only = ("first_1k", "first_100k", "first_1m")
    return Target("litellm", "LiteLLM `ollama_chat`", port, process.pid, native=False, startup=startup, only=only)


def stripped_size(binary):
    """Bytes of a program without its symbols."""
    copy = BUILD / "stripped"
    subprocess.run(["strip", "-o", copy, binary], check=True)
    return copy.stat().st_size


def versions(with_peer):
    """Of the programs that are not ours, as one line."""
    nginx = subprocess.run([find_nginx(), "-v"], stderr=subprocess.PIPE, text=True).stderr.strip()
    found = [nginx.removeprefix("nginx version: ")]
    if find_litellm():
        script = "import importlib.metadata as m; print('LiteLLM', m.version('litellm'))"
        python = find_litellm().parent / "python"
        found.append(subprocess.run([python, "-c", script], stdout=subprocess.PIPE, text=True).stdout.strip())
    if with_peer:
        script = "import sys, importlib.metadata as m; print('Python ', sys.version.split()[0], *"
        script += "(f', {name} {m.version(name)}' for name in ['fastapi', 'httpx', 'uvicorn', 'uvloop']), sep='')"
        found.append(subprocess.run([PEER_PYTHON, "-c", script], stdout=subprocess.PIPE, text=True).stdout.strip())
    return "; ".join(found)


def spawn(stack, name, arguments, variables=None, stdout=None):
    """Starts a process that ends with this one, however that ends; it writes to a log in the build folder."""
    log = stack.enter_context(open(BUILD / f"{name}.log", "w"))
    process = subprocess.Popen(
        ["setpriv", "--pdeathsig", "TERM", "--", *map(str, arguments)],
        env=os.environ | (variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=stdout or log,
        stderr=log,
        start_new_session=True,
    )
    stack.callback(stop, process)
    return process


def stop(process):
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_serving(process, port, seconds=20):
    """Returns how long it took, since the call that follows right upon the process' start, until a request was answered."""
    start = time.monotonic()
    while time.monotonic() < start + seconds and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
                connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
                if connection.recv(1):
                    return time.monotonic() - start
        except OSError:
            time.sleep(0.0002)
    raise SystemExit(f"{process.args[4]} does not serve; see the logs in {BUILD}")
