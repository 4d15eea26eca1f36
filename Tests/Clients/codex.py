"""Codex, and what the scripted upstreams say to it. The model's name picks the script."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import codex_cli_bin

import harness
from scripted_ollama import COMMAND, REASONING, Refusal, call, done, said, tool_results, turns_of

PATCHED = "Grüße\n\t\"aus\" Köln \\n\n"
PATCH = "*** Begin Patch\n*** Add File: greeting.txt\n" + "".join(
    f"+{line}\n" for line in PATCHED.splitlines()
) + "*** End Patch\n"
# As a model writes it that takes numbers for texts.
FORECAST = {"city": "Köln", "days": "3"}
WINDOW = 128_000
SUMMARY = "What was said, in short."
HELP, TASK, HELPED = "Ask a helper", "Greet whoever asked", "Grüße of the helper"
# Longer than `IDLE_LIMIT`, in pieces that are never seen.
THINKING_SECONDS, IDLE_LIMIT = 4, 2


def turns(*steps):
    """A call for each turn, and in the end what the last tool said."""

    def script(body):
        number = len(turns_of(body))
        yield said(thinking=REASONING)
        if number < len(steps):
            yield said(tool_calls=[call(*steps[number], id=f"call_of_turn_{number}")])
        else:
            yield said("The tools said: " + " | ".join(tool_results(body)))
        yield done()

    return script


def helped(body):
    """A sub-agent answers; who asked for it waits and tells what it said."""
    said_last = body["messages"][-1]["content"]
    results = tool_results(body)
    if HELP in json.dumps(body["messages"]) and not turns_of(body):
        yield said(tool_calls=[call("multi_agent_v1__spawn_agent", {"message": TASK}, id="call_spawn")])
    elif results and "agent_id" in said_last:
        agent = json.loads(said_last)["agent_id"]
        yield said(tool_calls=[call("multi_agent_v1__wait_agent", {"targets": [agent]}, id="call_wait")])
    elif results:
        yield said("The helper said: " + said_last)
    else:
        yield said(HELPED)
    yield done()


def team(body):
    """The same with the sub-agents of newer models: the task and the answer come as messages."""
    last = [message["content"] for message in body["messages"] if message["role"] == "user"][-1]
    if last.startswith("Message Type: FINAL_ANSWER"):
        yield said("The helper said: " + last)
    elif last.startswith("Message Type: NEW_TASK"):
        yield said(HELPED if TASK in last else "What is the task?")
    elif turns_of(body):
        yield said(tool_calls=[call("collaboration__wait_agent", {}, id=f"call_wait_{len(turns_of(body))}")])
    else:
        task = {"task_name": "helper", "message": TASK}
        yield said(tool_calls=[call("collaboration__spawn_agent", task, id="call_spawn")])
    yield done()


def full(body):
    """Its context is nearly full after the first turn, until a summary stands for that."""
    words = json.dumps(body["messages"])
    compacts = "CONTEXT CHECKPOINT COMPACTION" in words
    yield said(SUMMARY if compacts else "Going on." if SUMMARY in words else "Much was said.")
    yield {**done(), "prompt_eval_count": 100 if SUMMARY in words else WINDOW - 1000}


def overflowing(body):
    """Its second turn does not fit, until a summary stands for the first."""
    words = json.dumps(body["messages"])
    if "CONTEXT CHECKPOINT COMPACTION" in words:
        yield said(SUMMARY)
    elif SUMMARY in words:
        yield said("Going on.")
    elif "And now?" in words:
        yield Refusal(400, "prompt too long; exceeded max context length by 71 tokens", {})
        return
    else:
        yield said("Much was said.")
    yield done()


def thinks_long(body):
    end = time.monotonic() + THINKING_SECONDS
    while time.monotonic() < end:
        yield said(thinking=f"{REASONING} ")
        yield 0.5
    yield said("Thought through.")
    yield done()


def silent_for_long(body):
    yield float(THINKING_SECONDS)
    yield said("Loaded.")
    yield done()


SCRIPTS = {
    "codex-shell": turns(("exec_command", {"cmd": COMMAND})),
    "codex-mcp": turns(("mcp__weather__forecast", FORECAST)),
    # Codex shows a model that it knows its MCP tools only when it looks for them.
    "codex-known": turns(
        ("apply_patch", {"input": PATCH}),
        ("tool_search", {"query": "weather forecast"}),
        ("mcp__weather__forecast", FORECAST),
    ),
    "codex-helped": helped,
    "codex-team": team,
    "codex-full": full,
    "codex-overflow": overflowing,
    "codex-code": turns(("exec", {"input": 'text("ran-" + 6 * 7)'})),
    "codex-thinks": thinks_long,
    "codex-loads": silent_for_long,
}


@dataclass
class CodexRun:
    status: int
    output: str
    errors: str

    @property
    def events(self):
        return [json.loads(line) for line in self.output.splitlines() if line.startswith("{")]

    def items(self, kind):
        """The items of this type, as they ended."""
        ended = [event["item"] for event in self.events if event["type"] == "item.completed"]
        return [item for item in ended if item["type"] == kind]

    @property
    def answer(self):
        return self.items("agent_message")[-1]["text"]

    @property
    def failures(self):
        return [event for event in self.events if event["type"] in ("error", "turn.failed")]


PROVIDER = """
model_provider = "proxy"
[model_providers.proxy]
name = "proxy"
base_url = "{url}/v1"
wire_api = "responses"
env_key = "PROXY_KEY"
stream_max_retries = 1
stream_idle_timeout_ms = {idle_ms}
"""
# Codex takes it for OpenAI then, and tries a WebSocket first.
BASE_URL = 'openai_base_url = "{url}/v1"\n'


def run(folder, url, model, prompt, *arguments, server=PROVIDER, seconds=60):
    """Runs Codex in an own home and the folder `work`, with the MCP server `weather`."""
    home, work = folder / "codex", folder / "work"
    for path in (home, work):
        path.mkdir(exist_ok=True)
    weather = Path(__file__).with_name("mcp_weather.py")
    (home / "config.toml").write_text(
        f"model = {json.dumps(model)}\nmodel_context_window = {WINDOW}\n"
        + server.format(url=url, idle_ms=IDLE_LIMIT * 1000)
        + f"[mcp_servers.weather]\ncommand = {json.dumps(sys.executable)}\nargs = [{json.dumps(str(weather))}]\n"
    )
    binary = Path(codex_cli_bin.__file__).parent / "bin" / "codex"
    exec = ["exec", *arguments, "--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"]
    process = subprocess.Popen(
        [binary, *exec, prompt],
        cwd=work,
        env=harness.environment(home, CODEX_HOME=str(home), PROXY_KEY="unused", CODEX_API_KEY="unused"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, errors = process.communicate(timeout=seconds)
    finally:
        harness.kill_group(process)
    return CodexRun(process.returncode, output.decode(), errors.decode())
