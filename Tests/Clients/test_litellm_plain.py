"""A LiteLLM without any special setting, with models of both upstreams: it asks chat completions and Responses."""

import json

import httpx
import openai
import pytest

import harness
from client_apis import BASH, BASH_SCHEMA
from scripted_ollama import COMMAND, REASONING, TEXT
from test_litellm import ADAPTIVE, USER, events_of, folded, tool_uses

BOTH = pytest.mark.parametrize("prefix", ["", "vendor-"])
TOOL = {"type": "function", **BASH, "parameters": BASH_SCHEMA}


@pytest.fixture
def litellm(plain_litellm_url):
    """The OpenAI SDK at LiteLLM."""
    url = f"{plain_litellm_url}/v1"
    with openai.OpenAI(base_url=url, api_key=harness.MASTER_KEY, max_retries=0, timeout=60) as client:
        yield client


@pytest.fixture
def messages(plain_litellm_url):
    """A stream of LiteLLM's /v1/messages, which it takes to /v1/responses."""
    headers = {"x-api-key": harness.MASTER_KEY, "anthropic-version": "2023-06-01"}
    with httpx.Client(base_url=plain_litellm_url, headers=headers, timeout=60, trust_env=False) as http:

        def ask(model, *turns, **more):
            body = {"model": model, "max_tokens": 512, "messages": [USER, *turns], "stream": True, **more}
            return http.stream("POST", "/v1/messages", json=body)

        yield ask


class TestMessages:
    @BOTH
    def test_text(self, messages, prefix):
        with messages(prefix + "text", **ADAPTIVE) as response:
            blocks, reason = folded(events_of(response))
        assert [block["text"] for block in blocks if block["type"] == "text"] == [TEXT]
        assert reason == "end_turn"

    @BOTH
    def test_tool_round_trip_without_a_word_of_reasoning(self, messages, prefix, ollama, vendor):
        tool = {**BASH, "input_schema": BASH_SCHEMA}
        with messages(prefix + "glm-5:cloud", tools=[tool], **ADAPTIVE) as response:
            events = events_of(response)
        blocks, reason = folded(events)
        [(name, arguments)] = tool_uses(blocks)
        assert (name, arguments["command"], reason) == ("Bash", COMMAND, "tool_use")
        assert REASONING not in json.dumps(events)

        use = {"type": "tool_use", "id": blocks[-1]["id"], "name": name, "input": arguments}
        result = {"type": "tool_result", "tool_use_id": use["id"], "content": "done it"}
        turns = [{"role": "assistant", "content": [use]}, {"role": "user", "content": [result]}]
        with messages(prefix + "glm-5:cloud", *turns, tools=[tool], **ADAPTIVE) as response:
            blocks, reason = folded(events_of(response))
        assert [block["text"] for block in blocks] == ["The tools said: done it"]
        first = (vendor if prefix else ollama).chats("glm-5:cloud")[0].json
        assert first["reasoning_effort"] == "high" if prefix else first["think"] is True

    @BOTH
    def test_a_slow_reply_that_is_kept_alive(self, messages, prefix):
        with messages(prefix + "slow") as response:
            blocks, reason = folded(events_of(response))
        assert ([block["text"] for block in blocks], reason) == (["Slowly done."], "end_turn")

    @BOTH
    def test_an_effort_that_litellm_does_not_know_of_stays_there(self, messages, prefix, ollama, vendor):
        with messages(prefix + "text", **ADAPTIVE) as response:
            folded(events_of(response))
        body = (vendor if prefix else ollama).chats("text")[0].json
        assert "reasoning_effort" not in body and "think" not in body

    @BOTH
    @pytest.mark.parametrize("script", ["error-line", "no-done", "cut"])
    def test_a_broken_stream_is_never_a_whole_one(self, messages, prefix, script):
        with messages(prefix + script) as response:
            events = events_of(response)
        assert "error" in [event for event, _ in events]
        assert "end_turn" not in json.dumps(events)


class TestResponses:
    @BOTH
    def test_calls_and_their_results(self, litellm, prefix):
        history = [{"role": "user", "content": "Hello"}]
        first = litellm.responses.create(model=prefix + "glm-5:cloud", input=history, tools=[TOOL])
        [call] = [item for item in first.output if item.type == "function_call"]
        assert json.loads(call.arguments)["command"] == COMMAND
        history += [call, {"type": "function_call_output", "call_id": call.call_id, "output": "done it"}]
        second = litellm.responses.create(model=prefix + "glm-5:cloud", input=history, tools=[TOOL])
        assert second.output_text == "The tools said: done it"

    @BOTH
    def test_a_stream(self, litellm, prefix):
        events = list(litellm.responses.create(model=prefix + "text", input="Hello", stream=True))
        deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
        assert "".join(deltas) == TEXT and events[-1].type == "response.completed"


class TestChatCompletions:
    @BOTH
    def test_text(self, litellm, prefix):
        reply = litellm.chat.completions.create(model=prefix + "text", messages=[USER])
        assert (reply.choices[0].message.content, reply.usage.total_tokens) == (TEXT, 18)
        chunks = list(litellm.chat.completions.create(model=prefix + "text", messages=[USER], stream=True))
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == TEXT

    @BOTH
    def test_calls(self, litellm, prefix):
        tool = {"type": "function", "function": {**BASH, "parameters": BASH_SCHEMA}}
        reply = litellm.chat.completions.create(model=prefix + "parallel-line", messages=[USER], tools=[tool])
        calls = reply.choices[0].message.tool_calls
        assert [json.loads(call.function.arguments)["command"][:8] for call in calls] == ["echo one", "echo two"]

    @BOTH
    def test_a_rate_limit_stays_one(self, litellm, prefix):
        with pytest.raises(openai.RateLimitError, match="hourly usage limit"):
            litellm.chat.completions.create(model=prefix + "status-429", messages=[USER])
