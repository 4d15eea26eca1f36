/// The body of a request: a JSON object, with its members by name, found in one pass however many there are.
struct RequestBody {
    let root: Parameter
    private var members: [String: Parameter] = [:]

    /// Throws a 400 of code `invalid_json` when the bytes are no JSON, and `invalid_type` when they are no object.
    init(parsing bytes: [UInt8]) throws(ChatError) {
        guard !bytes.isEmpty else { throw .invalid(nil, "The request body is empty; it must be a JSON object.", code: .invalidJSON) }
        let document: JSONDocument
        do { document = try JSONDocument(parsing: bytes, known: KnownTools.shared.documents) } catch {
            throw .invalid(nil, "The request body is not valid JSON: \(error).", code: .invalidJSON)
        }
        try self.init(document)
    }

    init(_ document: JSONDocument) throws(ChatError) { try self.init(Parameter(document.root)) }

    /// An object within a document, read in the same way.
    init(_ object: Parameter) throws(ChatError) {
        root = try object.object()
        for (key, value) in root.value.members { if let name = key.string { members[name] = .present(value) } }
    }

    /// `nil` when there is none, and for `null`; the last one when a name is repeated.
    subscript(name: String) -> Parameter? { members[name] }

    /// A member that must be there.
    func required(_ name: StaticString) throws(ChatError) -> Parameter {
        guard let member = self["\(name)"] else { throw root.missing(name) }
        return member
    }

    /// True for a member that is absent, null, false, or an empty text or list.
    func isEmpty(_ name: String) -> Bool {
        guard let value = self[name]?.value else { return true }
        return switch value.kind {
        case .false: true
        case .string: value.contentRange.isEmpty
        case .array: value.elements.isEmpty
        default: false
        }
    }

    /// The conversation where it is called `messages`; at least one.
    func messages() throws(ChatError) -> some Sequence<Parameter> {
        let list = try required("messages")
        let elements = try list.array()
        guard !isEmpty("messages") else { throw list.mistake("must hold at least one message.") }
        return elements
    }

    /// The model's name, which every dialect calls `model`.
    func model() throws(ChatError) -> String {
        let parameter = try required("model")
        let model = try parameter.nonEmptyString()
        guard model.unicodeScalars.allSatisfy({ 0x20..<0x7F ~= $0.value || $0.properties.generalCategory != .control }) else {
            throw parameter.mistake("must not hold control characters.")
        }
        return model
    }
}
