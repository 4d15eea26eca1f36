/// Chat completions as an upstream: the API of OpenAI and of those who took it over (Azure, DashScope, DeepSeek, vLLM,
/// llama.cpp, LM Studio, OpenRouter, Ollama's own `/v1`); OpenAI API reference and its Python library 3.54.
struct VendorChatDialect: UpstreamDialect {
    typealias Adjustment = VendorChatAdjustment

    enum Authorization: Sendable {
        case none
        case bearer(String)
        /// In the field `api-key`, as Azure takes it.
        case apiKey(String)
    }

    /// What the operator calls the vendor; for messages.
    let name: String
    /// The value of the Host field.
    let host: String
    /// What stands before `/chat/completions`, e.g. `/v1` or `/openai/deployments/D`.
    var basePath = "/v1"
    /// What stands behind it: empty, or e.g. `?api-version=V`.
    var query = ""
    var authorization = Authorization.none
    /// Sent with every request, behind our own.
    var extraFields = HTTPFields()

    var hasKey: Bool { if case .none = authorization { false } else { true } }
    /// What the operator says of the model, besides what is learnt.
    var givenForm: Form = []
    /// Ollama's `/v1` does, vendors send fragments.
    var holdsCalls = false

    func encode(_ plan: RequestPlan, form: Form) throws(ChatError) -> HTTPRequest {
        self.request(.post, "/chat/completions", body: try body(plan, form.union(givenForm)))
    }

    func makeDecoder(for plan: RequestPlan, form: Form) -> VendorChatStreamDecoder { VendorChatStreamDecoder(errors: errors) }

    static let speaker = UpstreamErrorText.Speaker.vendor

    var secrets: [String] {
        let fields = extraFields.all.map(\.value)
        switch authorization {
        case .none: return fields
        case .bearer(let key), .apiKey(let key): return fields + [key]
        }
    }

    func readError(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        errors.decode(status: status, fields: fields, body: body)
    }

    func lesson(from outcome: TryOutcome, about plan: RequestPlan, form: Form) -> Lesson<Adjustment>? {
        guard case .failure(let error) = outcome else { return nil }
        if shallOmitMedia(after: error, plan, form) { return .always(.withoutMedia) }
        return VendorChatRefusal(error, of: plan, form.union(givenForm))?.lesson
    }

    /// A request for embeddings.
    func embeddingsRequest(_ body: [UInt8]) -> HTTPRequest { request(.post, "/embeddings", body: body) }

    func modelsRequest() -> HTTPRequest { request(.get, "/models") }

    /// Reads the vendor's list; what has no id is skipped.
    func decodeModels(_ body: ByteBuffer) throws(ChatError) -> [ModelDescription] {
        guard let list = (try? JSONDocument(parsing: body.array))?.root["data"], list.kind == .array else {
            throw ChatError(status: 502, "\(name) sent no list of models", code: .upstreamInvalid)
        }
        return list.elements.compactMap { model in
            model["id"]?.string.map { ModelDescription(name: $0, created: model["created"]?.integer ?? 0) }
        }
    }

    private func request(_ method: HTTPMethod, _ path: String, body: [UInt8] = []) -> HTTPRequest {
        var request = HTTPRequest(method: method, target: basePath + path + query, body: body)
        request.fields.append("Host", host)
        if !body.isEmpty { request.fields.append("Content-Type", "application/json") }
        // What OpenAI's own library sends for streams too, so every vendor has seen it.
        request.fields.append("Accept", "application/json")
        switch authorization {
        case .none: break
        case .bearer(let key): request.fields.append("Authorization", "Bearer \(key)")
        case .apiKey(let key): request.fields.append("api-key", key)
        }
        for field in extraFields.all { request.fields.append(field.name, field.value) }
        return request
    }

    private var errors: VendorChatErrorDecoder { VendorChatErrorDecoder(vendor: name, speaker: holdsCalls ? .anyone : .vendor) }
}
