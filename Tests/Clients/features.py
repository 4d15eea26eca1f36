"""What works at each of the four client APIs with each of the two upstreams: a check for every cell, and the table of them.

Run as a program it prints the table in Markdown; a cell that fails says so, and the exit status is 1.
"""

import json
import sys
import tempfile
import traceback
from pathlib import Path

import harness
from client_apis import BASH_SCHEMA, CLIENT_APIS, IMAGE, City, Failure, OllamasOwn
from scripted_ollama import COMMAND, REASONING, SCRIPTS, TEXT, ScriptedOllama
from scripted_vendor import KEY, ScriptedVendor

CALL = ("Bash", {"command": COMMAND, "description": "Say something"})
COMMANDS = ["echo one-$((1 + 1))", "echo two-$((2 + 2))"]
THINK_MODELS = "glm-5*,thinking"
# Of Ollama's clients with Ollama itself, where nothing is translated.
AS_IT_COMES = "as Ollama has it"


class Upstream:
    """One of the two: how the proxy's clients name a script of it, and what it was asked."""

    def __init__(self, scripted):
        self.scripted = scripted

    def model(self, script):
        return self.prefix + script

    def last(self, script):
        return self.scripted.chats(script)[-1]


class OllamaUpstream(Upstream):
    name = "Ollama"
    prefix = ""

    @staticmethod
    def schema(body):
        return body["format"]

    @staticmethod
    def images(message):
        return message["images"]

    @staticmethod
    def results(body):
        return [message["content"] for message in body["messages"] if message["role"] == "tool"]


class VendorUpstream(Upstream):
    name = "vendor"
    prefix = "vendor-"

    @staticmethod
    def schema(body):
        assert body["response_format"]["type"] == "json_schema"
        return body["response_format"]["json_schema"]["schema"]

    @staticmethod
    def images(message):
        urls = [part["image_url"]["url"] for part in message["content"] if part["type"] == "image_url"]
        assert all(url.startswith("data:image/png;base64,") for url in urls)
        return [url.partition(",")[2] for url in urls]

    @staticmethod
    def results(body):
        """Vendors insist on this order, and on ids that belong together."""
        told, asked = [], []
        for message in body["messages"]:
            if message["role"] == "tool":
                told.append(message["content"])
                assert message["tool_call_id"] == asked.pop(0)
            else:
                assert not asked
                asked = [call["id"] for call in message.get("tool_calls", [])]
        return told


def models_file(folder, vendor, scripts):
    """A name for every script at the vendor, and one on each side whose reasoning is let through."""
    models = {f"vendor-{name}": {"upstream": "vendor", "model": name} for name in scripts}
    aloud = {"model": "thinking", "think": True, "reasoning": "pass"}
    models["vendor-aloud"] = {"upstream": "vendor", **aloud}
    models["vendor-thoughtful"] = {"upstream": "vendor", "model": "glm-5:cloud", "think": True}
    models["aloud"] = {"upstream": "ollama", **aloud}
    key = folder / "vendor.key"
    key.write_text(KEY + "\n")
    file = folder / "models.json"
    upstream = {"base_url": f"{vendor.url}/v1", "api_key_file": str(key), "headers": {"X-Team": "agents"}}
    file.write_text(json.dumps({"upstreams": {"vendor": upstream}, "models": models}))
    return file


def start_proxy(folder, ollama, vendor):
    file = models_file(folder, vendor, vendor.scripts)
    return harness.start_proxy(folder, ollama.url, THINK_MODELS=THINK_MODELS, MODELS_FILE=str(file), SSE_KEEPALIVE_SECONDS="1")


# MARK: The checks. They raise what is wrong, and return what is worth a word in the table.


def text_whole(client_api, upstream):
    reply = client_api.ask(upstream.model("text"))
    assert (reply.text, reply.calls) == (TEXT, [])
    assert reply.reason in ("stop", "completed", "end_turn")


def text_streamed(client_api, upstream):
    reply = client_api.stream(upstream.model("text"))
    assert reply.text == "".join(reply.pieces) == TEXT
    assert len(reply.pieces) > 1


def check_call(client_api, reply):
    [(id, *call)] = reply.calls
    assert tuple(call) == CALL and reply.text == ""
    assert reply.reason == client_api.called
    return id


def call_whole(client_api, upstream):
    check_call(client_api, client_api.ask(upstream.model("glm-5:cloud"), tools=BASH_SCHEMA))


def call_streamed(client_api, upstream):
    check_call(client_api, client_api.stream(upstream.model("glm-5:cloud"), tools=BASH_SCHEMA))


def result_used(client_api, upstream):
    model = upstream.model("glm-5:cloud")
    for ask in (client_api.ask, client_api.stream):
        first = ask(model, tools=BASH_SCHEMA)
        second = ask(model, tools=BASH_SCHEMA, turns=client_api.turns(first, ["done it"]))
        assert (second.text, second.calls) == ("The tools said: done it", [])
        body = upstream.last("glm-5:cloud").json
        assert upstream.results(body) == ["done it"]
        [call] = next(message["tool_calls"] for message in body["messages"] if message["role"] == "assistant")
        assert call["function"]["name"] == "Bash"


