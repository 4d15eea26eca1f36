/// What Ollama's clients ask about models, answered for those of vendors: the bodies of small replies.
enum OllamaClientDirectory {
    /// `GET /api/ps`: nothing is loaded here.
    static let running = ByteBuffer(#"{"models":[]}"#)

    /// `GET /api/version`
    static func version(_ version: String) -> ByteBuffer { ByteBuffer(#"{"version":\#(version.quoted)}"#) }

    /// `GET /api/tags`: Ollama's own entries as they came, and after them the vendors' models, which stand for Ollama's
    /// of the same name.
    ///
    /// - Parameter ollama: the body of Ollama's own reply; `nil` when there is none.
    static func tags(_ vendors: [ModelDescription], besides ollama: ByteBuffer?) -> ByteBuffer {
        let names = Set(vendors.map(\.name))
        let own = ollama.flatMap { try? JSONDocument(parsing: $0.array).root["models"] }.map { Array($0.elements) }
        var json = JSONWriter()
        json.beginObject()
        json.name("models")
        json.beginArray()
        for entry in own ?? [] where !names.contains(entry["name"]?.string ?? "") { json.raw(entry) }
        for model in vendors {
            let name = model.name.quoted
            json.raw(text: #"{"name":\#(name),"model":\#(name),"size":0,"digest":"\#(digest)",\#(about(model))}"#)
        }
        json.endArray()
        json.endObject()
        return json.buffer
    }

    /// The model that a request to `POST /api/show` asks about; older clients say `name`.
    static func shownModel(_ body: RequestBody) throws(ChatError) -> String {
        guard body.isEmpty("model"), let name = body["name"] else { return try body.model() }
        return try name.nonEmptyString()
    }

    /// `POST /api/show`
    ///
    /// - Parameter capabilities: in Ollama's words: `completion`, `tools`, `vision`, `thinking`, `embedding`.
    static func show(_ model: ModelDescription, capabilities: [String]) -> ByteBuffer {
        ByteBuffer(
            #"{"modelfile":"","parameters":"","template":"",\#(about(model)),"model_info":{},"#
                + #""capabilities":[\#(capabilities.map(\.quoted).joined(separator: ","))]}"#)
    }

    /// Ollama's command line shows the first twelve letters, and fails when there are fewer.
    private static let digest = String(repeating: "0", count: 64)

    /// Nothing is known of the model's inside, but typed clients want the members.
    private static func about(_ model: ModelDescription) -> String {
        #""modified_at":"\#(InternetTime.text(model.created))","details":{"parent_model":"","format":"","family":"","#
            + #""families":[],"parameter_size":"","quantization_level":""}"#
    }
}
