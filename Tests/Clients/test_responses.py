"""The OpenAI Python SDK at /v1/responses: what only this API has. What all client APIs share is in test_client_apis.py."""

import json

import openai
import pytest

from client_apis import BASH, BASH_SCHEMA, IMAGE, City
from scripted_ollama import COMMAND, RAW_ARGUMENTS, REASONING, TEXT
from scripted_vendor import CACHED, REASONED

TOOL = {"type": "function", **BASH, "parameters": BASH_SCHEMA}


@pytest.fixture
def responses(client_apis_url):
    with openai.OpenAI(base_url=f"{client_apis_url}/v1", api_key="sk-client", max_retries=0, timeout=20) as client:
        yield client.responses


def types(events):
    return [event.type for event in events]


class TestEvents:
    def test_are_complete_and_in_order(self, responses):
        events = list(responses.create(model="vendor-text", input="Hello", stream=True))
        assert types(events) == [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            *["response.output_text.delta"] * 3,
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response.completed",
        ]
        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert events[-1].response.output_text == TEXT == events[-4].text
        assert {event.response.id for event in (events[0], events[1], events[-1])} == {events[0].response.id}

    @pytest.mark.parametrize("model", ["parallel-line", "vendor-parallel-line"])
    def test_calls_are_items_of_their_own(self, responses, model):
        events = list(responses.create(model=model, input="Hello", tools=[TOOL], stream=True))
        added = [event for event in events if event.type == "response.output_item.added"]
        assert [event.output_index for event in added] == [0, 1]
        assert {event.item.type for event in added} == {"function_call"}
        done = [event for event in events if event.type == "response.function_call_arguments.done"]
        assert [event.arguments for event in done] == [item.arguments for item in events[-1].response.output]

    @pytest.mark.parametrize("model", ["error-line", "no-done", "cut"])
    @pytest.mark.parametrize("prefix", ["", "vendor-"])
    def test_a_broken_stream_has_failed_and_is_never_completed(self, responses, prefix, model):
        *events, last = responses.create(model=prefix + model, input="Hello", stream=True)
        assert last.type == "response.failed" and last.response.status == "failed"
        assert last.response.error.message and "response.output_item.done" not in types(events)

    def test_a_keep_alive_is_an_event_that_changes_nothing(self, responses):
        with responses.stream(model="vendor-slow", input="Hello") as stream:
            events = list(stream)
            assert stream.get_final_response().output_text == "Slowly done."
        beats = [at for at, event in enumerate(events) if event.type == "response.in_progress"]
        deltas = [at for at, event in enumerate(events) if event.type == "response.output_text.delta"]
        assert beats[1] < deltas[0] < beats[-1] < deltas[1]
        assert [event.sequence_number for event in events] == list(range(len(events)))
        assert types(events).count("response.created") == 1

    def test_reasoning_is_an_item_where_it_is_let_through(self, responses):
        with responses.stream(model="vendor-aloud", input="Hello") as stream:
            types(stream)
            reasoning, message = stream.get_final_response().output
        assert (reasoning.type, message.type, message.content[0].text) == ("reasoning", "message", "Paris")
        assert REASONING in reasoning.summary[0].text


class TestReplies:
    def test_echo_what_was_asked(self, responses):
        reply = responses.create(
            model="vendor-text",
            input="Hello",
            instructions="Be brief.",
            metadata={"order": "7"},
            temperature=0.5,
            max_output_tokens=99,
        )
        assert (reply.object, reply.model, reply.status) == ("response", "vendor-text", "completed")
        assert (reply.instructions, reply.metadata, reply.temperature) == ("Be brief.", {"order": "7"}, 0.5)
        assert reply.max_output_tokens == 99

    def test_usage_has_its_details(self, responses):
        usage = responses.create(model="vendor-text", input="Hello").usage
        assert (usage.input_tokens, usage.output_tokens, usage.total_tokens) == (11, 7, 18)
        assert usage.input_tokens_details.cached_tokens == CACHED
        assert usage.output_tokens_details.reasoning_tokens == REASONED

    @pytest.mark.parametrize("model", ["limited", "vendor-limited"])
    def test_a_cut_reply_is_incomplete(self, responses, model):
        reply = responses.create(model=model, input="Hello")
        assert (reply.status, reply.incomplete_details.reason) == ("incomplete", "max_output_tokens")
        *_, last = responses.create(model=model, input="Hello", stream=True)
        assert (last.type, last.response.output_text) == ("response.incomplete", "As I was")

    @pytest.mark.parametrize("model", ["raw-arguments", "vendor-raw-arguments"])
    def test_arguments_are_the_models_own_bytes(self, responses, model):
        [call] = responses.create(model=model, input="Hello", tools=[{**TOOL, "parameters": {"type": "object"}}]).output
        assert call.arguments == RAW_ARGUMENTS


