"""Codex → proxy → each upstream, Codex for real: its own tools, an MCP server's, patches, and long thinking."""

import json

import pytest

import codex
import harness
from scripted_ollama import REASONING
from scripted_vendor import KEY


@pytest.fixture(scope="module", params=["Ollama", "vendor"])
def codex_upstream(request, scripted, scripted_vendor, servers, tmp_path_factory):
    """A proxy, and the upstream behind it. It has `gpt-5.5` for a model that Codex knows."""
    upstream = scripted if request.param == "Ollama" else scripted_vendor
    folder = tmp_path_factory.mktemp("codex-proxy")
    (folder / "vendor.key").write_text(KEY)
    vendor = {"base_url": f"{scripted_vendor.url}/v1", "api_key_file": str(folder / "vendor.key")}
    names = {name: name for name in [*codex.SCRIPTS, "structured"]} | {"gpt-5.5": "codex-known", "gpt-5.6-sol": "codex-code", "gpt-6.1-sol": "codex-team"}
    models = {name: {"upstream": request.param.lower(), "model": model} for name, model in names.items()}
    (folder / "models.json").write_text(json.dumps({"upstreams": {"vendor": vendor}, "models": models}))
    settings = {"THINK_MODELS": "codex-thinks", "SSE_KEEPALIVE_SECONDS": "1"}
    server, url = harness.start_proxy(
        folder, scripted.url, MODELS_FILE=str(folder / "models.json"), **settings
    )
    servers.append(server)
    yield upstream, url
    assert server.stop() == 0


@pytest.fixture
def run(codex_upstream, tmp_path):
    """Runs Codex: `run(model, prompt)`. All must go well, and nothing of what the model thought be seen."""
    upstream, url = codex_upstream
    upstream.requests.clear()

    def run(model, prompt, *arguments, **more):
        run = codex.run(tmp_path, url, model, prompt, *arguments, **more)
        assert run.status == 0 and not run.failures, run.output + run.errors
        assert REASONING not in run.output + run.errors
        return run

    return run


def test_tool_loop_and_resume(run, codex_upstream, tmp_path):
    first = run("codex-shell", "Say something")
    [command] = first.items("command_execution")
    assert command["aggregated_output"].strip() == "ran-42 in work" and command["exit_code"] == 0
    assert "ran-42 in work" in first.answer
    second = run("codex-shell", "And now?", "resume", "--last")
    assert second.answer
    upstream, _ = codex_upstream
    roles = [message["role"] for message in upstream.chats("codex-shell")[-1].json["messages"]]
    assert roles.count("tool") == 1 and roles.count("assistant") == 2


def check_forecast(run):
    [call] = run.items("mcp_tool_call")
    assert (call["server"], call["tool"], call["status"]) == ("weather", "forecast", "completed")
    assert call["arguments"] == {"city": "Köln", "days": 3}
    assert "Sun for " in run.answer


def test_tool_of_an_mcp_server(run, codex_upstream):
    check_forecast(run("codex-mcp", "What is the weather?"))
    upstream, _ = codex_upstream
    first, second = upstream.chats("codex-mcp")
    names = [tool["function"]["name"] for tool in first.json["tools"]]
    assert "multi_agent_v1__spawn_agent" in names and len(set(names)) == len(names)
    [call] = next(message for message in second.json["messages"] if message["role"] == "assistant")["tool_calls"]
    assert call["function"]["name"] == "mcp__weather__forecast"


def arguments_of(message):
    [call] = message["tool_calls"]
    arguments = call["function"]["arguments"]
    return json.loads(arguments) if isinstance(arguments, str) else arguments


def test_patch_and_a_tool_that_must_be_looked_for(run, codex_upstream, tmp_path):
    check_forecast(run("gpt-5.5", "Write a greeting"))
    assert (tmp_path / "work" / "greeting.txt").read_text() == codex.PATCHED
    upstream, _ = codex_upstream
    *_, last = upstream.chats("codex-known")
    tools = {tool["function"]["name"]: tool["function"] for tool in last.json["tools"]}
    assert "begin_patch" in tools["apply_patch"]["description"]
    assert list(tools["apply_patch"]["parameters"]["properties"]) == ["input"]
    patch, search, _ = [message for message in last.json["messages"] if message["role"] == "assistant"]
    assert arguments_of(patch) == {"input": codex.PATCH}
    assert arguments_of(search) == {"query": "weather forecast"}


def test_tools_that_are_declared_in_the_conversation(run):
    assert "ran-42" in run("gpt-5.6-sol", "Calculate").answer


@pytest.mark.parametrize("model", ["codex-helped", "gpt-6.1-sol"])
def test_sub_agent(run, model):
    assert codex.HELPED in run(model, codex.HELP).answer


def test_compacts_before_the_context_is_full_and_goes_on(run, codex_upstream):
    assert run("codex-full", "Say much").answer == "Much was said."
    assert run("codex-full", "And now?", "resume", "--last").answer == "Going on."
    upstream, _ = codex_upstream
    assert len(upstream.chats("codex-full")) == 3


def test_overflow_is_told_at_once_and_compacted_in_the_next_turn(run, codex_upstream, tmp_path):
    assert run("codex-overflow", "Say much").answer == "Much was said."
    upstream, url = codex_upstream
    second = codex.run(tmp_path, url, "codex-overflow", "And now?", "resume", "--last")
    assert second.status == 1 and "ran out of room" in second.failures[0]["message"]
    assert len(upstream.chats("codex-overflow")) == 2, "it was asked again"
    assert run("codex-overflow", "Still there?", "resume", "--last").answer == "Going on."
    last = [chat.json["messages"][-1]["content"] for chat in upstream.chats("codex-overflow")[2:]]
    assert "CONTEXT CHECKPOINT COMPACTION" in last[0] and last[1:] == ["Still there?"]


def test_output_schema(run, codex_upstream, tmp_path):
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    (tmp_path / "schema.json").write_text(json.dumps(schema | {"additionalProperties": False}))
    assert json.loads(run("structured", "Which city?", "--output-schema", str(tmp_path / "schema.json")).answer)
    upstream, _ = codex_upstream
    body = upstream.chats("structured")[-1].json
    assert (body.get("format") or body["response_format"]["json_schema"]["schema"])["required"] == ["city"]


def test_goes_on_at_once_without_a_web_socket(run, servers):
    log = servers[-1].log
    start = log.stat().st_size
    assert run("codex-shell", "Say something", server=codex.BASE_URL).answer
    lines = log.read_bytes()[start:].decode().splitlines()
    assert [line.split(" status=")[1][:3] for line in lines if "GET /v1/responses" in line] == ["426"]


@pytest.mark.parametrize("model, answer", [("codex-thinks", "Thought through."), ("codex-loads", "Loaded.")])
def test_long_silence_is_waited_for(run, codex_upstream, model, answer):
    assert run(model, "Think").answer == answer
    upstream, _ = codex_upstream
    assert len(upstream.chats(model)) == 1, "it was asked again"
