"""Agent frameworks with the settings that people give them, before a scripted Ollama; and the README's table of them.

Run as a program it prints the table in Markdown; where one fails its row says so, and the exit status is 1.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import harness
from scripted_ollama import REASONING, ScriptedOllama, call, done, said

MODEL = "glm-5:cloud"
URL = "http://127.0.0.1:4000"
SECONDS = 120
# The model writes a text where a number belongs; a tool that got it so would not be able to count.
CALLED = {"city": "Köln", "days": "3"}
FORECAST = "Sun for 4 days in Köln"
# The file that aider is asked for, in the form that it wants from models that it does not know.
EDIT = f"weather.txt\n```\n{FORECAST}\n```\n"


def weather(body):
    """Thinks, then calls whatever tells the weather, and says what that said; without tools it writes a file."""
    tools = [tool["function"]["name"] for tool in body.get("tools", [])]
    told = FORECAST in json.dumps(body["messages"], ensure_ascii=False)
    yield said(thinking=REASONING)
    if not tools:
        yield said(EDIT)
    elif told and "final_answer" in tools:
        yield said(tool_calls=[call("final_answer", {"answer": FORECAST}, id="call_2")])
    elif told:
        yield said(f"They say: {FORECAST}")
    else:
        yield said(tool_calls=[call(tools[0], CALLED, id="call_1")])
    yield done()


# MARK: The clients


@dataclass(frozen=True)
class Pinned:
    """A client that the gate runs: `seen` says what its tests hold."""

    name: str
    package: str
    path: str
    seen: str
    settings: tuple

    @property
    def version(self):
        return version(self.package)


class ClaudeCode(Pinned):
    @property
    def version(self):
        told = subprocess.run([harness.claude_binary(), "--version"], capture_output=True, text=True, check=True).stdout
        return told.split()[0]


@dataclass(frozen=True)
class Framework:
    """`settings` are the lines that a person needs, and are run as they stand, in the midst of `program`."""

    name: str
    package: str
    # The list of requirements that holds it, and its virtual environment.
    venv: str
    settings: tuple
    program: str
    task: str = "tool call"
    interpreter: str = "python"

    @property
    def version(self):
        pins = Path(__file__).with_name(f"{self.venv}.txt").read_text()
        return re.search(rf"^{self.package}(?:\[.*\])?==(.*)$", pins, re.MULTILINE)[1]


PINNED = [
    Pinned(
        "OpenAI SDK",
        "openai",
        "/v1/chat/completions, /v1/responses",
        "all that the table under [what it serves](#what-it-serves) says, streamed and whole",
        (f"export OPENAI_BASE_URL={URL}/v1", "export OPENAI_API_KEY=unused"),
    ),
    Pinned(
        "Anthropic SDK",
        "anthropic",
        "/v1/messages",
        "the same, and counted tokens",
        (f"export ANTHROPIC_BASE_URL={URL}", "export ANTHROPIC_API_KEY=unused"),
    ),
    Pinned(
        "Ollama SDK",
        "ollama",
        "/api/chat",
        "the same; Ollama's own models pass through unmended",
        (f"export OLLAMA_HOST={URL}", "# for tools an SDK of /v1 is better"),
    ),
    Pinned(
        "LiteLLM",
        "litellm",
        "/v1/chat/completions, /v1/responses",
        "text, calls and errors at its three client APIs, plain and with the example file",
        (f"model: openai/{MODEL}", f"api_base: {URL}/v1"),
    ),
    ClaudeCode(
        "Claude Code",
        "claude-agent-sdk",
        "/v1/messages, and both ways of LiteLLM",
        "tools, long conversations, compaction, images, PDFs, errors, 56 kinds of misbehaving models",
        (f"export ANTHROPIC_BASE_URL={URL} ANTHROPIC_AUTH_TOKEN=unused", f"claude --model {MODEL}"),
    ),
    Pinned(
        "Codex",
        "openai-codex-cli-bin",
        "/v1/responses",
        "tools, MCP, patches, sub-agents, resumed sessions, compaction",
        (f'base_url = "{URL}/v1"', 'wire_api = "responses"'),
    ),
]

TOOL = '''
def forecast(city: str, days: int) -> str:
    """Tells the weather.

    Args:
        city: where
        days: for how many
    """
    return f"Sun for {days + 1} days in {city}"

ASK = "What will the weather be?"
'''

FRAMEWORKS = [
    Framework(
        "Pydantic AI",
        "pydantic-ai-slim",
        "works_with_openai3",
        (
            f'provider = OpenAIProvider(base_url="{URL}/v1", api_key="unused")',
            f'model = OpenAIChatModel("{MODEL}", provider=provider)',
        ),
        """
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider
SETTINGS
print(Agent(model, tools=[forecast]).run_sync(ASK).output)
""",
    ),
    Framework(
        "OpenAI Agents",
        "openai-agents",
        "works_with_openai3",
        (
            f'set_default_openai_client(AsyncOpenAI(base_url="{URL}/v1", api_key="unused"))',
            "set_tracing_disabled(True)",
        ),
        f"""
