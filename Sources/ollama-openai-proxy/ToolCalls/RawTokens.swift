/// What a model wrote, token by token, just as the parser of its own server was fed it. No client sees it.
///
/// Real Ollama (0.30 and newer, GGUF models, both paths that it renders itself) sends it as log probabilities, also while
/// its parser holds a call or swallows it. Tokens that were drafted (speculative decoding) have none, so that there may be
/// holes behind which the rest still looks like a whole call. It is used only where every guard of `lostCalls` holds.
struct RawTokens: Sendable {
    /// Bytes; of a longer reply no calls are read.
    static let limit = 256 * 1024

    /// Entries. One is a token, or several of which nothing could be said before: parts of a character, and what may begin
    /// a stop text.
    private(set) var count = 0
    /// Enough replies of the model have shown that its tokens have no holes, so that they are believed where nothing was
    /// counted.
    private let isProven: Bool
    private(set) var text = ByteBuffer()
    /// Bytes of characters behind their first, and entries that may hold the beginning of a stop text.
    private var continuations = 0
    private var marks = 0
    /// Nothing is known to be missing.
    private var isWhole = true

    /// What the parser made of it.
    private var shown = ReplyParts()

    init(isProven: Bool = false) { self.isProven = isProven }

    /// Takes a line's tokens, and what the parser made of it. All lines that say something have some but the last.
    mutating func append(_ tokens: [TokenLogprob], _ events: ArraySlice<ChatEvent>, isLast: Bool) {
        for token in tokens { append(token.token) }
        for event in events where shown.add(event) { isWhole = isWhole && (isLast || !tokens.isEmpty) }
        isWhole = isWhole && shown.text.utf8.count + shown.thoughts.utf8.count <= Self.limit
    }

    private mutating func append(_ token: String) {
        count += 1
        let (before, size) = (continuations, token.utf8.count)
        continuations += token.utf8.count { $0 & 0xC0 == 0x80 }
        if token.utf8.contains(UInt8(ascii: "<")) { marks += 1 }
        // What could not be decoded has become U+FFFD (MLX, and Ollama before 0.30).
        let isLossy = continuations > before && token.unicodeScalars.contains("\u{FFFD}")
        isWhole = isWhole && size > 0 && !isLossy && text.count + size <= Self.limit
        if isWhole { text.append(text: token) }
    }

    /// The count guard: no more tokens are missing than entries can hide.
    ///
    /// It is a bound and no proof: one or two may be missing where so many marks or characters of several bytes stand.
    ///
    /// - Parameters:
    ///   - counted: tokens of the reply as its server counted them.
    ///   - stopped: the model ended it, by a token that has no entry.
    func holds(_ counted: Int, stopped: Bool = true) -> Bool {
        isWhole && count <= counted && counted - (stopped ? 1 : 0) - count - continuations <= marks
    }

    /// The reply may have been cut by the limit of its tokens.
    func reaches(_ limit: Int) -> Bool { count > 0 && count <= limit && count + continuations + marks >= limit }

    /// The calls that the parser lost, behind those that it read; empty where it lost none, `nil` where a guard fails.
    ///
    /// All that was shown must be in it and nothing else, but for white space. Each call must be complete by itself, of a
    /// known tool, with arguments that fit.
    ///
    /// - Parameter counted: `nil` where the reply ended with the parser's error. The parser then has kept the last token,
    ///   the tag that closes a call.
    func lostCalls(_ catalog: ToolCatalog, counted: Int?) -> [ToolCallDelta]? {
        guard count > 0, isWhole, counted.map({ holds($0) }) ?? isProven else { return nil }
        let reason = counted == nil ? FinishReason.unstated : .stop
        if let calls = calls(behind: "", reason, catalog) { return calls }
        return counted == nil ? calls(behind: "</tool_call>", reason, catalog) : nil
    }

    /// - Parameter reason: behind an unstated one nothing is completed.
    private func calls(behind closing: String, _ reason: FinishReason, _ catalog: ToolCatalog) -> [ToolCallDelta]? {
        // A closing mark alone says that all before it was thought.
        var splitter = ThinkTagSplitter(expectsThinking: true, holdsUntilEnd: true)
        var recovery = TextCallRecovery(catalog: catalog)
        var (split, events): ([ChatEvent], [ChatEvent]) = ([], [])
        splitter.feed(.textDelta(text.text + closing), into: &split)
        splitter.feed(.finished(reason, nil), into: &split)
        for event in split { recovery.feed(event, into: &events) }
        var read = ReplyParts()
        for event in events { read.add(event) }
        let meanings = read.calls.map { Self.meaning(of: $0, catalog) }
        guard !read.hasFailed, read.text.isSame(as: shown.text), read.thoughts.isSame(as: shown.thoughts), !meanings.contains(nil),
            meanings.starts(with: shown.calls.map { Self.meaning(of: $0, catalog) })
        else { return nil }
        return Array(read.calls.dropFirst(shown.calls.count))
    }

    /// What a call means that is complete and fits its tool; `nil` for any other.
    private static func meaning(of call: ToolCallDelta, _ catalog: ToolCatalog) -> DoubleHash.Key? {
        let normalizer = ToolCallNormalizer(catalog: catalog, repairs: true, coerces: true)
        guard let whole = normalizer.normalize(name: call.name ?? "", arguments: call.arguments, ended: false),
            let tool = catalog.declared(whole.name), let object = try? JSONDocument(parsing: whole.arguments).root,
            tool.schema.fits(object)
        else { return nil }
        var hash = DoubleHash().adding(.name, tool.name)
        hash.add(object)
        return hash.key
    }
}

/// All that a reply says, each kind by itself.
struct ReplyParts: Sendable {
    private(set) var text = ""
    private(set) var thoughts = ""
    private(set) var calls: [ToolCallDelta] = []
    private(set) var hasFailed = false

    /// False for an event that says nothing.
    @discardableResult mutating func add(_ event: ChatEvent) -> Bool {
        switch event {
        case .textDelta(let piece, _): text += piece
        case .reasoningDelta(let piece): thoughts += piece
        case .toolCallDelta(let call): calls.append(call)
        case .started, .finished: return false
        case .failed:
            hasFailed = true
            return false
        }
        return true
    }
}

extension String {
    /// White space apart.
    fileprivate func isSame(as other: String) -> Bool {
        func said(_ text: String) -> some Sequence<UInt8> { text.utf8.lazy.filter { !JSONScanner.isWhitespace($0) } }
        return said(self).elementsEqual(said(other))
    }
}
