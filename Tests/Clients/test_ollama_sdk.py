"""The Ollama Python SDK at /api/: what only this API has, with a vendor's models and with Ollama itself behind it."""

import httpx
import ollama as sdk
import pytest

from client_apis import BASH_SCHEMA, City
from scripted_ollama import COMMAND, EMBEDDING, RAW_ARGUMENTS, REASONING, SLASHED, TEXT

USER = [{"role": "user", "content": "Hello"}]
TOOL = {"type": "function", "function": {"name": "Bash", "parameters": BASH_SCHEMA}}
BOTH = pytest.mark.parametrize("prefix", ["", "vendor-"])


@pytest.fixture
def client(client_apis_url):
    return sdk.Client(host=client_apis_url, timeout=20)


class TestChat:
    @BOTH
    def test_a_function_is_a_tool(self, client, prefix):
        """The SDK makes the schema of the function, and the program runs what the model calls."""

        def Bash(command: str, description: str) -> str:
            """Runs a command.

            Args:
              command: what to run
              description: why
            """
            return "done it"

        first = client.chat(prefix + "glm-5:cloud", USER, tools=[Bash])
        [call] = first.message.tool_calls
        assert (call.function.name, call.function.arguments["command"]) == ("Bash", COMMAND)
        result = {"role": "tool", "tool_name": "Bash", "content": Bash(**call.function.arguments)}
        second = client.chat(prefix + "glm-5:cloud", [*USER, first.message, result], tools=[Bash])
        assert second.message.content == "The tools said: done it"

    @BOTH
    def test_the_last_line_has_counts_and_durations(self, client, prefix):
        *_, last = client.chat(prefix + "text", USER, stream=True)
        assert (last.done, last.done_reason) == (True, "stop")
        assert (last.prompt_eval_count, last.eval_count) == (11, 7)
        assert last.total_duration > 0 and last.eval_duration >= 0

    @BOTH
    @pytest.mark.parametrize("streaming", [False, True])
    def test_thinking_comes_to_who_asks_for_it(self, client, prefix, streaming):
        reply = client.chat(prefix + "thinking", USER, think=True, stream=streaming)
        messages = [part.message for part in reply] if streaming else [reply.message]
        assert REASONING in "".join(message.thinking or "" for message in messages)
        assert "".join(message.content for message in messages) == "Paris"

    @BOTH
    def test_the_token_limit_is_told(self, client, prefix):
        assert client.chat(prefix + "limited", USER).done_reason == "length"

    def test_log_probabilities_come_along(self, client):
        reply = client.chat("vendor-logprobs", USER, logprobs=True, top_logprobs=2)
        [token] = reply.logprobs
        assert (token.token, token.logprob) == ("Hi", -0.125)
        assert (token.top_logprobs[0].token, token.top_logprobs[0].logprob) == ("Ho", -2.5)

    def test_the_arguments_are_the_models_own_bytes(self, client_apis_url):
        """The SDK shows only what it parsed."""
        body = {"model": "vendor-raw-arguments", "messages": USER, "stream": False, "tools": [TOOL]}
        reply = httpx.post(f"{client_apis_url}/api/chat", json=body, timeout=20, trust_env=False)
        assert RAW_ARGUMENTS in reply.text

    def test_options_arrive_as_a_vendor_takes_them(self, client, vendor):
        options = {"temperature": 0.5, "num_predict": 99, "stop": ["END"], "seed": 3, "num_ctx": 8192, "mirostat": 1}
        client.chat("vendor-text", USER, options=options, format=City.model_json_schema(), keep_alive="5m")
        [request] = vendor.chats("text")
        body = {name: value for name, value in request.json.items() if name != "response_format"}
        assert body == {
            "model": "text",
            "messages": USER,
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 99,
            "temperature": 0.5,
            "seed": 3,
            "stop": ["END"],
        }

    def test_what_goes_to_ollama_is_not_touched(self, client_apis_url, ollama):
        body = b'{ "model":"text", "stream" : false,\n"messages":[{"role":"user","content":"\\u00e4"}], "new":[1.0] }'
        reply = httpx.post(f"{client_apis_url}/api/chat", content=body, timeout=20, trust_env=False)
        assert reply.json()["message"]["content"] == TEXT
        # But for what keeps Ollama from loading the model again between this and translated requests.
        assert ollama.chats("text")[0].body == b'{"shift":false,' + body[1:]


