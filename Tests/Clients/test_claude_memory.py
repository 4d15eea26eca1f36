"""A long conversation of Claude Code with a model that thinks: the thoughts of earlier turns are given back to it."""

import base64

import pytest

import harness
from client_apis import IMAGE
from scripted_ollama import LONG_CONVERSATION, REASONING, thought, turns_of

MODEL = "glm-5:long"
TOOLS = "Bash,Read,Write,Edit,Grep"
PROMPTS = ["Look around", "Now write", "Go on", "And again", "/compact", "What now?"]


@pytest.mark.parametrize("way", ["proxy_url", "litellm_url", "plain_litellm_url"])
def test_reasoning_goes_back_up(way, request, ollama, tmp_path):
    (tmp_path / "pixel.png").write_bytes(base64.b64decode(IMAGE))
    run = harness.talk_with_claude(tmp_path, request.getfixturevalue(way), MODEL, PROMPTS, TOOLS)
    results = [event for event in run.events if event["type"] == "result"]
    assert [result["subtype"] for result in results] == ["success"] * len(PROMPTS), run.output + run.errors
    assert REASONING not in run.output + run.errors

    chats = [chat.json for chat in ollama.chats(MODEL)]
    [compaction] = [n for n, chat in enumerate(chats) if "detailed summary" in chat["messages"][-1]["content"]]
    # Claude Code leaves what was said last out of what it lets summarise, and keeps it beside the summary.
    assert len(turns_of(chats[compaction])) == len(LONG_CONVERSATION) - 1
    assert any("images" in message for message in chats[compaction]["messages"])

    given = [
        (turn.get("thinking", "").strip(), thought(number))
        for chat in chats[: compaction + 1]
        for number, turn in enumerate(turns_of(chat))
    ]
    kept = sum(back == first for back, first in given)
    print(f"{way}: {kept} of {len(given)} turns went up with their thoughts")
    assert not [pair for pair in given if pair[0] and pair[0] != pair[1]], "thoughts of another turn"
    assert kept >= 0.95 * len(given)
