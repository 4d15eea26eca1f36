"""The OpenAI Python SDK, straight at the proxy."""

import json

import httpx
import openai
import pytest

import harness
from scripted_ollama import EMBEDDING, EMBEDDINGS_REPLY, HUGE, RAW_ARGUMENTS, REASONING, SLASHED, TEXT

USER = [{"role": "user", "content": "Hello"}]
BASH = {
    "type": "function",
    "function": {
        "name": "Bash",
        "parameters": {"type": "object", "properties": {"command": {"type": "string"}}, "required": ["command"]},
    },
}


def ask(client, model, messages=USER, **more):
    return client.chat.completions.create(model=model, messages=messages, **more)


def stream(client, model, messages=USER, **more):
    return list(ask(client, model, messages, stream=True, **more))


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def calls_of(chunks):
    return [call for chunk in chunks if chunk.choices for call in chunk.choices[0].delta.tool_calls or []]


def finish_of(chunks):
    return [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices and chunk.choices[0].finish_reason]


class TestText:
    def test_comes_whole_with_usage(self, client):
        reply = ask(client, "text")
        assert reply.object == "chat.completion"
        assert reply.model == "text"
        assert reply.choices[0].message.role == "assistant"
        assert reply.choices[0].message.content == TEXT
        assert reply.choices[0].message.tool_calls is None
        assert reply.choices[0].finish_reason == "stop"
        assert (reply.usage.prompt_tokens, reply.usage.completion_tokens, reply.usage.total_tokens) == (11, 7, 18)

    def test_streams_with_usage_last(self, client):
        chunks = stream(client, "text", stream_options={"include_usage": True})
        assert text_of(chunks) == TEXT
        assert finish_of(chunks) == ["stop"]
        assert [chunk.choices[0].delta.role for chunk in chunks[:-1]] == ["assistant"] + [None] * (len(chunks) - 2)
        assert chunks[-1].choices == []
        assert chunks[-1].usage.total_tokens == 18
        assert {(chunk.id, chunk.created, chunk.model) for chunk in chunks} == {
            (chunks[0].id, chunks[0].created, "text")
        }
        assert chunks[0].id.startswith("chatcmpl-") and len(chunks[0].id) >= len("chatcmpl-") + 24

    def test_usage_is_streamed_only_if_asked(self, client):
        chunks = stream(client, "text")
        assert all(chunk.choices for chunk in chunks)
        assert all(chunk.usage is None for chunk in chunks)

    def test_reasoning_is_stripped(self, client):
        reply = ask(client, "thinking")
        chunks = stream(client, "thinking")
        assert reply.choices[0].message.content == text_of(chunks) == "Paris"
        for shown in [reply, *chunks]:
            assert REASONING not in shown.model_dump_json()
            assert "reasoning" not in shown.model_dump_json()

    def test_an_8_mb_line_comes_through(self, client):
        assert len(ask(client, "huge").choices[0].message.content) == HUGE

    def test_a_1_mb_request_arrives_whole(self, client, ollama):
        content = "größer " * 150_000
        ask(client, "text", [{"role": "user", "content": content}])
        assert ollama.chats("text")[-1].json["messages"] == [{"role": "user", "content": content}]


class TestRequest:
    def test_parameters_arrive_as_ollama_takes_them(self, client, ollama):
        ask(
            client,
            "text",
            [{"role": "developer", "content": "Be brief."}, *USER],
            temperature=0.5,
            max_completion_tokens=99,
            stop="END",
            seed=3,
            response_format={"type": "json_object"},
            extra_body={"num_ctx": 8192},
        )
        request = ollama.chats("text")[-1]
        assert request.json["messages"] == [{"role": "system", "content": "Be brief."}, *USER]
        assert request.json["options"] == {
            "temperature": 0.5,
            "num_predict": 99,
            "stop": ["END"],
            "seed": 3,
            "num_ctx": 8192,
        }
        assert request.json["format"] == {"type": "object"}
        assert request.json["stream"] is True
        assert "authorization" not in request.headers

    @pytest.mark.parametrize(
        "model, effort, think",
        [
            ("thinking", None, True),
            ("thinking", "low", True),
            ("thinking", "none", False),
            ("text", "high", "high"),
            ("text", "none", False),
            ("text", None, None),
        ],
    )
    def test_think_is_what_the_operator_listed_else_the_effort(self, client, ollama, model, effort, think):
        ask(client, model, **({"reasoning_effort": effort} if effort else {}))
        assert ollama.chats(model)[-1].json.get("think") == think


