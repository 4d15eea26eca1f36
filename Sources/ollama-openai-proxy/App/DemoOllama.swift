/// A stand-in for Ollama that plays one agent conversation, so that the wiring can be tried without any model.
///
/// It thinks, calls one of the offered tools (in fragments, as some servers send it) and, when the tool's result comes
/// back, quotes it. Without tools it says hello. It is no model: what it says does not depend on what it is asked. Some
/// model names make the trouble that models make (`DemoTrouble`).
@EventLoop final class DemoOllama: RequestHandler {
    static let model = "demo"
    static let models = [model] + DemoTrouble.allCases.map(\.rawValue)

    /// The troubles that have been made once; asked again, the model does it right.
    private var made: Set<DemoTrouble> = []

    func response(to error: HTTPError, at route: Route, from peer: String) -> HTTPResponse { Self.error(error.status, error.message) }

    func route(_ head: inout HTTPRequest) -> Route { .passThrough }

    func handle(_ request: HTTPRequest, _ route: Route, _ writer: inout ResponseWriter) async {
        switch (request.method, request.path) {
        case (.post, "/api/chat"): await chat(request, &writer)
        case (.get, "/api/version"): await writer.send(Self.object { $0.member("version", "0.0.0-demo") })
        case (.get, "/api/tags"):
            let models = Self.models.map { #"{"name":"\#($0)","model":"\#($0)","modified_at":"2026-01-01T00:00:00Z","size":0}"# }
            await writer.send(Self.object { $0.member("models", RawJSON("[\(models.joined(separator: ","))]")) })
        case (.post, "/api/show"): await writer.send(Self.object { $0.member("modified_at", "2026-01-01T00:00:00Z") })
        default: await writer.send(Self.error(404, "the demo does not play this"))
        }
    }

    private func chat(_ request: HTTPRequest, _ writer: inout ResponseWriter) async {
        guard let body = try? JSONDocument(parsing: request.body) else {
            return await writer.send(Self.error(.badRequest, "the body is not JSON"))
        }
        let trouble = trouble(of: body.root["model"]?.string ?? "")
        if trouble == .overflow { return await writer.send(Self.error(.badRequest, "the input length exceeds the context length")) }
        var head = HTTPResponse(status: .ok)
        head.fields.append("Content-Type", "application/x-ndjson")
        writer.begin(head)
        for line in DemoScript.lines(for: body.root, trouble) {
            await Reactor.shared.sleep(.milliseconds(60))
            var piece = ByteBuffer(line + "\n")
            await writer.write(&piece)
        }
        while trouble == .hang, !writer.isClientGone { await Reactor.shared.sleep(.milliseconds(200)) }
        if trouble == .crash { return writer.breakOff() }
        var end = ByteBuffer()
        await writer.end(&end)
    }

    /// What goes wrong this time; one that passes does every second time.
    private func trouble(of model: String) -> DemoTrouble? {
        guard let trouble = DemoTrouble(rawValue: model) else { return nil }
        if trouble.passes, made.remove(trouble) != nil { return nil }
        made.insert(trouble)
        return trouble
    }

    private static func object(_ status: HTTPStatus = .ok, _ members: JSONWriter.Body) -> HTTPResponse {
        .json(status, JSONWriter.object(members))
    }

    private static func error(_ status: HTTPStatus, _ message: String) -> HTTPResponse {
        object(status) { $0.member("error", message) }
    }
}
