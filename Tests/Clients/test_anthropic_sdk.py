"""The Anthropic Python SDK at /v1/messages: what only this API has. What all client APIs share is in test_client_apis.py."""

import anthropic
import httpx
import pytest

from client_apis import BASH, BASH_SCHEMA, IMAGE, City
from scripted_ollama import COMMAND, REASONING, TEXT
from scripted_vendor import CACHED

USER = [{"role": "user", "content": "Hello"}]
TOOL = {**BASH, "input_schema": BASH_SCHEMA}
BOTH = pytest.mark.parametrize("prefix", ["", "vendor-"])


@pytest.fixture
def anthropics(client_apis_url):
    with anthropic.Anthropic(base_url=client_apis_url, api_key="sk-client", max_retries=0, timeout=20) as client:
        yield client


@pytest.fixture
def messages(anthropics):
    return anthropics.messages


def ask(messages, model, history=USER, **more):
    return messages.create(**{"model": model, "messages": history, "max_tokens": 512, **more})


class TestStreams:
    @BOTH
    def test_blocks_come_one_after_the_other(self, messages, prefix):
        """The raw events, as every client of this API needs them."""
        events = list(ask(messages, prefix + "parallel-line", tools=[TOOL], stream=True))
        names = [event.type for event in events]
        block = lambda deltas: ["content_block_start", *["content_block_delta"] * deltas, "content_block_stop"]
        assert names == ["message_start", *block(1), *block(1), "message_delta", "message_stop"]
        assert [event.index for event in events[1:-2]] == [0] * 3 + [1] * 3
        assert events[0].message.model == prefix + "parallel-line"
        assert events[-2].delta.stop_reason == "tool_use"

    @BOTH
    def test_the_helper_gives_text_and_the_final_message(self, messages, prefix):
        with messages.stream(model=prefix + "text", max_tokens=512, messages=USER) as stream:
            assert "".join(stream.text_stream) == TEXT
            final = stream.get_final_message()
        assert (final.content[0].text, final.stop_reason, final.role) == (TEXT, "end_turn", "assistant")

    @BOTH
    def test_thinking_is_a_block_where_it_is_let_through(self, messages, prefix):
        with messages.stream(model=prefix + "aloud", max_tokens=512, messages=USER) as stream:
            thinking, text = stream.get_final_message().content
        assert (thinking.type, text.type, text.text) == ("thinking", "text", "Paris")
        assert REASONING in thinking.thinking and isinstance(thinking.signature, str)

    @BOTH
    @pytest.mark.parametrize("script", ["error-line", "no-done", "cut"])
    def test_a_broken_stream_is_an_error_and_never_a_stop(self, messages, prefix, script):
        seen = []
        with pytest.raises(anthropic.APIStatusError) as caught:
            for event in ask(messages, prefix + script, stream=True):
                seen.append(event.type)
        assert caught.value.body["error"]["type"] in ("api_error", "overloaded_error")
        assert "content_block_delta" in seen and "message_delta" not in seen and "message_stop" not in seen


class TestReplies:
    @BOTH
    def test_a_cut_reply_says_so(self, messages, prefix):
        assert ask(messages, prefix + "limited").stop_reason == "max_tokens"

    def test_cached_tokens_are_told_apart(self, messages):
        usage = ask(messages, "vendor-text").usage
        assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (11 - CACHED, CACHED, 7)

    @BOTH
    def test_parse_gives_the_model(self, messages, prefix):
        reply = messages.parse(model=prefix + "structured", max_tokens=512, messages=USER, output_format=City)
        assert reply.parsed_output == City(city="Köln", people=1087353)

    @BOTH
    def test_the_tool_runner_runs_tools(self, anthropics, prefix):
        """The SDK's own loop. It would leave the conversation to the server, and must learn that none is kept here."""
        ran = []

        @anthropic.beta_tool(name="Bash")
        def bash(command: str, description: str) -> str:
            """Runs a command.

            Args:
                command: what to run
                description: why
            """
            ran.append(command)
            return "done it"

        runner = anthropics.beta.messages.tool_runner(
            model=prefix + "glm-5:cloud", max_tokens=512, messages=USER, tools=[bash]
        )
        assert runner.until_done().content[0].text == "The tools said: done it"
        assert ran == [COMMAND]


