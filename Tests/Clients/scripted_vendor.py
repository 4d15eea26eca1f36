"""A stand-in for a vendor of OpenAI's chat completions: the scripts of the scripted Ollama, told as vendors would.

A step's text and thinking become deltas, its calls fragments of their arguments under a running index, its error a
frame without an end. Who shows no key is refused.
"""

import json

from scripted_ollama import CUT, EMBEDDING, SCRIPTS, Handler, HungUp, Refusal, ScriptedOllama

KEY = "sk-of-the-vendor"
# Of the prompt's 11 tokens and the reply's 7.
CACHED, REASONED = 4, 2
KINDS = {401: "authentication_error", 404: "invalid_request_error", 429: "rate_limit_error"}
CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
FRAGMENT = 7


class VendorHandler(Handler):
    stream_type = "text/event-stream"

    def do_GET(self):
        if self.path != "/v1/models":
            return super().do_GET()
        self.keep()
        self.reply(200, {"object": "list", "data": [{"id": name, "object": "model"} for name in SCRIPTS]})

    def do_POST(self):
        request = self.keep()
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return self.refuse(Refusal(401, "Incorrect API key provided"))
        match self.path:
            case "/v1/chat/completions":
                self.chat(request)
            case "/v1/embeddings":
                self.embeddings(request.json)
            case _:
                self.refuse(Refusal(404, "Unknown request URL"))

    def chat(self, request):
        body = request.json
        if body["model"] not in self.server.scripted.scripts:
            return self.refuse(Refusal(404, f"The model `{body['model']}` does not exist"))
        if not body.get("stream"):
            return self.refuse(Refusal(400, "Only streams are scripted"))
        try:
            self.play(frames(self.server.scripted.scripts[body["model"]](body), body))
        except (HungUp, ConnectionError):
            request.hung_up.set()
            self.close_connection = True

    def embeddings(self, body):
        """In reverse: only the index says which is whose."""
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = [
            {"object": "embedding", "index": index, "embedding": [value + index for value in EMBEDDING]}
            for index in reversed(range(len(texts)))
        ]
        usage = {"prompt_tokens": 2, "total_tokens": 2}
        self.reply(200, {"object": "list", "data": vectors, "model": body["model"], "usage": usage})

    def refuse(self, refusal):
        self.reply(refusal.status, {"error": error(refusal.status, refusal.error)}, refusal.headers)


def error(status, words):
    return {"message": words, "type": KINDS.get(status, "server_error"), "param": None, "code": CODES.get(status)}


def frames(script, body):
    """The steps of a script as server-sent events; pauses, refusals and cuts as they are."""
    wants_usage = body.get("stream_options", {}).get("include_usage")
    index, has_begun = 0, False
    for step in script:
        if isinstance(step, (float, Refusal)) or step is CUT:
            yield step
            continue
        line = json.loads(step) if isinstance(step, bytes) else step
        if "error" in line:
            yield data({"error": error(500, line["error"])})
            return
        if not has_begun:
            has_begun = True
            yield chunk({"role": "assistant", "content": ""})
        message = line["message"]
        if thought := message.get("thinking"):
            yield chunk({"reasoning_content": thought})
        if content := message.get("content"):
            yield chunk({"content": content}, **logprobs_of(line))
        calls = message.get("tool_calls", [])
        texts = [raw_arguments(step)] if isinstance(step, bytes) else [written(call) for call in calls]
        yield from fragments(calls, texts, index)
        index += len(calls)
        if line["done"]:
            is_call = index and line["done_reason"] == "stop"
            yield chunk({}, finish_reason="tool_calls" if is_call else line["done_reason"])
            if wants_usage:
                yield data({**HEAD, "choices": [], "usage": usage_of(line)})
            yield b"data: [DONE]\n"


def fragments(calls, texts, first):
    """The names, and then the arguments in small pieces, those of calls side by side by turns."""
    for index, call in enumerate(calls, first):
        function = {"name": call["function"]["name"], "arguments": ""}
        yield delta(index, function, id=call.get("id", f"vendor_{index}"), type="function")
    for at in range(0, max(map(len, texts), default=0), FRAGMENT):
        for index, text in enumerate(texts, first):
            if piece := text[at : at + FRAGMENT]:
                yield delta(index, {"arguments": piece})


def delta(index, function, **more):
    return chunk({"tool_calls": [{"index": index, **more, "function": function}]})


HEAD = {"id": "vendor-1", "object": "chat.completion.chunk", "created": 1, "model": "vendor-says-so"}


def chunk(delta, finish_reason=None, **more):
    return data({**HEAD, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason, **more}]})


def data(value):
    return b"data: %s\n" % json.dumps(value, ensure_ascii=False).encode()


def written(call):
    arguments = call["function"]["arguments"]
    if isinstance(arguments, str):
        return arguments
    return json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))


def raw_arguments(line):
    """The arguments of a line's only call, byte for byte."""
    text = line.decode()
    start = text.find('"arguments":') + len('"arguments":')
    return text[start : json.JSONDecoder().raw_decode(text, start)[1]]


def logprobs_of(line):
    return {"logprobs": {"content": line["logprobs"]}} if "logprobs" in line else {}


def usage_of(line):
    prompt, completion = line["prompt_eval_count"], line["eval_count"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": CACHED},
        "completion_tokens_details": {"reasoning_tokens": REASONED},
    }


class ScriptedVendor(ScriptedOllama):
    """Serves `/v1/` on a free loopback port while used as a context."""

    handler = VendorHandler
    chat_path = "/v1/chat/completions"
