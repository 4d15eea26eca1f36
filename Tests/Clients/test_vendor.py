"""The OpenAI Python SDK at /v1/chat/completions with a vendor behind it, and what the proxy tells that vendor."""

import json
import os
import signal
import time

import httpx
import ollama as ollama_sdk
import openai
import pytest

import features
import harness
from client_apis import BASH, BASH_SCHEMA
from scripted_ollama import COMMAND, RAW_ARGUMENTS, REASONING, SLASHED, TEXT
from scripted_vendor import CACHED, KEY, REASONED

USER = [{"role": "user", "content": "Hello"}]
TOOL = {"type": "function", "function": {**BASH, "parameters": BASH_SCHEMA}}


@pytest.fixture
def client(client_apis_url):
    with openai.OpenAI(base_url=f"{client_apis_url}/v1", api_key="sk-client", max_retries=0, timeout=20) as client:
        yield client


def ask(client, model, messages=USER, **more):
    return client.chat.completions.create(model=model, messages=messages, **more)


class TestRequest:
    def test_goes_with_the_vendors_key_and_headers_and_none_of_the_clients(self, client, vendor):
        assert ask(client, "vendor-text").model == "vendor-text"
        headers = vendor.chats("text")[0].headers
        assert (headers["authorization"], headers["x-team"]) == (f"Bearer {KEY}", "agents")
        assert "sk-client" not in str(headers)
        assert not [name for name in headers if name.startswith("x-stainless")]

    def test_parameters_arrive(self, client, vendor):
        ask(
            client,
            "vendor-text",
            [{"role": "developer", "content": "Be brief."}, *USER],
            temperature=0.5,
            max_completion_tokens=99,
            stop="END",
            seed=3,
            reasoning_effort="low",
            tools=[TOOL],
            tool_choice="auto",
            extra_body={"options": {"enable_thinking": False, "num_ctx": 8192}},
        )
        [request] = vendor.chats("text")
        assert request.json == {
            "model": "text",
            "messages": [{"role": "system", "content": "Be brief."}, *USER],
            "tools": [TOOL],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 99,
            "temperature": 0.5,
            "seed": 3,
            "stop": ["END"],
            "reasoning_effort": "low",
            "enable_thinking": False,
        }

    def test_reasoning_is_given_back_with_the_calls_it_led_to(self, client, vendor):
        first = ask(client, "vendor-thoughtful", tools=[TOOL]).choices[0].message
        [call] = first.tool_calls
        result = {"role": "tool", "tool_call_id": call.id, "content": "done it"}
        assert ask(client, "vendor-thoughtful", [*USER, first, result], tools=[TOOL]).choices[0].message.content
        assert REASONING in vendor.chats("glm-5:cloud")[1].json["messages"][1]["reasoning_content"]


class TestReply:
    @pytest.mark.parametrize("streaming", [False, True])
    def test_arguments_are_the_models_own_bytes(self, client, streaming):
        reply = ask(client, "vendor-raw-arguments", tools=[TOOL], stream=streaming)
        messages = [chunk.choices[0].delta for chunk in reply] if streaming else [reply.choices[0].message]
        [call] = [call for message in messages for call in message.tool_calls or []]
        assert call.function.arguments == RAW_ARGUMENTS

    def test_usage_has_its_details(self, client):
        usage = ask(client, "vendor-text").usage
        assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (11, 7, 18)
        assert usage.prompt_tokens_details.cached_tokens == CACHED
        assert usage.completion_tokens_details.reasoning_tokens == REASONED

    def test_log_probabilities_come_along(self, client):
        [token] = ask(client, "vendor-logprobs", logprobs=True, top_logprobs=2).choices[0].logprobs.content
        assert (token.token, token.logprob, token.top_logprobs[0].token) == ("Hi", -0.125, "Ho")

    def test_an_8_mb_frame_comes_through(self, client):
        assert len(ask(client, "vendor-huge").choices[0].message.content) > 7_000_000

    # What misbehaving models write is mended whoever serves them; test_misbehaving.py has them all with Ollama.
    @pytest.mark.parametrize(
        "symptom",
        ["trailing-comma", "arguments-encoded-twice", "string-for-a-number", "name-in-lower-case", "hermes", "glm"],
    )
    def test_calls_are_mended(self, client, symptom):
        number = {"timeout": {"type": "number"}}
        schema = {**BASH_SCHEMA, "properties": {**BASH_SCHEMA["properties"], **number}}
        tool = {"type": "function", "function": {**BASH, "parameters": schema}}
        [call] = ask(client, f"vendor-{symptom}", tools=[tool]).choices[0].message.tool_calls
        arguments = json.loads(call.function.arguments)
        assert call.function.name == "Bash" and arguments["command"].startswith("echo ")
        assert symptom != "string-for-a-number" or arguments["timeout"] == 5000


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
    def test_the_vendors_status_and_words_are_kept(self, client, status, kind, words, streaming):
        with pytest.raises(kind, match=words) as caught:
            ask(client, f"vendor-status-{status}", stream=streaming)
        assert caught.value.status_code == status
        assert status != 404 or caught.value.code == "model_not_found"
        assert status != 429 or (caught.value.code, caught.value.response.headers["retry-after"]) == (
            "rate_limit_exceeded",
            "1",
        )

    def test_giving_up_before_the_first_byte_closes_upstream(self, client, vendor):
        with pytest.raises(openai.APITimeoutError):
            ask(client, "vendor-silent", stream=True, timeout=0.5)
        assert vendor.wait_for_chat("silent").hung_up.wait(2)