class TestRequests:
    def test_parameters_arrive_as_a_vendor_takes_them(self, messages, vendor):
        ask(
            messages,
            "vendor-text",
            system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
            extra_body={"temperature": 0.5},
            stop_sequences=["END"],
            tools=[TOOL],
            tool_choice={"type": "any", "disable_parallel_tool_use": True},
            output_config={"effort": "low"},
            metadata={"user_id": "u"},
            extra_headers={"anthropic-beta": "context-1m-2025-08-07"},
        )
        body = vendor.chats("text")[0].json
        assert body["messages"] == [{"role": "system", "content": "Be brief."}, *USER]
        assert (body["temperature"], body["max_tokens"], body["stop"]) == (0.5, 512, ["END"])
        assert (body["tool_choice"], body["parallel_tool_calls"]) == ("required", False)
        assert body["reasoning_effort"] == "low"

    @BOTH
    def test_results_with_images_and_errors_arrive(self, messages, prefix, ollama, vendor):
        use = lambda id: {"type": "tool_use", "id": id, "name": "Bash", "input": {"command": "ls", "description": ""}}
        image = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": IMAGE}}
        results = [
            {"type": "tool_result", "tool_use_id": "t1", "content": [{"type": "text", "text": "seen"}, image]},
            {"type": "tool_result", "tool_use_id": "t2", "content": "no such file", "is_error": True},
        ]
        thought = {"type": "thinking", "thinking": "hmm", "signature": ""}
        assistant = {"role": "assistant", "content": [thought, use("t1"), use("t2")]}
        ask(messages, prefix + "text", [*USER, assistant, {"role": "user", "content": results}], tools=[TOOL])
        [request] = (vendor if prefix else ollama).chats("text")
        told = [message for message in request.json["messages"] if message["role"] == "tool"]
        assert [message["tool_call_id"] for message in told] == ["t1", "t2"]
        assert [message["content"] for message in told] == ["seen", "Error: no such file"]
        assert IMAGE in request.body.decode()

    def test_a_key_is_taken_as_x_api_key_and_goes_no_further(self, messages, vendor):
        ask(messages, "vendor-text")
        headers = vendor.chats("text")[0].headers
        assert "x-api-key" not in headers and "sk-client" not in str(headers)


class TestCountTokens:
    @BOTH
    def test_grows_with_the_prompt_and_asks_nobody(self, messages, prefix, ollama, vendor):
        count = lambda text: messages.count_tokens(
            model=prefix + "text", messages=[{"role": "user", "content": text}], system="Be brief.", tools=[TOOL]
        ).input_tokens
        assert 0 < count("Hello") < count("Hello " * 500)
        assert ollama.requests == [] and vendor.requests == []

    @BOTH
    def test_learns_from_what_was_counted(self, messages, prefix):
        model, history = prefix + "counted", [{"role": "user", "content": "word " * 1000}]
        count = lambda: messages.count_tokens(model=model, messages=history).input_tokens
        assert count() > 1300
        assert ask(messages, model, history).usage.output_tokens == 7
        assert abs(count() - 1000) < 20


class TestErrors:
    @BOTH
    @pytest.mark.parametrize("streaming", [False, True])
    @pytest.mark.parametrize(
        "status, kind, name",
        [
            (404, anthropic.NotFoundError, "not_found_error"),
            (429, anthropic.RateLimitError, "rate_limit_error"),
            (500, anthropic.InternalServerError, "api_error"),
            (503, anthropic.InternalServerError, None),
        ],
    )
    def test_have_their_class_and_name(self, messages, prefix, status, kind, name, streaming):
        with pytest.raises(kind) as caught:
            ask(messages, f"{prefix}status-{status}", stream=streaming)
        assert caught.value.status_code == status
        assert caught.value.body["type"] == "error" and name in (None, caught.value.body["error"]["type"])
        assert status != 429 or caught.value.response.headers["retry-after"] == "1"

    @pytest.mark.parametrize(
        "wrong", [{"stop_sequences": 7}, {"messages": []}, {"tools": [{"name": "x"}]}, {"max_tokens": 0}]
    )
    def test_a_wrong_parameter_is_named(self, messages, wrong):
        with pytest.raises(anthropic.BadRequestError) as caught:
            messages.create(**{"model": "vendor-text", "messages": USER, "max_tokens": 512, **wrong})
        assert caught.value.body["error"]["type"] == "invalid_request_error"
        assert next(iter(wrong)) in caught.value.body["error"]["message"]

    def test_what_is_not_there_is_not_found_in_this_shape(self, client_apis_url):
        reply = httpx.get(f"{client_apis_url}/v1/messages/batches", timeout=20, trust_env=False)
        assert (reply.status_code, reply.json()["error"]["type"]) == (404, "not_found_error")
