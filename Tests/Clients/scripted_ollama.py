"""A stand-in for Ollama that plays scripts over its native API, and keeps every request for the tests to look at.

The model's name picks the script, of `SCRIPTS` or those it is given. A script is a generator over the steps of a reply:

    dict, bytes   one NDJSON line
    float         a pause in seconds; a client that hangs up meanwhile ends the script
    Refusal       an HTTP error instead of a stream (first step only)
    CUT           the connection is closed without the end of the chunked body
"""

import json
import secrets
import select
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Every script that thinks uses this word; it must never reach a client.
REASONING = "pssst-reasoning"
# The agent's command: what it prints is not in its text, and differs from one working folder to the next.
COMMAND = 'echo "ran-$((6 * 7)) in ${PWD##*/}"'
TEXT = "Grüße aus Köln 👩‍👩‍👧 – <b>&</b>"
# Arguments as a client must get them: key order, number text and escapes are the model's.
RAW_ARGUMENTS = (
    '{"z":1.0,"a":12345678901234567890,"t":"\\u003ca\\u003e Köln 👩‍👩‍👧",'
    '"n":null,"deep":{"y":[],"b":{}},"e":1E400}'
)
# 8 MB is what Ollama's own client takes in one line.
HUGE = 7_900_000
SLASHED = "hf.co/unsloth/GLM-4.7-GGUF:Q4_K_M"
EMBEDDING = [0.25, -0.5, 1.0]

CUT = object()


@dataclass
class Refusal:
    status: int
    error: str
    headers: dict = field(default_factory=dict)


def said(content="", **message):
    return {"message": {"role": "assistant", "content": content, **message}, "done": False}


def done(reason="stop", **message):
    counts = {"prompt_eval_count": 11, "eval_count": 7, "total_duration": 5, "eval_duration": 3}
    return {**said(**message), "done": True, "done_reason": reason, **counts}


def call(name, arguments, **more):
    return {"function": {"index": 0, "name": name, "arguments": arguments}, **more}


def words(text):
    return [word + " " for word in text.split()]


def tool_results(body):
    """The results that follow the last assistant message: what an agent is waiting to hear about."""
    results = []
    for message in reversed(body["messages"]):
        if message["role"] != "tool":
            break
        results.insert(0, message["content"].strip())
    return results


def text(body):
    yield said("Grüße aus ")
    yield said("Köln 👩‍")
    yield said("👩‍👧 – <b>&</b>")
    yield done()


def thinking(body):
    for word in words(f"hmm {REASONING} hmm"):
        yield said(thinking=word)
    yield said("Paris", thinking=REASONING)
    yield done()


def agent(*turn):
    """Thinks and calls tools, one line per element of `turn`; then answers with what the tools said."""

    def script(body):
        for word in words(f"now {REASONING} then"):
            yield said(thinking=word)
        if results := tool_results(body):
            yield said("The tools said: " + " | ".join(results))
        else:
            for calls in turn:
                yield said(tool_calls=calls)
        yield done()

    return script


def one(command, **more):
    return call("Bash", {"command": command, "description": "Say something"}, **more)


def turns_of(body):
    """What the model has said so far in this conversation."""
    return [message for message in body["messages"] if message["role"] == "assistant"]


def thought(number):
    return f"{REASONING} of turn {number}"


# What an agent does from turn to turn: some calls, what it says beside them, or what it says without any.
LONG_CONVERSATION = [
    [("Bash", {"command": "echo one"})],
    [("Read", {"file_path": "pixel.png"})],
    "Done.",
    [("Bash", {"command": "sleep 0.2; echo <two>"}), ("Bash", {"command": "echo three"}), ("Bash", {"command": "false"})],
    ["Let me write.  ", ("Write", {"file_path": "a.md", "content": "Köln\n\t\"b\" \\  \n\n"})],
    [("Read", {"limit": 5.0, "file_path": "a.md"})],
    # Claude Code gives it back with `replace_all`.
    [("Edit", {"file_path": "a.md", "old_string": "Köln", "new_string": "Bonn"})],
    "Done.\n",
    [("Grep", {"pattern": "Bonn", "path": "."}), ("Read", {"file_path": "missing.txt"})],
    [("NoSuchTool", {})],
    "\n\nAll\n\nof it is **done**.  ",
    [("Bash", {"command": "echo four", "description": "Say <something> & é"})],
    [("Bash", {"command": "echo five"})],
    "Done.",
]