from agents import Agent, Runner, function_tool, set_default_openai_client, set_tracing_disabled
from openai import AsyncOpenAI
SETTINGS
agent = Agent(name="Frog", model="{MODEL}", tools=[function_tool(forecast)])
print(Runner.run_sync(agent, ASK).final_output)
""",
    ),
    Framework(
        "LangChain",
        "langchain-openai",
        "works_with_openai3",
        (
            f'model = ChatOpenAI(model="{MODEL}", base_url="{URL}/v1", api_key="unused")',
            "# not ChatOllama: what it asks passes through unmended",
        ),
        """
from langchain.agents import create_agent
from langchain_openai import ChatOpenAI
SETTINGS
print(create_agent(model, [forecast]).invoke({"messages": [("user", ASK)]})["messages"][-1].content)
""",
    ),
    Framework(
        "LlamaIndex",
        "llama-index-llms-openai-like",
        "works_with_openai2",
        (
            f'model = OpenAILike(model="{MODEL}", api_base="{URL}/v1", api_key="unused",',
            "    context_window=128_000, is_chat_model=True, is_function_calling_model=True)",
        ),
        """
import asyncio
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.llms.openai_like import OpenAILike
SETTINGS
async def main():
    print(await FunctionAgent(llm=model, tools=[forecast]).run(ASK))
asyncio.run(main())
""",
    ),
    Framework(
        "smolagents",
        "smolagents",
        "works_with_openai3",
        (
            f'model = OpenAIModel("{MODEL}", api_base="{URL}/v1", api_key="unused")',
            "agent = ToolCallingAgent(tools=[tool(forecast)], model=model)",
        ),
        """
from smolagents import OpenAIModel, ToolCallingAgent, tool
SETTINGS
print(agent.run(ASK))
""",
    ),
    Framework(
        "Instructor",
        "instructor",
        "works_with_openai2",
        (
            f'client = instructor.from_openai(OpenAI(base_url="{URL}/v1", api_key="unused"))',
            f'ask = functools.partial(client.create, model="{MODEL}")',
        ),
        """
import functools
import instructor
from openai import OpenAI
from pydantic import BaseModel
class Forecast(BaseModel, strict=True):
    city: str
    days: int
SETTINGS
answer = ask(messages=[{"role": "user", "content": ASK}], response_model=Forecast)
print(forecast(answer.city, answer.days))
""",
        task="structured answer",
    ),
    Framework(
        "Agno",
        "agno",
        "works_with_openai3",
        (
            f'model = OpenAILike(id="{MODEL}", base_url="{URL}/v1", api_key="unused")',
            "agent = Agent(model=model, tools=[forecast], telemetry=False)",
        ),
        """
from agno.agent import Agent
from agno.models.openai.like import OpenAILike
SETTINGS
print(agent.run(ASK).content)
""",
    ),
    Framework(
        "Haystack",
        "haystack-ai",
        "works_with_openai3",
        (
            'key = Secret.from_token("unused")',
            f'model = OpenAIChatGenerator(model="{MODEL}", api_base_url="{URL}/v1", api_key=key)',
        ),
        """
from haystack.components.agents import Agent
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage
from haystack.tools import create_tool_from_function
from haystack.utils import Secret
SETTINGS
agent = Agent(chat_generator=model, tools=[create_tool_from_function(forecast)])
print(agent.run(messages=[ChatMessage.from_user(ASK)])["messages"][-1].text)
""",
    ),
    Framework(
        "CrewAI",
        "crewai",
        "works_with_crewai",
        (
            f'model = LLM(model="openai/{MODEL}", base_url="{URL}/v1", api_key="unused")',
            'agent = Agent(llm=model, tools=[tool(forecast)], role="Frog", goal="Weather", backstory="A ladder")',
        ),
        """
