"""What the tests start and read: child servers, LiteLLM's configuration, Server-Sent Events, Claude Code."""

import copy
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import claude_agent_sdk
import httpx
import yaml

# Not resolved, so that a tree of links works.
REPOSITORY = Path(__file__).absolute().parents[2]
MASTER_KEY = "sk-master-of-the-tests"


def proxy_binary():
    return os.environ.get("PROXY_BINARY") or str(REPOSITORY / ".build/release/ollama-openai-proxy")


def litellm_binary():
    return os.environ.get("LITELLM_BINARY") or "litellm"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(home, **more):
    """Nothing inherited but the way to programs; whatever would leave this machine meets a closed port."""
    closed = "http://127.0.0.1:9"
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "TMPDIR": str(home),
        "LANG": "C.UTF-8",
        "HTTP_PROXY": closed,
        "HTTPS_PROXY": closed,
        "NO_PROXY": "127.0.0.1,localhost",
        **more,
    }


class Server:
    """A child process that serves HTTP; its output goes to `log`."""

    def __init__(self, command, health, log, env, seconds):
        self.log = Path(log)
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )
        try:
            self.wait_until_healthy(health, seconds)
        except BaseException:
            self.kill()
            raise

    def wait_until_healthy(self, health, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status = self.process.poll()
            assert status is None, f"exited with {status} at start:\n{self.tail()}"
            try:
                if httpx.get(health, timeout=2, trust_env=False).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        raise TimeoutError(f"{health} not healthy after {seconds} s:\n{self.tail()}")

    def stop(self, seconds=15):
        """Asks it to end, and returns its exit status; what does not end in time is killed, and raises."""
        try:
            self.process.terminate()
            return self.process.wait(seconds)
        finally:
            self.kill()

    def kill(self):
        kill_group(self.process)

    def tail(self, size=6000):
        return self.log.read_bytes()[-size:].decode(errors="replace")


def kill_group(process):
    """Ends a child that leads its own session, and whatever it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait(10)


def start_proxy(folder, ollama_url, port=None, **settings):
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    env = environment(folder, **{"OLLAMA_BASE_URL": ollama_url, "HOST": "127.0.0.1", "PORT": str(port), **settings})
    return Server([proxy_binary()], f"{url}/health", folder / "proxy.log", env, seconds=10), url


def forget_start(scripted):
    """Takes out what the program itself asks Ollama at its start."""
    for path in ("/api/version", "/api/tags"):
        deadline = time.monotonic() + 10
        while not (asked := [request for request in list(scripted.requests) if request.path == path]):
            assert time.monotonic() < deadline, f"{path} was not asked"
            time.sleep(0.01)
        scripted.requests.remove(asked[0])


def start_litellm(folder, proxy_url, ollama_url, scripts, models=()):
    return serve_litellm(folder, litellm_config(proxy_url, ollama_url, scripts, models))


def start_plain_litellm(folder, proxy_url, models):
    """LiteLLM as one would configure it who knows nothing of this proxy: every model is a plain `openai/` one."""
    return serve_litellm(folder, plain_litellm_config(proxy_url, models))


def serve_litellm(folder, config_values):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = folder / "litellm.yaml"
    config.write_text(yaml.safe_dump(config_values))
    env = environment(folder, LITELLM_MASTER_KEY=MASTER_KEY, LITELLM_LOCAL_MODEL_COST_MAP="True", PYTHONUNBUFFERED="1")
    command = [litellm_binary(), "--config", str(config), "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    return Server(command, f"{url}/health/liveliness", folder / "litellm.log", env, seconds=90), url


def litellm_config(proxy_url, ollama_url, scripts, more):
    """The example of the repository with this run's addresses; each script is one more model like its `glm-5:cloud`."""
    config = yaml.safe_load((REPOSITORY / "litellm_config.example.yaml").read_text())
    models = config["model_list"]
    for entry in models:
        behind_proxy = entry["model_name"].startswith("glm-")
        entry["litellm_params"]["api_base"] = f"{proxy_url if behind_proxy else ollama_url}/v1"
    glm = next(entry for entry in models if entry["model_name"] == "glm-5:cloud")
    provider = glm["litellm_params"]["model"].partition("/")[0]
    for name in scripts:
        if name != "glm-5:cloud":
            entry = copy.deepcopy(glm)
            entry["model_name"] = name
            entry["litellm_params"]["model"] = f"{provider}/{name}"
            models.append(entry)
    models.extend(more)
    return config


def plain_litellm_config(proxy_url, models):
    """Those of `models` that are said to think have it in their `model_info`, so that LiteLLM passes an effort on."""
    api = {"api_base": f"{proxy_url}/v1", "api_key": "unused"}
    return {
        "model_list": [
            {
                "model_name": name,
                "litellm_params": {"model": f"openai/{name}", **api},
                **({"model_info": {"supports_reasoning": True}} if thinks else {}),
            }
            for name, thinks in models.items()
        ],
        # Without it LiteLLM refuses what Claude Code says of thinking for models that it does not know.
        "litellm_settings": {"drop_params": True},
        "router_settings": {"disable_cooldowns": True},
        "general_settings": {"master_key": MASTER_KEY},
    }


def sse(response):
    """The events of a stream as (event, data) pairs; data is parsed unless it is `[DONE]`."""
    event = None
    for line in response.iter_lines():
        if line.startswith("event:"):
            event = line[6:].strip()
        elif line.startswith("data:"):
            data = line[5:].strip()
            yield event, data if data == "[DONE]" else json.loads(data)
        elif not line:
            event = None


@dataclass
class ClaudeRun:
    status: int
    output: str
    errors: str
    seconds: float

    @property
    def events(self):
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    @property
    def result(self):
        return next(event for event in reversed(self.events) if event["type"] == "result")

    def blocks(self, kind):
        """The content blocks of this type, whoever said them, in order."""
        messages = [event["message"]["content"] for event in self.events if event["type"] in ("assistant", "user")]
        blocks = [block for content in messages if isinstance(content, list) for block in content]
        return [block for block in blocks if block["type"] == kind]


def claude_binary():
    return Path(claude_agent_sdk.__file__).parent / "_bundled" / "claude"


def run_claude(folder, url, model, prompt, seconds=60, **settings):
    """Runs Claude Code in print mode, in an own home and working folder, allowed to use Bash."""
    started = time.monotonic()
    process = start_claude(folder, url, model, prompt, "--allowedTools", "Bash", "--max-turns", "6", **settings)
    try:
        output, errors = process.communicate(timeout=seconds)
    finally:
        kill_group(process)
    return ClaudeRun(process.returncode, output.decode(), errors.decode(), time.monotonic() - started)


def talk_with_claude(folder, url, model, prompts, tools, seconds=100):
    """Runs Claude Code for a conversation: every prompt follows upon the result of the one before."""
    started = time.monotonic()
    with (folder / "claude.log").open("wb") as errors:
        arguments = ["--input-format", "stream-json", "--allowedTools", tools]
        process = start_claude(folder, url, model, *arguments, stdin=subprocess.PIPE, stderr=errors)
    watch = threading.Timer(seconds, kill_group, [process])
    watch.start()
    lines = []
    try:
        for prompt in prompts:
            message = {"type": "user", "message": {"role": "user", "content": prompt}}
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            for line in process.stdout:
                lines.append(line)
                if json.loads(line)["type"] == "result":
                    break
        process.stdin.close()
        lines.extend(process.stdout)
        process.wait(10)
    finally:
        watch.cancel()
        kill_group(process)
    errors = (folder / "claude.log").read_text(errors="replace")
    return ClaudeRun(process.returncode, b"".join(lines).decode(), errors, time.monotonic() - started)


def start_claude(folder, url, model, *arguments, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, **settings):
    home = folder / "home"
    home.mkdir(exist_ok=True)
    command = [claude_binary(), "-p", *arguments, "--model", model, "--output-format", "stream-json", "--verbose"]
    env = environment(
        home,
        ANTHROPIC_BASE_URL=url,
        ANTHROPIC_AUTH_TOKEN=MASTER_KEY,
        ANTHROPIC_DEFAULT_HAIKU_MODEL=model,
        CLAUDE_CONFIG_DIR=str(home / ".claude"),
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1",
        IS_SANDBOX="1",
        **{"CLAUDE_CODE_MAX_RETRIES": "1", **settings},
    )
    return subprocess.Popen(
        command,
        cwd=folder,
        env=env,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=stderr,
        start_new_session=True,
    )