class TestRequests:
    def test_parameters_arrive_as_a_vendor_takes_them(self, responses, vendor):
        responses.create(
            model="vendor-text",
            instructions="Be brief.",
            input="Hello",
            temperature=0.5,
            max_output_tokens=99,
            reasoning={"effort": "low"},
            tools=[TOOL],
            tool_choice={"type": "function", "name": "Bash"},
            parallel_tool_calls=False,
        )
        body = vendor.chats("text")[0].json
        assert body["messages"] == [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hello"},
        ]
        assert (body["temperature"], body["max_tokens"], body["reasoning_effort"]) == (0.5, 99, "low")
        assert body["tools"][0]["function"]["parameters"] == BASH_SCHEMA
        assert body["tool_choice"] == {"type": "function", "function": {"name": "Bash"}}
        assert body["parallel_tool_calls"] is False

    def test_a_history_of_items_becomes_turns(self, responses, vendor):
        arguments = '{"command":"ls"}'
        responses.create(
            model="vendor-text",
            input=[
                {"role": "user", "content": "Hello"},
                {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "hmm"}]},
                {"type": "function_call", "call_id": "call_7", "name": "Bash", "arguments": arguments},
                {
                    "type": "function_call_output",
                    "call_id": "call_7",
                    "output": [{"type": "input_text", "text": "seen"}, image_part()],
                },
            ],
        )
        user, assistant, tool, shown = vendor.chats("text")[-1].json["messages"]
        assert user == {"role": "user", "content": "Hello"}
        assert assistant["reasoning_content"] == "hmm"
        assert assistant["tool_calls"][0]["function"] == {"name": "Bash", "arguments": arguments}
        assert (tool["tool_call_id"], tool["content"]) == ("call_7", "seen")
        # A vendor's tools say text only: what they show is the user's.
        assert shown["content"][0]["image_url"]["url"].endswith(IMAGE)

    def test_parse_gives_the_model_whole_and_streamed(self, responses):
        expected = City(city="Köln", people=1087353)
        assert responses.parse(model="vendor-structured", input="Hello", text_format=City).output_parsed == expected
        with responses.stream(model="vendor-structured", input="Hello", text_format=City) as stream:
            types(stream)
            assert stream.get_final_response().output_parsed == expected

    def test_a_whole_conversation_by_items(self, responses):
        history = [{"role": "user", "content": "Hello"}]
        first = responses.create(model="vendor-glm-5:cloud", input=history, tools=[TOOL])
        [call] = first.output
        assert COMMAND == json.loads(call.arguments)["command"]
        history += [*first.output, {"type": "function_call_output", "call_id": call.call_id, "output": "done it"}]
        second = responses.create(model="vendor-glm-5:cloud", input=history, tools=[TOOL])
        assert second.output_text == "The tools said: done it"


class TestErrors:
    def test_what_would_need_a_memory_is_refused(self, responses):
        with pytest.raises(openai.BadRequestError, match="previous_response_id") as caught:
            responses.create(model="vendor-text", input="Hello", previous_response_id="resp_1")
        assert caught.value.param == "previous_response_id"
        with pytest.raises(openai.NotFoundError):
            responses.retrieve("resp_1")

    @pytest.mark.parametrize("prefix", ["", "vendor-"])
    @pytest.mark.parametrize(
        "status, kind",
        [
            (404, openai.NotFoundError),
            (429, openai.RateLimitError),
            (500, openai.InternalServerError),
            (503, openai.InternalServerError),
        ],
    )
    def test_have_their_class(self, responses, prefix, status, kind):
        with pytest.raises(kind) as caught:
            responses.create(model=f"{prefix}status-{status}", input="Hello")
        assert caught.value.status_code == status
        assert status != 429 or caught.value.response.headers["retry-after"] == "1"


def image_part():
    return {"type": "input_image", "detail": "auto", "image_url": f"data:image/png;base64,{IMAGE}"}
