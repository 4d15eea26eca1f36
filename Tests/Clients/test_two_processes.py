"""Two processes: behind one port (REUSE_PORT), and each at its own, with a conversation that moves."""

import json
import os.path
import subprocess

import httpx
import pytest

import harness
from scripted_ollama import thought, turns_of


def starts(url):
    """How many of forty connections each process answers, told apart by the time it started."""
    counts = {}
    for _ in range(40):
        text = httpx.get(f"{url}/metrics", trust_env=False, headers={"Connection": "close"}).text
        line = next(line for line in text.splitlines() if line.startswith("process_start_time_seconds "))
        counts[line] = counts.get(line, 0) + 1
    return list(counts.values())


@pytest.fixture
def pair(scripted, tmp_path):
    port = harness.free_port()
    servers = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        servers.append(harness.start_proxy(folder, scripted.url, port=port, REUSE_PORT="1")[0])
    yield servers, f"http://127.0.0.1:{port}"
    for server in servers:
        server.kill()


def test_both_serve_and_when_one_stops_the_other_goes_on(pair, ollama):
    (one, two), url = pair
    assert len(starts(url)) == 2, "the kernel spreads connections over both"
    ask = {"model": "text", "messages": [{"role": "user", "content": "hi"}]}
    assert httpx.post(f"{url}/v1/chat/completions", json=ask, trust_env=False).status_code == 200
    assert one.stop() == 0
    assert len(starts(url)) == 1
    for _ in range(10):
        assert httpx.post(f"{url}/v1/chat/completions", json=ask, trust_env=False).status_code == 200


def test_a_port_is_not_shared_unasked(scripted, tmp_path):
    server, url = harness.start_proxy(tmp_path, scripted.url)
    env = harness.environment(tmp_path, HOST="127.0.0.1", PORT=url.rpartition(":")[2])
    try:
        second = subprocess.run([harness.proxy_binary()], env=env, capture_output=True, text=True, timeout=20)
    finally:
        server.kill()
    assert second.returncode == 78
    assert "Address already in use" in second.stderr


MODEL = "glm-5:long"
TURNS, MOVED_AFTER = 8, 4
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"type": "object"}}}
    for name in ("Bash", "Read", "Write", "Edit", "Grep")
]


def talk(url_of):
    """Plays `TURNS` turns, each asked of `url_of(its number)`, with what a client keeps of a reply: no thoughts."""
    messages = [{"role": "user", "content": "Go. " + "Mind the tests. " * 500}]
    for number in range(TURNS):
        ask = {"model": MODEL, "messages": messages, "tools": TOOLS}
        url = f"{url_of(number)}/v1/chat/completions"
        reply = httpx.post(url, json=ask, trust_env=False).raise_for_status().json()["choices"][0]["message"]
        messages.append(reply)
        for call in reply.get("tool_calls") or ():
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": "done " * 100})
        if not reply.get("tool_calls"):
            messages.append({"role": "user", "content": "Go on"})


def prompt(chat):
    """What a model reads of a request, in its order."""
    return json.dumps(chat.json["messages"])


def shared(chat, before):
    """The share of the earlier prompt that the next one begins with: what a prompt cache can keep."""
    return len(os.path.commonprefix([prompt(chat)[:-1], prompt(before)[:-1]])) / len(prompt(before)[:-1])


def test_a_conversation_that_moves_loses_its_earlier_reasoning_once(scripted, ollama, tmp_path):
    servers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        servers.append(harness.start_proxy(tmp_path / name, scripted.url, THINK_MODELS="glm-5*"))
    (_, one), (_, two) = servers
    try:
        talk(lambda number: one if number < MOVED_AFTER else two)
    finally:
        for server, _ in servers:
            server.kill()
    chats = ollama.chats(MODEL)
    kept = [
        [turn.get("thinking", "").strip() == thought(number) for number, turn in enumerate(turns_of(chat.json))]
        for chat in chats
    ]
    assert len(kept) == TURNS
    for number, turns in enumerate(kept):
        lost = MOVED_AFTER if number >= MOVED_AFTER else 0
        assert turns == [False] * lost + [True] * (number - lost)
    cached = [shared(chat, before) for before, chat in zip(chats, chats[1:])]
    print("share of the prompt before that the next begins with:", [f"{share:.0%}" for share in cached])
    assert all(share == 1 for number, share in enumerate(cached, 1) if number != MOVED_AFTER)
    assert cached[MOVED_AFTER - 1] < 1
