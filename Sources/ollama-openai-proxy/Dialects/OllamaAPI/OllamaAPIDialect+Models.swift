/// What Ollama's clients ask about models, answered for those of vendors: the bodies of small replies.
extension OllamaAPIDialect {
    /// `GET /api/ps`: nothing is loaded here.
    static let running = JSONWriter.object(["models": [] as [String]])

    /// `GET /api/version`
    static func version(_ version: String) -> ByteBuffer { JSONWriter.object(["version": version]) }

    /// `GET /api/tags`: Ollama's own entries as they came, and after them the vendors' models, which stand for Ollama's
    /// of the same name.
    ///
    /// - Parameter ollama: the body of Ollama's own reply; `nil` when there is none.
    static func tags(_ vendors: [ModelDescription], besides ollama: ByteBuffer?) -> ByteBuffer {
        let names = Set(vendors.map(\.name))
        let own = ollama.flatMap { try? JSONDocument(parsing: $0.array).root["models"] }.map { Array($0.elements) }
        return JSONWriter.object { json in
            json.array("models") { json in
                for entry in own ?? [] where !names.contains(entry["name"]?.string ?? "") { json.raw(entry) }
                for model in vendors {
                    let entry: JSONObject = ["name": model.name, "model": model.name, "size": 0, "digest": digest]
                    json.object { json in json.members(entry + description(model)) }
                }
            }
        }
    }

    /// The model that any request is for; older clients say `name`.
    static func model(in body: RequestBody) throws(ChatError) -> String {
        guard body.isEmpty("model"), let name = body["name"] else { return try body.model() }
        return try name.nonEmptyString()
    }

    /// The version of Ollama whose API is spoken: clients such as VS Code refuse one that is too old (0.6.4 and before).
    static let spokenVersion = "0.34.0"

    /// `POST /api/show`; what the model can do is in Ollama's words. Clients look for the context's length, in tokens, under the
    /// name of an architecture.
    static func show(_ body: RequestBody, _ contextLength: Int? = nil, _ capabilities: [String]? = nil, _ doesThink: Bool = false)
        throws(ChatError) -> ByteBuffer
    {
        let model = ModelDescription(name: try model(in: body))
        let start: JSONObject = ["modelfile": "", "parameters": "", "template": ""]
        let end: JSONObject = [
            "model_info": contextLength.map { ["general.architecture": "vendor", "vendor.context_length": $0] as JSONObject } ?? [:],
            "capabilities": capabilities ?? ["completion", "tools", "vision"] + (doesThink ? ["thinking"] : []),
        ]
        return JSONWriter.object(start + description(model) + end)
    }

    /// Ollama's command line shows the first twelve letters, and fails when there are fewer.
    private static let digest = String(repeating: "0", count: 64)

    /// Nothing is known of the model's inside, but typed clients want the members.
    private static func description(_ model: ModelDescription) -> JSONObject {
        let details: JSONObject = [
            "parent_model": "", "format": "", "family": "", "families": [] as [String], "parameter_size": "", "quantization_level": "",
        ]
        return ["modified_at": InternetTime.text(model.created), "details": details]
    }
}
