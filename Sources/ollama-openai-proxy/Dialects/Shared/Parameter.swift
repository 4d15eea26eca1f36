/// One value of a request body, read as what the parameter must be.
///
/// Every mistake is a 400 that names the parameter by its path (`messages[2].content[0].text`). The path is looked up
/// only then, by a walk from the root, so that reading carries no names along.
struct Parameter {
    let value: JSONValue
    /// Its mistakes name no place: they are told only in a few cases, and read anew then.
    private let isTolerated: Bool

    init(_ value: JSONValue, isTolerated: Bool = false) {
        self.value = value
        self.isTolerated = isTolerated
    }

    /// `nil` for an absent value and for `null`, which counts as absent everywhere.
    static func present(_ value: JSONValue?, isTolerated: Bool = false) -> Parameter? {
        guard let value, !value.isNull else { return nil }
        return Parameter(value, isTolerated: isTolerated)
    }

    /// The member of that name; the last one when the name is repeated.
    subscript(name: StaticString) -> Parameter? { Self.present(value[name], isTolerated: isTolerated) }

    /// A member that must be there.
    func required(_ name: StaticString) throws(ChatError) -> Parameter {
        guard let member = self[name] else { throw missing(name) }
        return member
    }

    // MARK: Types

    func string() throws(ChatError) -> String {
        guard let string = value.string else { throw wrongType("a string") }
        return string
    }

    func nonEmptyString() throws(ChatError) -> String {
        let string = try string()
        guard !string.isEmpty else { throw mistake("must not be empty.") }
        return string
    }

    /// The text of a string, not decoded.
    func text() throws(ChatError) -> JSONText {
        guard let text = JSONText(value) else { throw wrongType("a string") }
        return text
    }

    func bool() throws(ChatError) -> Bool {
        guard let bool = value.bool else { throw wrongType("a boolean") }
        return bool
    }

    /// A whole number; `5.0` is one.
    func integer(in range: ClosedRange<Int> = Int.min...Int.max) throws(ChatError) -> Int {
        guard value.kind == .number else { throw wrongType("a whole number") }
        guard let integer = value.integer else { throw mistake("must be a whole number, not \(excerpt).", code: .invalidType) }
        guard range.contains(integer) else {
            let bound = range.upperBound == .max ? "\(range.lowerBound) or more" : "from \(range.lowerBound) to \(range.upperBound)"
            throw mistake("must be \(bound), not \(integer).")
        }
        return integer
    }

    /// A number whose text is carried on as it is.
    func number() throws(ChatError) -> JSONValue {
        guard value.kind == .number else { throw wrongType("a number") }
        guard value.double != nil else { throw mistake("is a number beyond every limit.") }
        return value
    }

    func object() throws(ChatError) -> Parameter {
        guard value.kind == .object else { throw wrongType("an object") }
        return self
    }

    /// The elements of an array; a `null` among them is an element.
    func array() throws(ChatError) -> some Sequence<Parameter> {
        guard value.kind == .array else { throw wrongType("an array") }
        return value.elements.lazy.map { Parameter($0) }
    }

    /// What one of the known words stands for.
    @discardableResult
    func oneOf<Meaning>(_ known: KeyValuePairs<String, Meaning>, code: ChatError.Code = .invalidValue) throws(ChatError) -> Meaning {
        let word = try string()
        if let match = known.first(where: { $0.key == word }) { return match.value }
        throw unknownValue(known.map(\.key).joined(separator: ", "), code: code)
    }

    // MARK: Mistakes

    func mistake(_ problem: String, code: ChatError.Code = .invalidValue) -> ChatError {
        let path = isTolerated ? "" : path
        guard !path.isEmpty else { return .invalid(nil, "The request body \(problem)", code: code) }
        return .invalid(path, "'\(path)' \(problem)", code: code)
    }

    func wrongType(_ expected: String) -> ChatError { mistake("must be \(expected), not \(kindInWords).", code: .invalidType) }

    /// A string that is none of the known values.
    func unknownValue(_ known: String, code: ChatError.Code = .invalidValue) -> ChatError {
        mistake("must be one of \(known), not \(excerpt).", code: code)
    }

    /// A file that would have to be read here.
    var fileMistake: ChatError {
        mistake("is a file: PDF and other files are not read here, send their text.", code: .unsupportedValue)
    }

    /// A member that must be there and is not.
    func missing(_ name: StaticString) -> ChatError {
        let path = path.isEmpty ? "\(name)" : "\(path).\(name)"
        return .invalid(path, "'\(path)' is required.", code: .missingParameter)
    }

    /// The beginning of the value for a message to people.
    private var excerpt: String {
        let text = value.rawText.unicodeScalars
        return text.count > 60 ? String(text.prefix(60)) + "…" : String(text)
    }

    private var kindInWords: String {
        switch value.kind {
        case .null: "null"
        case .true, .false: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// Where the value stands in its document, as OpenAI names parameters; empty for the root.
    private var path: String {
        let target = value.rawRange
        var here = value.document.root
        var path = ""
        // Each turn goes one level down; the document's depth is limited.
        while here.rawRange != target {
            let parent = here
            for (key, child) in parent.members where child.rawRange.contains(target.lowerBound) {
                path += (path.isEmpty ? "" : ".") + (key.string ?? "")
                here = child
            }
            for (index, child) in parent.elements.enumerated() where child.rawRange.contains(target.lowerBound) {
                path += "[\(index)]"
                here = child
            }
            guard here.rawRange != parent.rawRange else { break }
        }
        return path
    }
}

extension ChatMessage {
    /// Takes an image or a sound, or leaves it out: with the request it would be in every later one of the conversation.
    mutating func take(_ kind: LeftOut.Kind, _ source: Parameter, _ read: @escaping @Sendable (Parameter) throws(ChatError) -> JSONText)
        throws(ChatError)
    {
        do throws(ChatError) { media.append(Medium(try read(Parameter(source.value, isTolerated: true)))) } catch {
            // What is of a wrong type was never seen by any model, and no part of a conversation.
            guard error.code == .unsupportedValue || error.code == .invalidValue else { return media.append(Medium(try read(source))) }
            let mistake = { @Sendable () -> ChatError in
                do throws(ChatError) { _ = try read(source) } catch { return error }
                return error
            }
            if kind == .image, let url = DataURL.remote(source) {
                return media.append(Medium(url, absence: LeftOut(kind: kind, mistake: mistake)))
            }
            leaveOut(error.message.contains("not application/") ? .document : kind, mistake)
        }
    }
}
