"""The servers every test talks to, started once, and the clients made for one test."""

import os

import openai
import pytest

import codex
import features
import harness
import misbehaviours
import situations
from scripted_ollama import SCRIPTS, ScriptedOllama
from scripted_vendor import ScriptedVendor

# The clients inside this process must reach loopback whatever the machine's proxies are.
os.environ.update(NO_PROXY="127.0.0.1", no_proxy="127.0.0.1")

ALL_SCRIPTS = SCRIPTS | misbehaviours.SCRIPTS | codex.SCRIPTS | situations.SCRIPTS


@pytest.fixture(scope="session")
def scripted():
    with ScriptedOllama(ALL_SCRIPTS) as ollama:
        yield ollama


@pytest.fixture
def ollama(scripted):
    """The scripted Ollama, with the requests of earlier tests forgotten."""
    scripted.requests.clear()
    return scripted


@pytest.fixture(scope="session")
def scripted_vendor():
    with ScriptedVendor(ALL_SCRIPTS) as vendor:
        yield vendor


@pytest.fixture
def vendor(scripted_vendor):
    """The scripted vendor, with the requests of earlier tests forgotten."""
    scripted_vendor.requests.clear()
    return scripted_vendor


@pytest.fixture(scope="session")
def servers():
    """Every server of the session, so that a failing test can show their logs."""
    return []


@pytest.fixture(scope="session")
def proxy_url(scripted, servers, tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxy")
    server, url = harness.start_proxy(folder, scripted.url, THINK_MODELS=features.THINK_MODELS)
    servers.append(server)
    yield url
    assert server.stop() == 0, "SIGTERM is the ordinary end"


@pytest.fixture(scope="session")
def client_apis(scripted, scripted_vendor, servers, tmp_path_factory):
    """A proxy before both upstreams, as its process and its address: the vendor's models have a prefix."""
    server, url = features.start_proxy(tmp_path_factory.mktemp("client_apis"), scripted, scripted_vendor)
    servers.append(server)
    yield server, url
    assert server.stop() == 0


@pytest.fixture(scope="session")
def client_apis_url(client_apis):
    return client_apis[1]


@pytest.fixture(scope="session")
def litellm_url(proxy_url, scripted, servers, tmp_path_factory):
    server, url = harness.start_litellm(tmp_path_factory.mktemp("litellm"), proxy_url, scripted.url, scripted.scripts)
    servers.append(server)
    yield url
    server.kill()


@pytest.fixture(scope="session")
def plain_litellm_url(client_apis_url, servers, tmp_path_factory):
    """LiteLLM without any special setting, before both upstreams."""
    models = {f"{prefix}{name}": name == "glm-5:cloud" for prefix in ("", "vendor-") for name in SCRIPTS | situations.SCRIPTS}
    server, url = harness.start_plain_litellm(tmp_path_factory.mktemp("plain-litellm"), client_apis_url, models)
    servers.append(server)
    yield url
    server.kill()


@pytest.fixture
def client(proxy_url):
    """The OpenAI SDK, straight at the proxy."""
    with openai.OpenAI(base_url=f"{proxy_url}/v1", api_key="sk-client", max_retries=0, timeout=20) as client:
        yield client


@pytest.fixture
def claude(litellm_url, tmp_path):
    """Runs Claude Code against LiteLLM: `claude(model, prompt)`."""
    return lambda model, prompt: harness.run_claude(tmp_path, litellm_url, model, prompt)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for server in item.funcargs.get("servers", []):
            report.sections.append((f"end of {server.log.name}", server.tail()))
