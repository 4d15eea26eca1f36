/// What Ollama's clients ask about models, answered for those of vendors: the bodies of small replies.
extension OllamaAPIDialect {
    /// `GET /api/ps`: nothing is loaded here.
    static let running = JSONWriter.object { json in json.array("models") { _ in } }

    /// `GET /api/version`
    static func version(_ version: String) -> ByteBuffer { JSONWriter.object { json in json.member("version", version) } }

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
                    json.object { json in
                        json.member("name", model.name)
                        json.member("model", model.name)
                        json.member("size", 0)
                        json.member("digest", digest)
                        describe(model, to: &json)
                    }
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
        return JSONWriter.object { json in
            for name in ["modelfile", "parameters", "template"] as [StaticString] { json.member(name, "") }
            describe(model, to: &json)
            json.object("model_info") { json in
                guard let contextLength else { return }
                json.member("general.architecture", "vendor")
                json.member("vendor.context_length", contextLength)
            }
            json.array("capabilities", capabilities ?? ["completion", "tools", "vision"] + (doesThink ? ["thinking"] : []))
        }
    }

    /// Ollama's command line shows the first twelve letters, and fails when there are fewer.
    private static let digest = String(repeating: "0", count: 64)

    /// Nothing is known of the model's inside, but typed clients want the members.
    private static func describe(_ model: ModelDescription, to json: inout JSONWriter) {
        json.member("modified_at", InternetTime.text(model.created))
        json.object("details") { json in
            for name in ["parent_model", "format", "family"] as [StaticString] { json.member(name, "") }
            json.array("families") { _ in }
            json.member("parameter_size", "")
            json.member("quantization_level", "")
        }
    }
}
