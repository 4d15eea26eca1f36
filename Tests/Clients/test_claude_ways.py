"""Claude Code by the two ways that need no special setting, with each upstream behind them: straight to /v1/messages,
and by a plain LiteLLM, which asks /v1/responses."""

import pytest

import harness
from scripted_ollama import TEXT
from test_claude_code import check_parallel, check_round_trip, check_success

BOTH = pytest.mark.parametrize("prefix", ["", "vendor-"])


@pytest.fixture(params=["straight", "plain LiteLLM"])
def claude(request, tmp_path):
    """Runs Claude Code by one of the ways: `claude(model, prompt)`."""
    url = request.getfixturevalue("client_apis_url" if request.param == "straight" else "plain_litellm_url")
    return lambda model, prompt: harness.run_claude(tmp_path, url, model, prompt)


@BOTH
def test_text_answer(claude, prefix):
    run = claude(prefix + "text", "Greet me")
    check_success(run)
    assert run.result["result"] == TEXT


@BOTH
def test_tool_round_trip(claude, prefix, ollama, vendor, tmp_path):
    check_round_trip(claude(prefix + "glm-5:cloud", "Say something with Bash"), tmp_path)
    first, second = (vendor if prefix else ollama).chats("glm-5:cloud")
    spoken = [[m for m in turn.json["messages"] if m["role"] != "system"] for turn in (first, second)]
    assert [messages[-1]["role"] for messages in spoken] == ["user", "tool"]
    *_, assistant, tool = spoken[1]
    assert (assistant["tool_calls"][0]["id"], tool["content"]) == (tool["tool_call_id"], f"ran-42 in {tmp_path.name}")
    # A vendor hears how hard to think from Claude Code, Ollama from the operator.
    assert first.json["reasoning_effort"] if prefix else first.json["think"] is True


@BOTH
def test_parallel_calls(claude, prefix, ollama, vendor):
    run = claude(prefix + "parallel-line", "Say two things")
    check_parallel(run, vendor if prefix else ollama, "parallel-line")


def test_an_unknown_model_is_an_error_and_no_hang(claude):
    run = claude("vendor-status-404", "Greet me")
    assert run.status != 0 and run.result["is_error"] is True
    assert "status-404" in run.result["result"] and run.seconds < 30


def test_a_broken_stream_is_an_error_and_never_an_answer(claude):
    run = claude("vendor-error-line", "Greet me")
    assert run.status != 0 and run.result["is_error"] is True
    assert "llama runner process has terminated" in run.result["result"]


def test_the_ways_are_what_they_are_said_to_be(client_apis, plain_litellm_url, tmp_path):
    server, url = client_apis
    for way, path in ((url, "/v1/messages"), (plain_litellm_url, "/v1/responses")):
        start = server.log.stat().st_size
        check_success(harness.run_claude(tmp_path, way, "vendor-text", "Greet me"))
        assert f"POST {path} model=vendor-text" in server.log.read_bytes()[start:].decode()
