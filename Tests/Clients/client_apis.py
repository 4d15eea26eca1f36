"""The four APIs that the proxy serves, each with the client made for it: the same questions, one kind of answer."""

import base64
import contextlib
import json
from dataclasses import dataclass, field

import anthropic
import ollama
import openai
import pydantic

BASH_SCHEMA = {
    "type": "object",
    "properties": {"command": {"type": "string"}, "description": {"type": "string"}},
    "required": ["command", "description"],
    "additionalProperties": False,
}
# One pixel.
IMAGE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
BASH = {"name": "Bash", "description": "Runs a command"}
SECONDS = 20


class City(pydantic.BaseModel):
    city: str
    people: int


@dataclass
class Reply:
    """What a client's program gets, whichever the API."""

    text: str = ""
    # (id, name, arguments)
    calls: list = field(default_factory=list)
    reason: str | None = None
    # Tokens of the prompt and of the reply.
    usage: tuple | None = None
    thinking: str = ""
    # The text as it came, piece by piece.
    pieces: list = field(default_factory=list)
    # Everything that was shown, as JSON.
    shown: str = ""
    # In the client's own types, for the next turn.
    turn: object = None


class Failure(Exception):
    """What went wrong, as the client's program learns it."""

    def __init__(self, status, words):
        super().__init__(words)
        self.status = status
        self.words = words


class ClientAPI:
    """What each of them has:

    name    of the API
    called  the reason of a reply that ends in calls
    forced  what else to ask for when the tool must be called; empty where this cannot be said
    ask     one question, one `Reply`; raises `Failure`. Options: `text`; `image`: True; `tools`: the schema of the one
            tool that is offered; `turns`: what follows the question; and members of the API's own
    stream  the same as a stream
    turns   a reply and the results of its calls as the next turns
    leave   reads the beginning of a stream, calls back, and goes away
    parse   the answer as the SDK's structured output
    """


class ChatCompletions(ClientAPI):
    name = "chat completions"
    called = "tool_calls"
    forced = {"tool_choice": {"type": "function", "function": {"name": "Bash"}}}

    def __init__(self, url):
        self.client = openai.OpenAI(base_url=f"{url}/v1", api_key="sk-client", max_retries=0, timeout=SECONDS)
        self.api = self.client.chat.completions

    def body(self, model, text="Hello", image=False, tools=None, turns=(), **more):
        content = text
        if image:
            url = {"url": f"data:image/png;base64,{IMAGE}"}
            content = [{"type": "text", "text": content}, {"type": "image_url", "image_url": url}]
        body = {"model": model, "messages": [{"role": "user", "content": content}, *turns], **more}
        if tools:
            function = {**BASH, "parameters": tools, "strict": True}
            body["tools"] = [{"type": "function", "function": function}]
        return body

    def turns(self, reply, results):
        tools = [
            {"role": "tool", "tool_call_id": id, "content": result} for (id, _, _), result in zip(reply.calls, results)
        ]
        return [reply.turn, *tools]

    def ask(self, model, **more):
        with self.failures():
            return self.reply(self.api.create(**self.body(model, **more)))

    def stream(self, model, **more):
        events = []
        options = {"include_usage": True}
        with self.failures(), self.api.stream(**self.body(model, **more), stream_options=options) as stream:
            for event in stream:
                events.append(event)
            reply = self.reply(stream.get_final_completion())
        reply.pieces = [event.delta for event in events if event.type == "content.delta"]
        reply.shown += "".join(event.chunk.model_dump_json(warnings=False) for event in events if event.type == "chunk")
        return reply

    def leave(self, model, beginning):
        with self.api.create(**self.body(model), stream=True) as stream:
            next(chunk for chunk in stream if chunk.choices[0].delta.content)
            beginning()

    def parse(self, model):
        return self.api.parse(**self.body(model), response_format=City).choices[0].message.parsed

    @staticmethod
    def reply(completion):
        choice = completion.choices[0]
        return Reply(
            text=choice.message.content or "",
            calls=[
                (call.id, call.function.name, json.loads(call.function.arguments))
                for call in choice.message.tool_calls or []
            ],
            reason=choice.finish_reason,
            usage=(completion.usage.prompt_tokens, completion.usage.completion_tokens),
            thinking=getattr(choice.message, "reasoning_content", None) or "",
            shown=completion.model_dump_json(warnings=False),
            turn=choice.message.model_dump(exclude_none=True, exclude={"parsed"}),
        )

    @staticmethod
    @contextlib.contextmanager
    def failures():
        try:
            yield
        except openai.APIStatusError as error:
            raise Failure(error.status_code, error.message) from error
        except openai.APIError as error:
            raise Failure(None, error.message) from error