class TestGenerate:
    def test_whole_and_streamed(self, client, vendor):
        whole = client.generate("vendor-text", "Hello", system="Be brief.")
        assert (whole.response, whole.done_reason, whole.prompt_eval_count) == (TEXT, "stop", 11)
        parts = list(client.generate("vendor-text", "Hello", stream=True))
        assert "".join(part.response for part in parts) == TEXT and len(parts) > 2
        assert vendor.chats("text")[0].json["messages"] == [{"role": "system", "content": "Be brief."}, *USER]

    def test_of_ollama_is_passed_on(self, client, ollama):
        assert client.generate("text", "Hello").response == "generated"
        assert [request.path for request in ollama.requests] == ["/api/generate"]

    def test_format_and_images(self, client, vendor):
        reply = client.generate("vendor-structured", "Hello", format=City.model_json_schema(), images=[b"\x89PNG..."])
        assert City.model_validate_json(reply.response) == City(city="Köln", people=1087353)
        [request] = vendor.chats("structured")
        assert [part["type"] for part in request.json["messages"][0]["content"]] == ["text", "image_url"]

    def test_an_empty_prompt_only_loads(self, client, vendor):
        reply = client.generate("vendor-text")
        assert (reply.response, reply.done_reason, vendor.requests) == ("", "load", [])


class TestEmbed:
    def test_of_a_vendor(self, client, vendor):
        reply = client.embed("vendor-text", ["a", "b"], dimensions=3)
        assert reply.embeddings == [EMBEDDING, [value + 1 for value in EMBEDDING]]
        assert (reply.model, reply.prompt_eval_count) == ("vendor-text", 2)
        [request] = vendor.requests
        assert (request.path, request.json) == (
            "/v1/embeddings",
            {"model": "text", "input": ["a", "b"], "dimensions": 3},
        )

    def test_the_older_form(self, client):
        assert client.embeddings("vendor-text", "a").embedding == EMBEDDING

    def test_of_ollama_is_passed_on(self, client, ollama):
        assert client.embed("text", "a").embeddings == [EMBEDDING]
        assert [request.path for request in ollama.requests] == ["/api/embed"]


class TestDirectory:
    def test_the_list_has_both(self, client):
        names = [model.model for model in client.list().models]
        assert names[:3] == ["glm-5:cloud", "text", SLASHED]
        assert {"vendor-text", "vendor-thinking", "vendor-aloud"} < set(names[3:])

    @BOTH
    def test_a_model_is_shown(self, client, prefix):
        assert "tools" in client.show(prefix + "text").capabilities

    def test_an_unknown_one_is_not_found(self, client):
        with pytest.raises(sdk.ResponseError, match="not found") as caught:
            client.show("nobody")
        assert caught.value.status_code == 404

    def test_what_runs(self, client):
        assert client.ps().models == []


class TestErrors:
    @BOTH
    @pytest.mark.parametrize("streaming", [False, True])
    @pytest.mark.parametrize("status", [404, 429, 500, 503])
    def test_status_and_words_are_kept(self, client, prefix, status, streaming):
        with pytest.raises(sdk.ResponseError) as caught:
            reply = client.chat(f"{prefix}status-{status}", USER, stream=streaming)
            list(reply)
        assert caught.value.status_code == status and caught.value.error

    def test_a_wrong_parameter_is_named(self, client, vendor):
        with pytest.raises(sdk.ResponseError, match="temperature") as caught:
            client.chat("vendor-text", USER, options={"temperature": "hot"})
        assert (caught.value.status_code, vendor.requests) == (400, [])


class TestAliases:
    """A name of the models file for a model of Ollama's own."""

    def test_are_asked_for_by_ollamas_own_name(self, client, ollama):
        assert client.chat("aloud", USER).message.content == "Paris"
        assert client.embed("aloud", "a").embeddings == [EMBEDDING]
        assert [(request.path, request.json["model"]) for request in ollama.requests] == [
            ("/api/chat", "thinking"),
            ("/api/embed", "thinking"),
        ]