from crewai import LLM, Agent
from crewai.tools import tool
SETTINGS
print(agent.kickoff(ASK).raw)
""",
    ),
    Framework(
        "aider",
        "aider-chat",
        "works_with_aider",
        (f"export OPENAI_API_BASE={URL}/v1 OPENAI_API_KEY=unused", f"aider --model openai/{MODEL}"),
        """
touch weather.txt
SETTINGS --no-git --no-check-update --no-show-model-warnings --yes-always --message "Write the forecast" weather.txt
cat weather.txt
""",
        task="edit of a file",
        interpreter="bash",
    ),
]
# What they would tell or ask elsewhere.
QUIET = {"CREWAI_DISABLE_TELEMETRY": "true", "HAYSTACK_TELEMETRY_ENABLED": "False", "DO_NOT_TRACK": "1"}


# MARK: Running them


class Failed(Exception):
    pass


@dataclass(frozen=True)
class Stage:
    """The servers, and the folder of the frameworks' virtual environments."""

    scratch: Path
    proxy: harness.Server
    url: str
    venvs: Path

    def seen(self, framework):
        """What the proxy was asked for and how, after a run that went as it should."""
        start = self.proxy.log.stat().st_size
        self.run(framework)
        lines = self.proxy.log.read_bytes()[start:].decode()
        asked = set(re.findall(r"POST (\S+) .*? stream=(\w+) status=200 ", lines))
        if len(asked) != 1:
            raise Failed(f"the proxy's log is\n{lines}")
        [(path, stream)] = asked
        return path, f"{framework.task}, {'streamed' if stream == 'true' else 'whole'}"

    def run(self, framework):
        folder = self.scratch / framework.package
        folder.mkdir()
        written = framework.program.replace("SETTINGS", "\n".join(framework.settings)).replace(URL, self.url)
        file = folder / "program"
        file.write_text((TOOL if framework.interpreter == "python" else "set -e\n") + written)
        env = harness.environment(folder, **QUIET)
        env["PATH"] = f"{self.venvs / framework.venv / 'bin'}:{env['PATH']}"
        process = subprocess.Popen(
            [framework.interpreter, file.name],
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            output, errors = (stream.decode(errors="replace") for stream in process.communicate(timeout=SECONDS))
        finally:
            harness.kill_group(process)
        if process.returncode != 0 or FORECAST not in output.strip().rpartition("\n")[2]:
            raise Failed(f"exit status {process.returncode}\n{output}\n{errors}")
        if REASONING in output + errors:
            raise Failed(f"the thoughts of the model are in\n{output}\n{errors}")

    def why_missing(self, framework):
        """Why it could not be installed, in pip's own words; None where it was."""
        if (self.venvs / framework.venv / "installed").exists():
            return None
        log = self.venvs / f"{framework.venv}.log"
        errors = [line for line in log.read_text().splitlines() if line.startswith("ERROR:")] if log.exists() else []
        return errors[-1] if errors else "no word of pip's"


# MARK: The table


def row(client, path, seen):
    settings = "<br>".join(f"`{line.strip()}`" for line in client.settings)
    paths = re.sub(r"/[\w/]+", lambda path: f"`{path[0]}`", path)
    return f"| {client.name} | {client.version} | {paths} | {seen} | {settings} |"


HEAD = "| client | version | client API | seen | settings |\n| --- | --- | --- | --- | --- |"


def main(names):
    failed = False
    with tempfile.TemporaryDirectory() as scratch, ScriptedOllama({MODEL: weather}) as ollama:
        scratch = Path(scratch)
        proxy, url = harness.start_proxy(scratch, ollama.url, THINK_MODELS="glm-5*")
        stage = Stage(scratch, proxy, url, Path(os.environ["WORKS_WITH_VENVS"]))
        try:
            print(HEAD, flush=True)
            for client in PINNED:
                print(row(client, client.path, client.seen))
            for framework in FRAMEWORKS:
                if names and framework.name not in names:
                    continue
                if reason := stage.why_missing(framework):
                    path, seen = "–", f"not tried, it could not be installed: {reason}"
                else:
                    try:
                        path, seen = stage.seen(framework)
                    except Exception as error:
                        failed = True
                        traceback.print_exception(error, file=sys.stderr)
                        path, seen = "–", f"no: {type(error).__name__}"
                print(row(framework, path, seen), flush=True)
        finally:
            proxy.kill()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
