/// Turns the bytes of an upstream's reply into the bytes of the client's, or folds them into one response.
///
/// decoder → rescue → think tags → calls written as text → gatherer → reasoning → encoder. A value machine, like all of
/// its parts, but on the heap: it is large, and as a value it would stand in the frames of every function on the way.
final class Translator<Decoder: ChatEventDecoder, Encoder: ChatEventEncoder> {
    private var decoder: Decoder
    private var filters: ReplyFilters
    private var encoder: Encoder?
    private var decoded: [ChatEvent] = []
    private var filtered: [ChatEvent] = []
    /// Events that wait until it is known whether the model is asked again; `nil` when nothing is held back.
    private var held: [ChatEvent]?
    private var heldBytes = 0
    private let demandsCall: Bool
    private let mayAskAgain: Bool

    /// Bytes for a streaming client; the caller takes them.
    var output = ByteBuffer()
    /// The fold of the events, when there is no encoder.
    private(set) var response = ChatResponse()
    /// The terminal event; nothing follows it. A failure is not in `output`: how it is told depends on what the
    /// client has got already.
    private(set) var outcome: ChatResponse.Outcome?
    /// The outcome is the upstream's own last word; otherwise it is still talking.
    private(set) var isUpstreamFinished = false
    /// What the upstream counted, whatever became of its reply.
    private(set) var usage: Usage?
    /// The ids of the calls that were delivered, in order.
    private(set) var callIDs: [String] = []
    /// Something that a client takes for a part of the reply stands in `output`, or stood there.
    private(set) var hasTold = false

    /// - Parameters:
    ///   - encoder: `nil` folds the events into `response`.
    ///   - spent: what earlier tries cost; counted into the usage.
    ///   - demandsCall: text waits until a call has come, or for `release`.
    ///   - mayAskAgain: a call of an undeclared tool waits for the end, or for `release`, if nothing was told before it.
    init(
        decoder: Decoder, filters: ReplyFilters, encoder: Encoder?, spent: Usage? = nil, demandsCall: Bool = false,
        mayAskAgain: Bool = false
    ) {
        self.decoder = decoder
        self.filters = filters
        self.encoder = encoder
        usage = spent
        self.demandsCall = demandsCall
        self.mayAskAgain = mayAskAgain
        held = demandsCall ? [] : nil
    }

    var isStreaming: Bool { encoder != nil }

    /// The model has said all that it wanted, and not what it was told to, or nothing but what it may not.
    var isMissingCall: Bool {
        guard case .finished(.stop, _) = outcome else { return false }
        return demandsCall || held != nil && filters.did(.notOffered)
    }

    /// The model has called what is not declared, and the client has not seen it.
    var isUndeclaredCall: Bool {
        guard case .finished(.toolCalls, _) = outcome else { return false }
        return held != nil && filters.did(.undeclared)
    }

    /// What was done to tool calls so far.
    var receipts: [ToolCallReceipt] { filters.receipts }
    /// What was thought and said, for the memory of reasoning.
    var memorable: ThoughtReply { filters.memorable }

    func feed(_ bytes: Span<UInt8>) {
        decoder.feed(bytes, into: &decoded)
        pass()
    }

    /// The upstream's body has ended.
    func finish() {
        decoder.finish(into: &decoded)
        pass()
    }

    /// The upstream refused. Its refusal may hold the call that it could not read.
    func refuse(_ error: ChatError) {
        decoded = [.started(ResponseStart()), .failed(error)]
        pass()
    }

    /// Lets go what was held back, when no other try follows.
    func release() {
        guard let events = held else { return }
        held = nil
        for event in events { tell(event) }
    }

    /// Writes a failure as the end of a stream that has begun.
    func fail(_ error: ChatError) {
        release()
        encoder?.encode(.failed(error), into: &output)
    }

    /// Writes bytes that show a client that the stream lives.
    func keepAlive() {
        encoder?.keepAlive(into: &output)
    }

    private func pass() {
        if let last = decoded.last, last.isTerminal {
            isUpstreamFinished = true
            if case .finished(_, let counted?) = last { usage = counted + usage }
        }
        filters.feed(&decoded, into: &filtered)
        for event in filtered where outcome == nil { deliver(event) }
        filtered.clear()
    }

    private func deliver(_ event: ChatEvent) {
        var event = event
        switch event {
        case .failed(let error):
            outcome = .failed(error)
            return
        case .finished(let reason, _):
            event = .finished(reason, usage)
            outcome = .finished(reason, usage)
            if held == nil, !hasTold, response.text.isEmpty, filters.did(.notOffered) { held = [] }
        case .toolCallDelta(let call):
            callIDs.append(call.id ?? "")
            if mayAskAgain, !hasTold, filters.did(.undeclared) { held = held ?? [] } else { release() }
        case .textDelta(let text, _) where held != nil:
            heldBytes += text.utf8.count
            if heldBytes > Self.heldLimit { release() }
        default: break
        }
        if held == nil { tell(event) } else { held?.append(event) }
    }

    private func tell(_ event: ChatEvent) {
        guard encoder != nil else { return response.fold(event) }
        let before = output.count
        encoder?.encode(event, into: &output)
        if output.count > before { hasTold = true }
    }

    /// Bytes of text that wait for a demanded call.
    private static var heldLimit: Int { 1024 * 1024 }
}