def parallel_calls(client_api, upstream):
    for script in ("parallel-line", "parallel-lines"):
        model = upstream.model(script)
        first = client_api.stream(model, tools=BASH_SCHEMA)
        assert [arguments["command"] for _, _, arguments in first.calls] == COMMANDS
        assert isinstance(client_api, OllamasOwn) or len({id for id, _, _ in first.calls}) == 2
        second = client_api.stream(model, tools=BASH_SCHEMA, turns=client_api.turns(first, ["two", "four"]))
        assert second.text == "The tools said: two | four"
        assert upstream.results(upstream.last(script).json) == ["two", "four"]


def image(client_api, upstream):
    assert client_api.ask(upstream.model("text"), image=True).text == TEXT
    [message] = upstream.last("text").json["messages"]
    assert upstream.images(message) == [IMAGE]


def structured_output(client_api, upstream):
    assert client_api.parse(upstream.model("structured")) == City(city="Köln", people=1087353)
    schema = upstream.schema(upstream.last("structured").json)
    assert set(schema["properties"]) == set(schema["required"]) == {"city", "people"}


def reasoning_kept_out(client_api, upstream):
    replies = [ask(upstream.model("thinking")) for ask in (client_api.ask, client_api.stream)]
    assert [reply.text for reply in replies] == ["Paris"] * 2
    if passes_through(client_api, upstream):
        assert all(REASONING in reply.thinking for reply in replies)
        return AS_IT_COMES
    assert not any(reply.thinking or REASONING in reply.shown for reply in replies)


def reasoning_let_through(client_api, upstream):
    as_it_comes = passes_through(client_api, upstream)
    model = upstream.model("thinking" if as_it_comes else "aloud")
    replies = [ask(model) for ask in (client_api.ask, client_api.stream)]
    assert [reply.text for reply in replies] == ["Paris"] * 2
    assert all(REASONING in reply.thinking for reply in replies)
    return AS_IT_COMES if as_it_comes else None


def usage(client_api, upstream):
    replies = [ask(upstream.model("text")) for ask in (client_api.ask, client_api.stream)]
    assert [reply.usage for reply in replies] == [(11, 7)] * 2


def error_before(client_api, upstream):
    for status, words in ((404, "model 'status-404' not found"), (429, "hourly usage limit")):
        for ask in (client_api.ask, client_api.stream):
            failure = failure_of(ask, upstream.model(f"status-{status}"))
            assert failure.status == status and words in failure.words


def error_within(client_api, upstream):
    assert "llama runner process has terminated" in failure_of(client_api.stream, upstream.model("error-line")).words
    if passes_through(client_api, upstream):
        return AS_IT_COMES
    for script in ("no-done", "cut"):
        failure_of(client_api.stream, upstream.model(script))


def client_leaves(client_api, upstream):
    requests = []

    def beginning():
        requests.append(upstream.last("endless"))
        assert not requests[0].hung_up.is_set()

    client_api.leave(upstream.model("endless"), beginning)
    assert requests[0].hung_up.wait(2), "the upstream went on generating for nobody"


def failure_of(ask, model):
    try:
        reply = ask(model)
    except Failure as failure:
        return failure
    raise AssertionError(f"no error but {reply}")


def passes_through(client_api, upstream):
    return isinstance(client_api, OllamasOwn) and isinstance(upstream, OllamaUpstream)


FEATURES = {
    "text, whole": text_whole,
    "text, streamed": text_streamed,
    "tool call, whole": call_whole,
    "tool call, streamed": call_streamed,
    "tool result is used": result_used,
    "parallel calls": parallel_calls,
    "image": image,
    "structured output": structured_output,
    "reasoning kept out": reasoning_kept_out,
    "reasoning let through": reasoning_let_through,
    "usage": usage,
    "error before the stream": error_before,
    "error within the stream": error_within,
    "client leaves, upstream stops": client_leaves,
}


# MARK: The table


COLUMNS = [(client_api, upstream) for client_api in CLIENT_APIS for upstream in (OllamaUpstream, VendorUpstream)]


def table(verdict):
    """`verdict(feature, client_api, upstream)` is what a cell says."""
    rows = [
        ["", *(f"{client_api.name} → {upstream.name}" for client_api, upstream in COLUMNS)],
        ["---"] * (len(COLUMNS) + 1),
        *([feature, *(verdict(feature, *column) for column in COLUMNS)] for feature in FEATURES),
    ]
    return "".join("| " + " | ".join(row).strip() + " |\n" for row in rows)


class Verdicts:
    """What the cells say when all is well, each looked into once."""

    def __init__(self, url, ollama, vendor):
        self.client_apis = {client_api: client_api(url) for client_api in CLIENT_APIS}
        self.upstreams = {OllamaUpstream: OllamaUpstream(ollama), VendorUpstream: VendorUpstream(vendor)}
        self.known = {}

    def __call__(self, feature, client_api, upstream):
        cell = feature, client_api, upstream
        if cell not in self.known:
            self.known[cell] = FEATURES[feature](self.client_apis[client_api], self.upstreams[upstream]) or "yes"
        return self.known[cell]


def main():
    failures = []

    def attempt(*cell):
        try:
            return verdicts(*cell)
        except Exception as error:
            failures.append(error)
            traceback.print_exception(error, file=sys.stderr)
            return f"no: {type(error).__name__}"

    with tempfile.TemporaryDirectory() as scratch, ScriptedOllama() as ollama, ScriptedVendor() as vendor:
        proxy, url = start_proxy(Path(scratch), ollama, vendor)
        try:
            verdicts = Verdicts(url, ollama, vendor)
            print(table(attempt), end="")
        finally:
            proxy.kill()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