class TestToolCalls:
    def test_round_trip(self, client, ollama):
        first = ask(client, "glm-5:cloud", tools=[BASH]).choices[0]
        assert first.finish_reason == "tool_calls"
        assert not first.message.content
        [call] = first.message.tool_calls
        assert (call.id, call.type, call.function.name) == ("call_a1b2c3d4", "function", "Bash")
        assert json.loads(call.function.arguments)["command"].startswith("echo ")

        history = [*USER, first.message, {"role": "tool", "tool_call_id": call.id, "content": "done it"}]
        second = ask(client, "glm-5:cloud", history, tools=[BASH]).choices[0]
        assert second.finish_reason == "stop"
        assert second.message.content == "The tools said: done it"

        user, assistant, tool = ollama.chats("glm-5:cloud")[-1].json["messages"]
        assert assistant["tool_calls"][0]["function"]["arguments"] == json.loads(call.function.arguments)
        assert tool == {"role": "tool", "tool_name": "Bash", "tool_call_id": call.id, "content": "done it"}

    @pytest.mark.parametrize("model", ["parallel-line", "parallel-lines"])
    def test_parallel_calls_have_their_own_index_id_and_chunk(self, client, model):
        chunks = stream(client, model, tools=[BASH])
        assert all(len(chunk.choices[0].delta.tool_calls or []) <= 1 for chunk in chunks)
        first, second = calls_of(chunks)
        assert (first.index, second.index) == (0, 1)
        assert first.id and second.id and first.id != second.id
        assert json.loads(first.function.arguments)["command"] == "echo one-$((1 + 1))"
        assert json.loads(second.function.arguments)["command"] == "echo two-$((2 + 2))"
        assert finish_of(chunks) == ["tool_calls"]

        whole = ask(client, model, tools=[BASH]).choices[0].message.tool_calls
        assert [call.function.arguments for call in whole] == [first.function.arguments, second.function.arguments]

    def test_arguments_are_the_models_own_bytes(self, client):
        [call] = calls_of(stream(client, "raw-arguments", tools=[BASH]))
        assert call.function.arguments == RAW_ARGUMENTS
        [call] = ask(client, "raw-arguments", tools=[BASH]).choices[0].message.tool_calls
        assert call.function.arguments == RAW_ARGUMENTS


class TestErrors:
    @pytest.mark.parametrize("streaming", [False, True])
    @pytest.mark.parametrize(
        "status, kind, words",
        [
            (404, openai.NotFoundError, "model 'status-404' not found"),
            (429, openai.RateLimitError, "hourly usage limit"),
            (500, openai.InternalServerError, "unexpectedly stopped"),
            (503, openai.InternalServerError, "server busy"),
        ],
    )
    def test_ollamas_status_and_words_are_kept(self, client, status, kind, words, streaming):
        with pytest.raises(kind, match=words) as caught:
            ask(client, f"status-{status}", stream=streaming)
        error = caught.value
        assert error.status_code == status
        assert status != 404 or error.code == "model_not_found"
        assert status != 429 or (error.code, error.response.headers["retry-after"]) == ("rate_limit_exceeded", "1")

    @pytest.mark.parametrize(
        "parameter, wrong",
        [
            ("temperature", {"temperature": "hot"}),
            ("n", {"n": 2}),
            ("stop", {"stop": 7}),
            ("top_logprobs", {"logprobs": True, "top_logprobs": 21}),
        ],
    )
    def test_a_wrong_parameter_is_named(self, client, ollama, parameter, wrong):
        with pytest.raises(openai.BadRequestError) as caught:
            ask(client, "text", **wrong)
        assert caught.value.param == parameter
        assert caught.value.type == "invalid_request_error"
        assert ollama.chats("text") == []

    @pytest.mark.parametrize("model", ["error-line", "no-done", "cut"])
    def test_a_broken_stream_is_an_error_and_never_a_stop(self, client, model):
        seen = []
        with pytest.raises(openai.APIError) as caught:
            for chunk in ask(client, model, stream=True):
                seen.append(chunk)
        assert text_of(seen) == "partial "
        assert finish_of(seen) == []
        assert caught.value.body["code"] == 502
        assert model != "error-line" or "llama runner process has terminated" in caught.value.message

    @pytest.mark.parametrize("model", ["error-line", "no-done", "cut"])
    def test_a_broken_reply_is_a_502(self, client, model):
        with pytest.raises(openai.InternalServerError) as caught:
            ask(client, model)
        assert caught.value.status_code == 502

    def test_keys_are_asked_for_where_configured(self, ollama, tmp_path):
        server, url = harness.start_proxy(tmp_path, ollama.url, PROXY_API_KEYS="sk-one,sk-two")
        try:
            with openai.OpenAI(base_url=f"{url}/v1", api_key="sk-two", max_retries=0, timeout=20) as client:
                assert ask(client, "text").choices[0].message.content == TEXT
                with pytest.raises(openai.AuthenticationError) as caught:
                    ask(client.with_options(api_key="sk-three"), "text")
                assert caught.value.code == "invalid_api_key"
        finally:
            assert server.stop() == 0


