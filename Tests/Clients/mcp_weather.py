"""An MCP server on standard input and output whose one tool answers with what it was asked."""

import json
import sys

SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
    "required": ["city", "days"],
}


def answer(method, parameters):
    match method:
        case "initialize":
            version = parameters["protocolVersion"]
            server = {"name": "weather", "version": "1"}
            return {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": server}
        case "tools/list":
            return {"tools": [{"name": "forecast", "description": "A city's weather", "inputSchema": SCHEMA}]}
        case "tools/call":
            asked = json.dumps(parameters["arguments"], sort_keys=True, ensure_ascii=False)
            return {"content": [{"type": "text", "text": f"Sun for {asked}"}]}
    return {}


for line in sys.stdin:
    message = json.loads(line)
    if "id" in message:
        result = answer(message["method"], message.get("params", {}))
        print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
