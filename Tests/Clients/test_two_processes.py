"""Two processes behind one port (REUSE_PORT)."""

import subprocess

import httpx
import pytest

import harness


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