class TestLogprobs:
    def check(self, logprobs):
        [token] = logprobs.content
        assert (token.token, token.logprob, token.bytes) == ("Hi", -0.125, [72, 105])
        [other] = token.top_logprobs
        assert (other.token, other.logprob, other.bytes) == ("Ho", -2.5, [72, 111])

    def test_come_whole_and_streamed(self, client, ollama):
        self.check(ask(client, "logprobs", logprobs=True, top_logprobs=2).choices[0].logprobs)
        chunks = stream(client, "logprobs", logprobs=True, top_logprobs=2)
        [logprobs] = [c.choices[0].logprobs for c in chunks if c.choices[0].logprobs and c.choices[0].logprobs.content]
        self.check(logprobs)
        assert all((r.json["logprobs"], r.json["top_logprobs"]) == (True, 2) for r in ollama.chats("logprobs"))


class TestModels:
    def test_are_listed(self, client):
        models = {model.id: model for model in client.models.list()}
        assert list(models) == ["glm-5:cloud", "text", SLASHED]
        assert models["text"].object == "model"
        assert models["text"].created == 1782900000
        assert models["text"].owned_by == "library"

    @pytest.mark.parametrize("name", ["glm-5:cloud", SLASHED])
    def test_are_found_by_names_with_colons_and_slashes(self, client, name):
        assert client.models.retrieve(name).id == name

    def test_are_found_with_bare_slashes_too(self, proxy_url):
        reply = httpx.get(f"{proxy_url}/v1/models/{SLASHED}", timeout=20)
        assert (reply.status_code, reply.json()["id"]) == (200, SLASHED)

    def test_unknown_is_not_found(self, client):
        with pytest.raises(openai.NotFoundError, match="not found"):
            client.models.retrieve("nobody/knows:it")


class TestPassThrough:
    def test_embeddings_reach_ollamas_own_v1(self, client, ollama):
        reply = client.embeddings.create(model="embedder", input="hi", encoding_format="float")
        assert reply.data[0].embedding == EMBEDDING
        assert ollama.requests[-1].path == "/v1/embeddings"
        assert ollama.requests[-1].json == {"model": "embedder", "input": "hi", "encoding_format": "float"}

    def test_bytes_are_not_touched(self, proxy_url, ollama):
        body = b'{ "model":"embedder",\n\t"input" : ["\\u00e4", "b"] }'
        reply = httpx.post(f"{proxy_url}/v1/embeddings", content=body, timeout=20)
        assert ollama.requests[-1].body == body
        assert reply.content == EMBEDDINGS_REPLY
        assert reply.headers["content-type"] == "application/json; charset=utf-8"


class TestCancel:
    def test_closing_a_stream_closes_upstream(self, client, ollama):
        chunks = ask(client, "endless", stream=True)
        seen = [next(chunks) for _ in range(4)]
        assert "tick" in text_of(seen)
        request = ollama.chats("endless")[-1]
        assert not request.hung_up.is_set()
        chunks.close()
        assert request.hung_up.wait(2), "Ollama went on generating for nobody"

    @pytest.mark.parametrize("streaming", [False, True])
    def test_giving_up_before_the_first_byte_closes_upstream(self, client, ollama, streaming):
        with pytest.raises(openai.APITimeoutError):
            ask(client, "silent", stream=streaming, timeout=0.5)
        assert ollama.wait_for_chat("silent").hung_up.wait(2)

    def test_giving_up_a_whole_reply_half_way_closes_upstream(self, client, ollama):
        with pytest.raises(openai.APITimeoutError):
            ask(client, "endless", timeout=0.5)
        assert ollama.wait_for_chat("endless").hung_up.wait(2)

    def test_the_next_request_is_served(self, client, ollama):
        with pytest.raises(openai.APITimeoutError):
            ask(client, "endless", timeout=0.3)
        assert ask(client, "text").choices[0].message.content == TEXT
