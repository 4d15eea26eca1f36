"""Claude Code → LiteLLM → proxy → Ollama, the first two for real: tools are run, and reasoning is never seen."""

import json
import subprocess

import harness
from scripted_ollama import REASONING, TEXT


def check_success(run):
    assert run.status == 0, run.output + run.errors
    assert run.result["subtype"] == "success" and run.result["is_error"] is False
    assert run.blocks("thinking") == [] and run.blocks("redacted_thinking") == []
    assert REASONING not in run.output + run.errors


def check_round_trip(run, folder):
    """Bash ran in this folder, once, and the answer says what it printed."""
    check_success(run)
    [use] = run.blocks("tool_use")
    assert use["name"] == "Bash" and "ran-42" not in use["input"]["command"]
    [result] = run.blocks("tool_result")
    printed = f"ran-42 in {folder.name}"
    assert not result.get("is_error") and printed in str(result["content"])
    assert run.result["result"].strip() == f"The tools said: {printed}"


def test_text_answer(claude):
    run = claude("text", "Greet me")
    check_success(run)
    assert run.result["result"] == TEXT
    assert run.blocks("tool_use") == []


def test_tool_round_trip_twice_with_thinking_on_one_kept_alive_connection(claude, ollama, tmp_path):
    for _ in range(2):
        check_round_trip(claude("glm-5:cloud", "Say something with Bash"), tmp_path)

    turns = ollama.chats("glm-5:cloud")
    assert [turn.json["messages"][-1]["role"] for turn in turns] == ["user", "tool", "user", "tool"]
    assert [turn.json["think"] for turn in turns] == [True] * 4
    assert [turn.json["stream"] for turn in turns] == [True] * 4
    assert len({turn.connection for turn in turns}) == 1, "LiteLLM's close after [DONE] cost the upstream connection"

    *_, assistant, tool = turns[1].json["messages"]
    assert assistant["tool_calls"][0]["function"]["name"] == "Bash"
    assert "ran-$((6 * 7))" in assistant["tool_calls"][0]["function"]["arguments"]["command"]
    assert (tool["tool_name"], tool["content"]) == ("Bash", f"ran-42 in {tmp_path.name}")


def arguments_of(call):
    """Ollama gets an object, other vendors its text."""
    arguments = call["function"]["arguments"]
    return json.loads(arguments) if isinstance(arguments, str) else arguments


def check_parallel(run, ollama, model):
    """Claude Code tells the results as its calls end, in any order: only the ids say whose they are."""
    check_success(run)
    commands = ["echo one-$((1 + 1))", "echo two-$((2 + 2))"]
    assert [use["input"]["command"] for use in run.blocks("tool_use")] == commands
    assert run.result["result"].strip() in ("The tools said: one-2 | two-4", "The tools said: two-4 | one-2")

    _, second = ollama.chats(model)
    *_, assistant, one, other = second.json["messages"]
    asked = {call["id"]: arguments_of(call)["command"] for call in assistant["tool_calls"]}
    told = {result["tool_call_id"]: result["content"] for result in (one, other)}
    assert list(asked.values()) == commands
    assert {asked[id]: content for id, content in told.items()} == dict(zip(commands, ["one-2", "two-4"]))


def test_parallel_calls_of_one_line(claude, ollama):
    check_parallel(claude("parallel-line", "Say two things"), ollama, "parallel-line")


def test_parallel_calls_of_two_lines(claude, ollama):
    check_parallel(claude("parallel-lines", "Say two things"), ollama, "parallel-lines")


def test_an_unknown_model_is_an_error_and_no_hang(claude):
    run = claude("status-404", "Greet me")
    assert run.status != 0 and run.result["is_error"] is True
    assert "status-404" in run.result["result"]
    assert run.seconds < 30


def test_a_broken_stream_is_an_error_and_never_an_answer(claude, ollama):
    run = claude("error-line", "Greet me")
    assert run.status != 0 and run.result["is_error"] is True
    assert "llama runner process has terminated" in run.result["result"]
    assert len(ollama.chats("error-line")) > 1, "it was worth another try"


def test_what_claude_env_prints_is_all_it_needs(scripted, ollama, tmp_path):
    """In a shell, as the README has it: no model is named, and no key."""
    home = tmp_path / "home"
    home.mkdir()
    server, url = harness.start_proxy(tmp_path, scripted.url, THINK_MODELS="glm-5*")
    settings = {"OLLAMA_BASE_URL": scripted.url, "PORT": url.rpartition(":")[2], "NUM_CTX": "65536", "IS_SANDBOX": "1"}
    script = f"""
        set -e
        eval "$({harness.proxy_binary()} --claude-env glm-5:cloud)"
        {harness.claude_binary()} -p --allowedTools Bash --output-format json "Say something with Bash"
    """
    try:
        env = harness.environment(home, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC="1", **settings)
        run = subprocess.run(["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60)
    finally:
        server.kill()
    assert run.returncode == 0, run.stdout + run.stderr
    assert json.loads(run.stdout)["result"].strip() == f"The tools said: ran-42 in {tmp_path.name}"
    assert len(ollama.chats("glm-5:cloud")) >= 2
