/// A stand-in for Ollama that plays one agent conversation, so that the wiring can be tried without any model.
///
/// It thinks, calls one of the offered tools (in fragments, as some servers send it) and, when the tool's result comes
/// back, quotes it. Without tools it says hello. It is no model: what it says does not depend on what it is asked.
@EventLoop
final class DemoOllama: RequestHandler {
    static let model = "demo"

    func response(to error: HTTPError, at route: Route, from peer: String) -> HTTPResponse {
        Self.error(error.status, error.message)
    }

    func route(_ head: inout HTTPRequest) -> Route { .passThrough }

    func handle(_ request: HTTPRequest, _ route: Route, _ writer: inout ResponseWriter) async {
        switch (request.method, request.path) {
        case (.post, "/api/chat"): await chat(request, &writer)
        case (.get, "/api/version"): await writer.send(Self.object { $0.member("version", "0.0.0-demo") })
        case (.get, "/api/tags"):
            let model = #"{"name":"demo","model":"demo","modified_at":"2026-01-01T00:00:00Z","size":0}"#
            await writer.send(Self.object { $0.member("models", raw: "[\(model)]") })
        case (.post, "/api/show"): await writer.send(Self.object { $0.member("modified_at", "2026-01-01T00:00:00Z") })
        default: await writer.send(Self.error(.notFound, "the demo does not play this"))
        }
    }

    private func chat(_ request: HTTPRequest, _ writer: inout ResponseWriter) async {
        guard let body = try? JSONDocument(parsing: request.body) else {
            return await writer.send(Self.error(.badRequest, "the body is not JSON"))
        }
        var head = HTTPResponse(status: .ok)
        head.fields.append(.contentType, "application/x-ndjson")
        writer.begin(head)
        for line in Self.script(for: body.root) {
            await Reactor.shared.sleep(.milliseconds(60))
            var piece = ByteBuffer(line + "\n")
            await writer.write(&piece)
        }
        var end = ByteBuffer()
        await writer.end(&end)
    }

    private static func script(for request: JSONValue) -> [String] {
        let turns = request["messages"].map { Array($0.elements) } ?? []
        let thinks = request["think"]?.bool != false
        let thoughts = thinks ? ["I should ", "look first."].map { message(#""content":"","thinking":"\#($0)""#) } : []
        if let last = turns.last, last["role"]?.isString("tool") == true {
            let result = (last["content"]?.string ?? "").trimmed.prefix(200)
            return thoughts + ["The tool ", "said: ", String(result)].map(content) + [done(tokens: 12)]
        }
        let tools = request["tools"].map { Array($0.elements) } ?? []
        guard let tool = tools.first(where: { $0["function"]?["name"]?.isString("Bash") == true }) ?? tools.first,
            let function = tool["function"], let name = function["name"]?.string
        else {
            return thoughts + ["Hello ", "from ", "the demo."].map(content) + [done(tokens: 5)]
        }
        return thoughts + [content("Let me look. ")] + fragments(of: arguments(for: function), name: name)
            + [done(tokens: 20)]
    }

    /// A command for a shell, else a value of the right type for every required property.
    private static func arguments(for function: JSONValue) -> String {
        if function["name"]?.isString("Bash") == true {
            return #"{"command":"echo hello from the demo","description":"Say hello"}"#
        }
        let required = function["parameters"]?["required"].map { Array($0.elements) } ?? []
        let members = required.compactMap { name -> String? in
            guard let key = name.string else { return nil }
            let type = function["parameters"]?["properties"]?[key]?["type"]?.string
            let value =
                switch type {
                case "integer", "number": "1"
                case "boolean": "true"
                case "array": "[]"
                case "object": "{}"
                default: #""demo""#
                }
            return "\(name.rawText):\(value)"
        }
        return "{\(members.joined(separator: ","))}"
    }

    /// The name first, then the argument text in three pieces.
    private static func fragments(of arguments: String, name: String) -> [String] {
        let text = Array(arguments)
        let third = max(1, text.count / 3)
        let pieces = [text.prefix(third), text.dropFirst(third).prefix(third), text.dropFirst(2 * third)].map {
            String($0)
        }
        let first = call(#""name":\#(name.quoted),"arguments":"""#)
        return [first] + pieces.map { call(#""arguments":\#($0.quoted)"#) }
    }

    private static func call(_ function: String) -> String {
        message(#""content":"","tool_calls":[{"function":{"index":0,\#(function)}}]"#)
    }

    private static func content(_ text: String) -> String { message(#""content":\#(text.quoted)"#) }

    private static func message(_ members: String) -> String {
        #"{"model":"demo","created_at":"\#(Timestamp.now)","message":{"role":"assistant",\#(members)},"done":false}"#
    }

    private static func done(tokens: Int) -> String {
        #"{"model":"demo","created_at":"\#(Timestamp.now)","message":{"role":"assistant","content":""},"done":true,"#
            + #""done_reason":"stop","prompt_eval_count":10,"eval_count":\#(tokens)}"#
    }

    private static func object(_ status: HTTPStatus = .ok, _ members: JSONWriter.Body) -> HTTPResponse {
        .json(status, JSONWriter.object(members))
    }

    private static func error(_ status: HTTPStatus, _ message: String) -> HTTPResponse {
        object(status) { $0.member("error", message) }
    }
}
