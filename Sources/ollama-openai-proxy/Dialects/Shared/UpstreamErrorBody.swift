/// What the body of a failed answer, or a line with an `error`, says.
///
/// Usually `{"error":"text"}`. The text may itself hold llama-server's JSON, with or without words before it; and what
/// comes from a proxy in between is some other object, plain text, or HTML. Gemini puts the object into an array,
/// OpenRouter what its vendor said into `metadata.raw`, MiniMax its words into `base_resp.status_msg`, Z.ai into `msg`.
struct UpstreamErrorBody {
    /// For people; empty when nothing was said.
    private(set) var message = ""
    /// A status that is named inside; `nil`: none is.
    private(set) var status: Int?
    /// The object that it is; `nil`: it is none.
    let root: JSONValue?
    /// Where the operator can sign in to Ollama's cloud.
    private(set) var signInURL: String?

    /// Unicode scalars of a text that is no JSON, which may be a whole web page.
    private static let textLimit = 2000

    /// Objects inside texts inside objects; Ollama has been seen to use three.
    private static let depthLimit = 6

    /// The status if a failing answer may have it. 499 tells that a client went away, which ours did not.
    static func failure(_ status: Int?) -> Int? { status.flatMap { 400..<600 ~= $0 && $0 != 499 ? $0 : nil } }

    /// Where a redirect leads, without its query, which may hold a key; `nil`: the answer is none. Mostly it leads from http to
    /// https, or says that `/v1` is missing or too much.
    static func redirect(_ status: HTTPStatus, _ fields: HTTPFields) -> String? {
        guard 300..<400 ~= status.rawValue, let target = fields["Location"]?.prefix(while: { $0 != "?" }) else { return nil }
        return "answered \(status.rawValue) and leads to \(target.prefix(200)). Redirects are not followed: set its URL to that"
    }

    /// What 500 leaves open the words may say.
    static func status(_ status: Int, _ text: UpstreamErrorText) -> Int { status == 500 ? text.status ?? 500 : status }

    init(_ text: String) {
        root = Self.object(text[...])
        if let root {
            signInURL = root["signin_url"]?.string.flatMap { $0.isEmpty ? nil : $0 }
            status = root["StatusCode"]?.integer
            if let words = words(of: root, depth: Self.depthLimit) {
                message = words
                return
            }
        }
        message = Self.beginning(of: text)
    }

    /// `nil` when the value says nothing.
    private mutating func words(of value: JSONValue, depth: Int) -> String? {
        guard depth > 0 else { return nil }
        switch value.kind {
        case .string: return words(in: value.string ?? "", depth: depth)
        case .object:
            for name in ["error", "message", "detail", "msg", "base_resp", "status_msg"] {
                guard let member = value[name], let words = words(of: member, depth: depth - 1) else { continue }
                status = value["code"]?.integer ?? status
                let more = value["metadata"]?["raw"].flatMap { self.words(of: $0, depth: depth - 1) }
                return words + (more.map { ": " + $0 } ?? "") + Self.sizes(value)
            }
            return nil
        case .null: return nil
        case .true, .false, .number, .array: return value.rawText
        }
    }

    /// A text, with the JSON at its end replaced by what that says.
    private mutating func words(in text: String, depth: Int) -> String? {
        let text = text.trimmed
        if let brace = text.utf8.firstIndex(of: UInt8(ascii: "{")), let inner = Self.object(text[brace...]),
            let words = words(of: inner, depth: depth - 1)
        {
            return text[..<brace] + words
        }
        return text.isEmpty ? nil : text
    }

    /// What llama-server says beside its message when a prompt is too long.
    private static func sizes(_ value: JSONValue) -> String {
        guard let prompt = value["n_prompt_tokens"]?.integer, let limit = value["n_ctx"]?.integer else { return "" }
        return " (n_prompt_tokens \(prompt), n_ctx \(limit))"
    }

    private static func object(_ text: Substring) -> JSONValue? {
        guard var root = try? JSONDocument(parsing: Array(text.utf8)).root else { return nil }
        if root.kind == .array, let first = root.elements.first(where: { _ in true }) { root = first }
        return root.kind == .object ? root : nil
    }

    private static func beginning(of text: String) -> String {
        let text = text.trimmed
        let beginning = text.unicodeScalars.prefix(textLimit)
        return beginning.endIndex == text.endIndex ? text : String(beginning) + "…"
    }
}

extension Span<UInt8> {
    /// The beginning as one line of text, for a message.
    var excerpt: String {
        let limit = 300
        let scalars = extracting(..<Swift.min(count, limit * 4)).text.unicodeScalars
        var excerpt = String.UnicodeScalarView()
        for scalar in scalars.prefix(limit) { excerpt.append(scalar.properties.generalCategory == .control ? " " : scalar) }
        return String(excerpt) + (scalars.count > limit ? "…" : "")
    }
}