class Responses(ClientAPI):
    name = "Responses"
    called = "completed"
    forced = {"tool_choice": {"type": "function", "name": "Bash"}}

    def __init__(self, url):
        self.client = openai.OpenAI(base_url=f"{url}/v1", api_key="sk-client", max_retries=0, timeout=SECONDS)
        self.api = self.client.responses

    def body(self, model, text="Hello", image=False, tools=None, turns=(), **more):
        content = [{"type": "input_text", "text": text}]
        if image:
            content.append(
                {"type": "input_image", "detail": "auto", "image_url": f"data:image/png;base64,{IMAGE}"}
            )
        body = {"model": model, "store": False, "input": [{"role": "user", "content": content}, *turns], **more}
        if tools:
            body["tools"] = [{"type": "function", **BASH, "parameters": tools, "strict": True}]
        return body

    def turns(self, reply, results):
        outputs = [
            {"type": "function_call_output", "call_id": id, "output": result}
            for (id, _, _), result in zip(reply.calls, results)
        ]
        return [*reply.turn, *outputs]

    def ask(self, model, **more):
        with ChatCompletions.failures():
            return self.reply(self.api.create(**self.body(model, **more)))

    def stream(self, model, **more):
        events = []
        with ChatCompletions.failures(), self.api.stream(**self.body(model, **more)) as stream:
            for event in stream:
                events.append(event)
                if event.type == "response.failed":
                    raise Failure(None, event.response.error.message)
            reply = self.reply(stream.get_final_response())
        assert [event.sequence_number for event in events] == list(range(len(events)))
        reply.pieces = [event.delta for event in events if event.type == "response.output_text.delta"]
        reply.shown += "".join(event.model_dump_json(warnings=False) for event in events)
        return reply

    def leave(self, model, beginning):
        with self.api.create(**self.body(model), stream=True) as stream:
            next(event for event in stream if event.type == "response.output_text.delta")
            beginning()

    def parse(self, model):
        return self.api.parse(**self.body(model), text_format=City).output_parsed

    @staticmethod
    def reply(response):
        summaries = [item.summary for item in response.output if item.type == "reasoning"]
        return Reply(
            text=response.output_text,
            calls=[
                (item.call_id, item.name, json.loads(item.arguments))
                for item in response.output
                if item.type == "function_call"
            ],
            reason=response.status,
            usage=(response.usage.input_tokens, response.usage.output_tokens),
            thinking="".join(part.text for parts in summaries for part in parts),
            shown=response.model_dump_json(warnings=False),
            turn=[item.model_dump(exclude_none=True, exclude={"parsed_arguments"}) for item in response.output],
        )


