"""LiteLLM with the example file and the variables of the compose file's stack."""

import httpx
import pytest
import yaml

import harness
from test_litellm import USER

ORIGIN = "http://127.0.0.1:4001"
MODEL = "glm-5:cloud"


@pytest.fixture(scope="module")
def stack(scripted, servers, tmp_path_factory):
    """LiteLLM before a proxy that wants a key; in the shell lies one for OpenAI that is nobody's business."""
    folder = tmp_path_factory.mktemp("stack")
    proxy, proxy_url = harness.start_proxy(folder, scripted.url, PROXY_API_KEYS="first,second", THINK_MODELS="glm-5*")
    servers.append(proxy)
    service = yaml.safe_load((harness.REPOSITORY / "docker-compose.yml").read_text())["services"]["litellm"]
    variables = {
        "LITELLM_MASTER_KEY": harness.MASTER_KEY,
        "LITELLM_CORS_ORIGINS": service["environment"]["LITELLM_CORS_ORIGINS"],
        "PROXY_BASE_URL": f"{proxy_url}/v1",
        "OLLAMA_OPENAI_BASE_URL": f"{scripted.url}/v1",
        "PROXY_KEY": "first",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }
    port = harness.free_port()
    example = str(harness.REPOSITORY / "litellm_config.example.yaml")
    command = [harness.litellm_binary(), "--config", example, "--host", "127.0.0.1", "--port", str(port), "--telemetry", "False"]
    url = f"http://127.0.0.1:{port}"
    environment = harness.environment(folder, **variables)
    server = harness.Server(command, f"{url}/health/liveliness", folder / "litellm.log", environment, seconds=90)
    servers.append(server)
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as client:
        yield client
    server.kill()
    assert proxy.stop() == 0


def test_the_proxys_key_reaches_it(stack):
    headers = {"Authorization": f"Bearer {harness.MASTER_KEY}"}
    reply = stack.post("/v1/chat/completions", json={"model": MODEL, "messages": [USER]}, headers=headers)
    assert reply.status_code == 200, reply.text
    # 401, or 500 where the package is not there with which LiteLLM looks for the reason.
    assert stack.post("/v1/chat/completions", json={"model": MODEL, "messages": [USER]}).is_error


def test_no_other_web_page_may_ask(stack):
    fields = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    own = stack.options("/v1/chat/completions", headers={"Origin": ORIGIN, **fields})
    assert own.headers["access-control-allow-origin"] == ORIGIN
    other = stack.options("/v1/chat/completions", headers={"Origin": "http://evil.example", **fields})
    assert "access-control-allow-origin" not in other.headers
    plain = stack.get("/health/liveliness", headers={"Origin": "http://evil.example"})
    assert "access-control-allow-origin" not in plain.headers


def test_a_key_for_openai_stays_here():
    """Where no PROXY_KEY is set, LiteLLM would take OPENAI_API_KEY from the shell."""
    example = yaml.safe_load((harness.REPOSITORY / "litellm_config.example.yaml").read_text())
    assert example["environment_variables"]["OPENAI_API_KEY"] == "unused"
