"""What ends a conversation in other setups, as scripts: a prompt that does not fit, things that the model cannot see, call ids
that come again, and refusals that stay. The model's name picks the script."""

from scripted_ollama import Refusal, call, done, refusal, said, turns_of

SUMMARY = "Much was said, in short."
GOING_ON = "Going on."
# In the words of Ollama's cloud and of Ollama.
OVERFLOWS = {
    "overflow-cloud": "prompt too long; exceeded max context length by 71 tokens (ref: 00000000-0000-4000-8000-000000000000)",
    "overflow-ollama": "the input length exceeds the context length",
}
# What no other try can help, in words of Ollama and its cloud.
REFUSALS = {
    "refused-401": Refusal(401, "unauthorized"),
    "refused-403": Refusal(403, "this model requires a subscription, upgrade for access: https://ollama.com/upgrade"),
    "refused-404": Refusal(404, "model 'refused-404' not found"),
    "refused-quota": Refusal(429, "you have reached your weekly usage limit, upgrade for higher limits"),
}
RUNS = 3
# As servers count that lose count, and as Kimi's models do.
IDS = {"same-id": "call_0", "same-id-of-kimi": "functions.Bash:0"}
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def asked(body):
    """What the user said last, with whatever Claude Code put beside it."""
    return [message["content"] for message in body["messages"] if message["role"] == "user"][-1]


def overflowing(words):
    """Its second prompt does not fit, until a summary stands for what was said."""

    def script(body):
        if "detailed summary" in asked(body):
            yield said(f"<analysis>Much.</analysis><summary>{SUMMARY}</summary>")
        elif any(SUMMARY in message["content"] for message in body["messages"]):
            yield said(GOING_ON)
        elif turns_of(body):
            yield Refusal(400, words)
            return
        else:
            yield said("Much was said.")
        yield done()

    return script


def blind(file):
    """Reads a file when first asked; takes no images."""

    def script(body):
        if any("images" in message for message in body["messages"]):
            yield Refusal(400, "this model does not support image input (ref: 00000000-0000-4000-8000-000000000000)")
            return
        if file and not turns_of(body):
            yield said(tool_calls=[call("Read", {"file_path": file}, id="call_1")])
        else:
            yield said(GOING_ON)
        yield done()

    return script


def same_id(id):
    """Calls a tool in each turn, always under this id."""

    def script(body):
        number = len(turns_of(body))
        if number < RUNS:
            arguments = {"command": f"echo run-$(({number} + 10))", "description": "Say something"}
            yield said(tool_calls=[call("Bash", arguments, id=id)])
        else:
            results = [message["content"].strip() for message in body["messages"] if message["role"] == "tool"]
            yield said("The tools said: " + " | ".join(results))
        yield done()

    return script


SCRIPTS = {
    **{name: overflowing(words) for name, words in OVERFLOWS.items()},
    "blind-image": blind("pixel.png"),
    "blind-pdf": blind("paper.pdf"),
    "blind-shown": blind(None),
    **{name: same_id(id) for name, id in IDS.items()},
    **{name: refusal(refused.status, refused.error) for name, refused in REFUSALS.items()},
}