class Messages(ClientAPI):
    name = "Anthropic Messages"
    called = "tool_use"
    forced = {"tool_choice": {"type": "tool", "name": "Bash"}}

    def __init__(self, url):
        self.client = anthropic.Anthropic(base_url=url, api_key="sk-client", max_retries=0, timeout=SECONDS)
        self.api = self.client.messages

    def body(self, model, text="Hello", image=False, tools=None, turns=(), **more):
        content = [{"type": "text", "text": text}]
        if image:
            source = {"type": "base64", "media_type": "image/png", "data": IMAGE}
            content.append({"type": "image", "source": source})
        body = {"model": model, "max_tokens": 512, "messages": [{"role": "user", "content": content}, *turns], **more}
        if tools:
            body["tools"] = [{**BASH, "input_schema": tools}]
        return body

    def turns(self, reply, results):
        blocks = [
            {"type": "tool_result", "tool_use_id": id, "content": result}
            for (id, _, _), result in zip(reply.calls, results)
        ]
        return [{"role": "assistant", "content": reply.turn}, {"role": "user", "content": blocks}]

    def ask(self, model, **more):
        with self.failures():
            return self.reply(self.api.create(**self.body(model, **more)))

    def stream(self, model, **more):
        events = []
        with self.failures(), self.api.stream(**self.body(model, **more)) as stream:
            for event in stream:
                events.append(event)
            reply = self.reply(stream.get_final_message())
        reply.pieces = [event.text for event in events if event.type == "text"]
        reply.shown += "".join(event.model_dump_json(warnings=False) for event in events)
        return reply

    def leave(self, model, beginning):
        with self.api.stream(**self.body(model)) as stream:
            next(iter(stream.text_stream))
            beginning()

    def parse(self, model):
        return self.api.parse(**self.body(model), output_format=City).parsed_output

    @staticmethod
    def reply(message):
        usage = message.usage
        return Reply(
            text="".join(block.text for block in message.content if block.type == "text"),
            calls=[(block.id, block.name, block.input) for block in message.content if block.type == "tool_use"],
            reason=message.stop_reason,
            usage=(usage.input_tokens + (usage.cache_read_input_tokens or 0), usage.output_tokens),
            thinking="".join(block.thinking for block in message.content if block.type == "thinking"),
            shown=message.model_dump_json(warnings=False),
            turn=message.content,
        )

    @staticmethod
    @contextlib.contextmanager
    def failures():
        try:
            yield
        except anthropic.APIStatusError as error:
            # In a stream the status is that of its head, which says nothing.
            raise Failure(None if error.status_code == 200 else error.status_code, str(error.body)) from error


class OllamasOwn(ClientAPI):
    name = "Ollama's API"
    called = "stop"
    forced = {}

    def __init__(self, url):
        self.client = ollama.Client(host=url, timeout=SECONDS)

    def body(self, model, text="Hello", image=False, tools=None, turns=(), **more):
        question = {"role": "user", "content": text}
        if image:
            question["images"] = [base64.b64decode(IMAGE)]
        body = {"model": model, "messages": [question, *turns], **more}
        if tools:
            body["tools"] = [{"type": "function", "function": {**BASH, "parameters": tools}}]
        return body

    def turns(self, reply, results):
        tools = [
            {"role": "tool", "tool_name": name, "content": result} for (_, name, _), result in zip(reply.calls, results)
        ]
        return [reply.turn, *tools]

    def ask(self, model, **more):
        with self.failures():
            return self.reply([self.client.chat(**self.body(model, **more))])

    def stream(self, model, **more):
        with self.failures():
            parts = list(self.client.chat(**self.body(model, **more), stream=True))
        reply = self.reply(parts)
        reply.pieces = [part.message.content for part in parts if part.message.content]
        return reply

    def leave(self, model, beginning):
        parts = self.client.chat(**self.body(model), stream=True)
        next(part for part in parts if part.message.content)
        beginning()
        parts.close()

    def parse(self, model):
        reply = self.client.chat(**self.body(model), format=City.model_json_schema())
        return City.model_validate_json(reply.message.content)

    @staticmethod
    def reply(parts):
        """A program of this SDK puts the parts of a stream together itself."""
        text = "".join(part.message.content or "" for part in parts)
        calls = [call for part in parts for call in part.message.tool_calls or []]
        return Reply(
            text=text,
            # The SDK keeps no ids.
            calls=[(None, call.function.name, dict(call.function.arguments)) for call in calls],
            reason=parts[-1].done_reason,
            usage=(parts[-1].prompt_eval_count, parts[-1].eval_count),
            thinking="".join(part.message.thinking or "" for part in parts),
            shown="".join(part.model_dump_json() for part in parts),
            turn=ollama.Message(role="assistant", content=text, tool_calls=calls or None),
        )

    @staticmethod
    @contextlib.contextmanager
    def failures():
        try:
            yield
        except ollama.ResponseError as error:
            raise Failure(None if error.status_code == -1 else error.status_code, error.error) from error


CLIENT_APIS = [ChatCompletions, Responses, Messages, OllamasOwn]