class TestModels:
    def test_are_listed_with_ollamas(self, client):
        names = [model.id for model in client.models.list()]
        assert names[:3] == ["glm-5:cloud", "text", SLASHED] and "vendor-text" in names

    def test_are_found(self, client):
        assert client.models.retrieve("vendor-text").id == "vendor-text"


class TestModelsFile:
    def test_is_read_again_all_or_nothing(self, ollama, vendor, tmp_path):
        """A good file is taken on SIGHUP, a bad one changes nothing, and the vendor's key is never shown."""
        file = features.models_file(tmp_path, vendor, ["text"])
        server, url = harness.start_proxy(tmp_path, ollama.url, MODELS_FILE=str(file), LOG_LEVEL="debug")
        try:
            with openai.OpenAI(base_url=f"{url}/v1", api_key="sk-client", max_retries=0, timeout=20) as client:
                assert ask(client, "vendor-text").choices[0].message.content == TEXT
                good = json.loads(file.read_text())
                good["models"]["team/*"] = {"upstream": "vendor", "model": "structured"}
                reload(server, file, json.dumps(good))
                assert "Köln" in ask(client, "team/any").choices[0].message.content
                reload(server, file, '{"models": {"team/*": {"upstream": "nobody"}}}')
                assert "Köln" in ask(client, "team/any").choices[0].message.content
                # Elsewhere than in the file nobody is asked: an unlisted model is Ollama's.
                vendor.requests.clear()
                assert ask(client, "text").choices[0].message.content == TEXT and vendor.requests == []
            metrics = httpx.get(f"{url}/metrics", timeout=20, trust_env=False).text
            assert KEY not in server.log.read_text() + metrics
            assert "nobody" not in metrics and "upstream" in server.log.read_text()
        finally:
            assert server.stop() == 0


def reload(server, file, text):
    file.write_text(text)
    size = server.log.stat().st_size
    os.kill(server.process.pid, signal.SIGHUP)
    deadline = time.monotonic() + 5
    while server.log.stat().st_size == size:
        assert time.monotonic() < deadline, "nothing was said of the new file"
        time.sleep(0.02)


class TestModelsMadeByRequest:
    """As the users of other servers type it, and then by the SDKs that they use."""

    def test_live_until_they_are_removed(self, ollama, vendor, tmp_path):
        kept = tmp_path / "remotes.json"
        settings = {
            "OLLAMA_REMOTES": vendor.url.removeprefix("http://"),
            "REMOTE_MODELS_KEY": "admin",
            "REMOTE_MODELS_FILE": str(kept),
            "PROXY_API_KEYS": "sk-client",
            "LOG_LEVEL": "debug",
        }
        body = {
            "model": "remote",
            "from": "text",
            "remote_host": f"{vendor.url}/v1",
            "remote_type": "openai",
            "remote_api_key": KEY,
        }
        server, url = harness.start_proxy(tmp_path, ollama.url, **settings)
        try:
            assert administer("POST", f"{url}/api/create", body, "sk-client").status_code == 401
            made = administer("POST", f"{url}/api/create", body)
            assert made.headers["content-type"] == "application/x-ndjson" and made.json() == {"status": "success"}
            self.chat(url)
            assert administer("POST", f"{url}/api/create", {**body, "model": "text"}).status_code == 409
        finally:
            assert server.stop() == 0
        assert kept.stat().st_mode & 0o777 == 0o600

        server, url = harness.start_proxy(tmp_path, ollama.url, **settings)
        try:
            self.chat(url)
            # Without a models file it changes nothing, and the made ones stay.
            os.kill(server.process.pid, signal.SIGHUP)
            self.chat(url)
            assert administer("DELETE", f"{url}/api/delete", {"model": "remote"}).status_code == 200
            with pytest.raises(ollama_sdk.ResponseError, match="not found"):
                ollama_sdk.Client(host=url, headers=CLIENT).chat("remote", USER)
            assert KEY not in server.log.read_text()
        finally:
            assert server.stop() == 0

    def chat(self, url):
        with openai.OpenAI(base_url=f"{url}/v1", api_key="sk-client", max_retries=0, timeout=20) as client:
            assert ask(client, "remote").choices[0].message.content == TEXT
            assert client.responses.create(model="remote", input="Hello").output_text == TEXT
            assert "remote" in [model.id for model in client.models.list()]
        sdk = ollama_sdk.Client(host=url, headers=CLIENT)
        assert sdk.chat("remote:latest", USER).message.content == TEXT
        assert "remote" in [model.model for model in sdk.list().models]
        assert "tools" in sdk.show("remote").capabilities


CLIENT = {"Authorization": "Bearer sk-client"}


def administer(method, url, body, key="admin"):
    return httpx.request(method, url, json=body, headers={"Authorization": f"Bearer {key}"}, timeout=20, trust_env=False)


def test_ollamas_own_v1_is_spoken_to_like_a_vendor(vendor, tmp_path):
    """`OLLAMA_API_MODE=openai`"""
    server, url = harness.start_proxy(tmp_path, vendor.url, OLLAMA_API_MODE="openai", OLLAMA_API_KEY=KEY)
    harness.forget_start(vendor)
    try:
        with openai.OpenAI(base_url=f"{url}/v1", api_key="sk-client", max_retries=0, timeout=20) as client:
            assert ask(client, "text").choices[0].message.content == TEXT
            [call] = ask(client, "glm-5:cloud", tools=[TOOL]).choices[0].message.tool_calls
            assert json.loads(call.function.arguments)["command"] == COMMAND
            assert {request.path for request in vendor.requests} == {"/v1/chat/completions"}
            assert "text" in [model.id for model in client.models.list()]
    finally:
        assert server.stop() == 0