def long_conversation(body):
    """A thought that is different in every turn; ids of Ollama's kind, of Kimi's, and none, in turn."""
    number = len(turns_of(body))
    if "detailed summary" in body["messages"][-1]["content"]:
        yield said("<analysis>Much.</analysis><summary>Much was done.</summary>", thinking=REASONING)
        return (yield done())
    for word in words(thought(number)):
        yield said(thinking=word)
    turn = LONG_CONVERSATION[number] if number < len(LONG_CONVERSATION) else "Done."
    for part in [turn] if isinstance(turn, str) else turn:
        if isinstance(part, str):
            yield from (said(part[:3]), said(part[3:]))
        else:
            id = ["call_" + secrets.token_hex(4), f"functions.{part[0]}:{number}", None][number % 3]
            yield said(tool_calls=[call(*part, **({"id": id} if id else {}))])
    yield done()


def raw_arguments(body):
    yield (
        '{"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"Bash","arguments":'
        + RAW_ARGUMENTS
        + '}}]},"done":false}'
    ).encode()
    yield done()


def structured(body):
    yield said('{"city":"Köln",')
    yield said('"people":1087353}')
    yield done()


def limited(body):
    yield said("As I was")
    yield done("length")


def counted(body):
    """Counts a token for every five bytes of the request's texts."""
    size = sum(len(message["content"]) for message in body["messages"])
    yield said("So many.")
    yield {**done(), "prompt_eval_count": size // 5}


def logprobs(body):
    other = {"token": "Ho", "logprob": -2.5, "bytes": [72, 111]}
    yield {**said("Hi"), "logprobs": [{"token": "Hi", "logprob": -0.125, "bytes": [72, 105], "top_logprobs": [other]}]}
    yield done()


def refusal(status, error, **headers):
    return lambda body: iter([Refusal(status, error, headers)])


def error_line(body):
    yield said("partial ")
    yield {"error": "llama runner process has terminated"}


def no_done(body):
    yield said("partial ")


def cut(body):
    yield said("partial ")
    yield CUT


def huge(body):
    yield said("x" * HUGE)
    yield done()


def endless(body):
    while True:
        yield said("tick ")
        yield 0.05


def slow(body):
    """Pauses that keep-alives fill, before the first word and after it."""
    yield 2.5
    yield said("Slowly ")
    yield 2.5
    yield said("done.")
    yield done()


def silent(body):
    yield 60.0


SCRIPTS = {
    "glm-5:cloud": agent([one(COMMAND, id="call_a1b2c3d4")]),
    "text": text,
    "thinking": thinking,
    # Both on one line; ids as the upstream made them.
    "parallel-line": agent([one("echo one-$((1 + 1))", id="call_1"), one("echo two-$((2 + 2))", id="call_2")]),
    # A line each, as older servers send it: no ids, and index 0 for both.
    "parallel-lines": agent([one("echo one-$((1 + 1))")], [one("echo two-$((2 + 2))")]),
    "glm-5:long": long_conversation,
    "raw-arguments": raw_arguments,
    "structured": structured,
    "limited": limited,
    "counted": counted,
    "logprobs": logprobs,
    "status-404": refusal(404, "model 'status-404' not found"),
    "status-429": refusal(429, "you have reached your hourly usage limit", **{"Retry-After": "1"}),
    "status-500": refusal(500, "model runner has unexpectedly stopped"),
    "status-503": refusal(503, "server busy, please try again.  maximum pending requests exceeded"),
    "error-line": error_line,
    "no-done": no_done,
    "cut": cut,
    "huge": huge,
    "endless": endless,
    "slow": slow,
    "silent": silent,
}
MODELS = ["glm-5:cloud", "text", SLASHED]


@dataclass
class Request:
    method: str
    path: str
    headers: dict
    body: bytes
    # Counts accepted connections: two requests with the same number came over the same one.
    connection: int
    # Set when the client closed the connection before the script was over.
    hung_up: threading.Event = field(default_factory=threading.Event)

    @property
    def json(self):
        return json.loads(self.body)


class HungUp(Exception):
    pass


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stream_type = "application/x-ndjson"

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = self.server.scripted.count_connection()

    def log_message(self, *arguments):
        pass

    def keep(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body, self.number)
        self.server.scripted.requests.append(request)
        return request

    def reply(self, status, value, headers={}):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.keep()
        match self.path:
            case "/api/version":
                self.reply(200, {"version": "0.99.1"})
            case "/api/ps":
                self.reply(200, {"models": []})
            case "/api/tags":
                self.reply(200, {"models": [model(name) for name in MODELS]})
            case _:
                self.reply(404, {"error": "not found"})

    def do_POST(self):
        request = self.keep()
        match self.path:
            case "/api/chat":
                self.chat(request)
            case "/api/show":
                name = request.json["model"]
                if name in MODELS:
                    self.reply(200, {**model(name), "model_info": {}, "capabilities": ["completion", "tools"]})
                else:
                    self.reply(404, {"error": f"model '{name}' not found"})
            case "/api/generate":
                self.reply(200, {"model": request.json["model"], "response": "generated", "done": True})
            case "/api/embed":
                self.reply(200, {"model": request.json["model"], "embeddings": [EMBEDDING]})
            case "/v1/embeddings":
                self.reply(200, EMBEDDINGS_REPLY)
            case _:
                self.reply(404, {"error": "not found"})

    def chat(self, request):
        body = request.json
        if body["model"] not in self.server.scripted.scripts:
            return self.refuse(Refusal(404, f"model '{body['model']}' not found"))
        script = self.server.scripted.scripts[body["model"]](body)
        try:
            self.play(script if body.get("stream", True) else folded(script))
        except (HungUp, ConnectionError):
            request.hung_up.set()
            self.close_connection = True

    def play(self, script):
        open = False
        for step in script:
            if isinstance(step, float):
                self.pause(step)
                continue
            if isinstance(step, Refusal):
                return self.refuse(step)
            if not open:
                open = True
                self.send_response(200)
                self.send_header("Content-Type", self.stream_type)
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
            if step is CUT:
                self.close_connection = True
                return
            self.chunk(step if isinstance(step, bytes) else encoded(step))
        self.wfile.write(b"0\r\n\r\n")

    def refuse(self, refusal):
        self.reply(refusal.status, {"error": refusal.error}, refusal.headers)

    def chunk(self, line):
        self.wfile.write(b"%x\r\n%s\n\r\n" % (len(line) + 1, line))

    def pause(self, seconds):
        readable, _, _ = select.select([self.connection], [], [], seconds)
        if readable and not self.connection.recv(1, socket.MSG_PEEK):
            raise HungUp


def folded(script):
    """The same in one line, as Ollama answers a request that does not stream."""
    whole = {}
    for step in script:
        line = json.loads(step) if isinstance(step, bytes) else step
        if not isinstance(line, dict):
            yield line
            continue
        if "error" in line:
            yield Refusal(500, line["error"])
            return
        for key, value in line["message"].items():
            whole[key] = whole[key] + value if key in whole and key != "role" else value
        if line["done"]:
            yield {**line, "message": whole}


def encoded(line):
    stamped = {"model": "upstream-says-so", "created_at": "2026-08-01T10:00:00.123456789Z", **line}
    # As Go writes it: raw UTF-8, but these three escaped.
    text = json.dumps(stamped, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode()


def model(name):
    return {"name": name, "model": name, "modified_at": "2026-07-01T12:00:00.5+02:00", "size": 1, "details": {}}


# Spaced oddly on purpose: what is passed through must come out byte for byte.
EMBEDDINGS_REPLY = (
    '{ "object":"list", "data" : [{"object":"embedding","index":0,"embedding":%s}],\n'
    '  "model":"embedder","usage":{"prompt_tokens":2,"total_tokens":2}}' % json.dumps(EMBEDDING)
).encode()


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        # A connection reset between two requests is a client's right; anything else is a mistake here and is shown.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, address)


class ScriptedOllama:
    """Serves on a free loopback port while used as a context."""

    handler = Handler
    chat_path = "/api/chat"

    def __init__(self, scripts=SCRIPTS):
        self.scripts = scripts
        self.requests = []
        self.connections = 0
        self.lock = threading.Lock()
        self.server = Server(("127.0.0.1", 0), self.handler)
        self.server.scripted = self
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *error):
        self.server.shutdown()
        self.server.server_close()

    def count_connection(self):
        with self.lock:
            self.connections += 1
            return self.connections

    def chats(self, model):
        """The chat requests for this model, in the order they came."""
        return [r for r in list(self.requests) if r.path == self.chat_path and r.json["model"] == model]

    def wait_for_chat(self, model, seconds=5.0):
        deadline = time.monotonic() + seconds
        while not (chats := self.chats(model)):
            assert time.monotonic() < deadline, f"no request for {model} within {seconds} s"
            time.sleep(0.01)
        return chats[-1]
