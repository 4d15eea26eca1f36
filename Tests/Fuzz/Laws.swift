/// Ends the process with the name of the law when it is broken, so that libFuzzer keeps the input.
func hold(_ law: StaticString, _ holds: Bool, _ details: @autoclosure () -> String = "") {
    guard !holds else { return }
    fatalError("broken law: \(law)\n\(details())")
}

/// What stands in for random choices: numbers that depend on the input alone, so that a run can be repeated, and take
/// no bytes of it, so that an input is nothing but what the target reads.
struct Choices {
    private var state: UInt64

    /// FNV-1a over the input.
    init(_ bytes: [UInt8]) {
        state = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// A number below `bound`.
    mutating func next(below bound: Int) -> Int {
        state ^= state >> 33
        state &*= 0xFF51_AFD7_ED55_8CCD
        state ^= state >> 29
        return Int(state % UInt64(max(1, bound)))
    }

    /// True once in `count` times.
    mutating func isOnce(in count: Int) -> Bool { next(below: count) == 0 }
}

extension Choices {
    /// The law of all value machines: cut at a place, and now and then after every byte, the bytes give the same.
    mutating func holdSplits<Output: Equatable>(
        _ law: StaticString, _ bytes: [UInt8], _ whole: Output, run: ([[UInt8]]) -> Output
    ) {
        let cut = next(below: bytes.count + 1)
        let halves = run([Array(bytes[..<cut]), Array(bytes[cut...])])
        hold(law, halves == whole, "cut at \(cut):\n\(halves)\nwhole:\n\(whole)")
        guard isOnce(in: 4) else { return }
        let singles = run(bytes.map { [$0] })
        hold(law, singles == whole, "byte by byte:\n\(singles)\nwhole:\n\(whole)")
    }
}

/// The grammar of `ChatEvent`: a start, what is said, one terminal event; or a failure alone.
func holdGrammar(_ events: [ChatEvent]) {
    for (place, event) in events.enumerated() {
        switch event {
        case .started: hold("a reply starts once, and first", place == 0, "\(events)")
        case .failed, .finished: hold("nothing follows the terminal event", place == events.count - 1, "\(events)")
        case .reasoningDelta, .textDelta, .toolCallDelta: break
        }
    }
    guard let first = events.first, let last = events.last else { return hold("a reply has an end", false) }
    hold("a reply has an end", last.isTerminal, "\(events)")
    if case .started = first { return }
    if case .failed = first { return }
    hold("nothing is said before the start", false, "\(events)")
}

/// An error that a client may get: an HTTP failure, with words.
func holdError(_ error: ChatError, isClients: Bool = false) {
    hold("an error has the status of one", (isClients ? 400..<500 : 400..<600).contains(error.status), "\(error)")
    hold("an error says something", !error.message.isEmpty, "\(error)")
    for body in [OpenAIError.body(of: error), OpenAIError.frame(of: error)] {
        let object = try? JSONDocument(parsing: body.array).root["error"]
        hold("an error is a JSON object with a message", object?["message"]?.string?.isEmpty == false, body.text)
    }
    var bytes = ByteBuffer()
    ChatCompletionsDialect().encode(error).encodeHead(into: &bytes, framing: .length(0))
}

/// The delivered calls of a reply: numbered, with ids of their own, whole, and not of the proxy's invention.
struct CallCheck {
    /// Names that are right: the declared ones, and those that upstream said.
    private let names: Set<[UInt8]>
    private var ids: Set<String> = []

    init(names: some Sequence<String>) {
        // A name may be a call in JSON, and then its name counts.
        let inside = names.compactMap { try? JSONDocument(parsing: $0).root["name"]?.string }
        self.names = Set((Array(names) + inside).map { Array($0.utf8) })
    }

    mutating func take(_ call: ToolCallDelta) {
        let id = call.id ?? ""
        hold("calls are numbered in order", call.index == ids.count, "\(call)")
        hold("every call has an id of its own", !id.isEmpty && ids.insert(id).inserted, "\(call)")
        hold("a call names what was declared or said", names.contains(Array((call.name ?? "").utf8)), "\(call)")
        let arguments = try? JSONDocument(parsing: call.arguments).root
        hold("a call's arguments are one JSON object", arguments?.kind == .object, "\(call)")
    }

    /// All calls of a reply.
    mutating func take(_ events: [ChatEvent]) {
        for case .toolCallDelta(let call) in events { take(call) }
    }
}
