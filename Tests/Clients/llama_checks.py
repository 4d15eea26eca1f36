"""The four client APIs before a server that nobody here wrote: llama-cpp-python's, with a tiny model that says random things.

Arguments: the Python that has the server, and the model. What is said cannot be known, but its form can.
"""

import json
import sys
import tempfile
from pathlib import Path

import httpx
import ollama
import openai

import harness
from client_apis import CLIENT_APIS, Failure

# A grammar holds the model to it, and it cannot talk for long.
SCHEMA = {
    "type": "object",
    "properties": {"loud": {"type": "boolean"}, "color": {"type": "string", "enum": ["red", "green"]}},
    "required": ["loud", "color"],
    "additionalProperties": False,
}
FORCED = {"type": "function", "function": {"name": "Bash"}}
# The random text ends at the first of this letter, some fifty tokens on.
TALK = {"max_tokens": 500, "temperature": 0.5, "seed": 1, "stop": ["a"]}


def main(python, model):
    failures = 0
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        servers = []
        try:
            llama, llama_url = start_llama(scratch, python, model)
            servers.append(llama)
            # Ollama is not there: its port is closed.
            file = models_file(scratch, llama_url)
            proxy, url = harness.start_proxy(scratch, "http://127.0.0.1:9", MODELS_FILE=str(file))
            servers.append(proxy)
            for name, check in checks(url):
                try:
                    check()
                    print(f"ok    {name}", flush=True)
                except Exception as error:
                    failures += 1
                    print(f"FAIL  {name}: {type(error).__name__}: {error}", flush=True)
            if failures:
                print(*(server.tail() for server in servers), sep="\n", file=sys.stderr)
        finally:
            for server in servers:
                server.kill()
    return 1 if failures else 0


def start_llama(folder, python, model):
    port = harness.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [python, "-m", "llama_cpp.server", "--model", model, "--model_alias", "tiny", "--n_ctx", "4096"]
    command += ["--n_threads", "1", "--chat_format", "chatml-function-calling"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    env = harness.environment(folder)
    return harness.Server(command, f"{url}/v1/models", folder / "llama.log", env, seconds=60), url


def models_file(folder, llama_url):
    """`caller` always calls the tool, also where the client cannot ask for it; what `mistaken` asks is refused."""
    alias = {"upstream": "llama", "model": "tiny"}
    models = {
        "tiny": {"upstream": "llama"},
        "talker": {**alias, "options": TALK},
        "caller": {**alias, "extra_body": {"tool_choice": FORCED}},
        "mistaken": {**alias, "extra_body": {"logit_bias_type": "nonsense"}},
    }
    file = folder / "models.json"
    upstreams = {"llama": {"base_url": f"{llama_url}/v1", "auth": "none"}}
    file.write_text(json.dumps({"upstreams": upstreams, "models": models}))
    return file


def checks(url):
    for client_api in (make(url) for make in CLIENT_APIS):
        for check in (text, stream, forced_call, refusal, overflow):
            yield f"{client_api.name}: {check.__doc__}", lambda check=check, client_api=client_api: check(client_api)
    yield "OpenAI's and Ollama's lists have the models", lambda: lists(url)
    yield "its circuit is closed", lambda: ready(url)


def text(client_api):
    """text"""
    reply = client_api.ask("talker")
    assert reply.text and reply.calls == []
    assert reply.reason in ("stop", "completed", "end_turn")


def stream(client_api):
    """text, streamed"""
    reply = client_api.stream("talker")
    assert reply.text == "".join(reply.pieces) and len(reply.pieces) > 1


def forced_call(client_api):
    """a call that must be, whole and streamed, with arguments of the schema"""
    for ask in (client_api.ask, client_api.stream):
        reply = ask("tiny" if client_api.forced else "caller", tools=SCHEMA, **client_api.forced)
        [(_, name, arguments)] = reply.calls
        assert name == "Bash" and set(arguments) == {"loud", "color"}
        assert isinstance(arguments["loud"], bool) and arguments["color"] in ("red", "green")
        assert reply.reason == client_api.called


def refusal(client_api):
    """what the server refuses is an error in its words"""
    failure = failure_of(client_api, "mistaken")
    assert failure.status == 500 and "logit_bias_type" in failure.words, failure


def overflow(client_api):
    """a prompt that does not fit, to which this server streams nothing at all, is an error"""
    failure = failure_of(client_api, "tiny", text="word " * 5000)
    assert failure.status == 502 and "before it was complete" in failure.words, failure


def failure_of(client_api, model, **more):
    try:
        reply = client_api.ask(model, **more)
    except Failure as failure:
        return failure
    raise AssertionError(f"no error but {reply.text!r}")


def lists(url):
    names = ["tiny", "talker", "caller", "mistaken"]
    with openai.OpenAI(base_url=f"{url}/v1", api_key="unused", max_retries=0) as client:
        assert [model.id for model in client.models.list()] == names
    assert [model.model for model in ollama.Client(host=url).list().models] == names


def ready(url):
    circuits = httpx.get(f"{url}/ready", trust_env=False).json()["vendor_circuits"]
    assert circuits == {"llama": "closed"}


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
