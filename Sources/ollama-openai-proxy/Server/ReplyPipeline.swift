/// Turns the bytes of an upstream's reply into the bytes of the client's, or folds them into one response.
///
/// Its stages stand below in the order in which they work. A value machine, like all of its parts, but on the heap: it is
/// large, and as a value it would stand in the frames of every function on the way.
final class ReplyPipeline<Decoder: ChatEventDecoder, Encoder: ReplyEventEncoder>: ReplyProgress {
    /// Bytes become events.
    private var decoder: Decoder
    /// A call that the upstream could not read, and quoted in its error, becomes one. `nil`: it stays an error.
    private var reparser: ToolCallReparser?
    /// What was thought between marks in the text becomes reasoning.
    private var thinkTags: ThinkTagSplitter
    /// Calls written as text become calls. `nil` when there is nothing to look for, or no longer.
    private var recovery: TextCallRecovery?
    /// Calls at the end of thoughts that never closed. `nil` when there are none, or no longer.
    private var thoughtCalls: ThoughtCalls?
    /// Fragments of calls become whole calls.
    private var gatherer: ToolCallGatherer
    /// What the memory of reasoning needs to know of the reply.
    private(set) var transcript: ReplyTranscript
    /// False: reasoning goes no further. What stands between proxy and agent cannot sign thinking blocks, and agents hang
    /// on unsigned ones.
    private let passesReasoning: Bool
    /// Events that wait until it is known whether the model is asked again; `nil` when nothing waits.
    private var buffered: [ReplyEvent]?
    /// Events become bytes. `nil`: they are folded into `response`.
    private(set) var encoder: Encoder?
    /// There is an encoder. To ask that itself would copy it: some are large.
    let isStreaming: Bool

    // On the way from one stage to the next; empty between calls.
    private var decoded: [ChatEvent] = []
    private var split: [ChatEvent] = []
    private var gathered: [ReplyEvent] = []

    private let demandsCall: Bool
    private let mayAskAgain: Bool
    private var bufferedBytes = 0
    /// What is buffered are thoughts, for whose end nobody waits long.
    private var holdsThoughts = false
    /// Of text and reasoning, where they are not streamed.
    private var foldedBytes = 0
    private let foldLimit: Int
    /// `nil`: a reply that says nothing is none that failed.
    private let emptyReplyTokens: Int?
    /// What is buffered is white space.
    private var holdsBlank = false

    /// Bytes for a streaming client; the caller takes them.
    var output = ByteBuffer()
    /// The fold of the events, when there is no encoder.
    private(set) var response = ChatResponse()
    /// How the reply ended; nothing follows it. A failure is not in `output`: how it is written depends on what the
    /// client has got already.
    private(set) var outcome: ReplyEnd?
    /// The outcome is the upstream's own last word; otherwise it is still talking.
    private(set) var isUpstreamFinished = false
    /// The model has stopped, and nothing of what it wrote is there, although it could have called.
    private(set) var isEmpty = false
    /// Tokens of this reply alone; `nil` unless the model ended it itself.
    private(set) var stoppedTokens: Int?
    /// What the upstream counted, whatever became of its reply.
    private(set) var usage: Usage?
    /// Something that a client takes for a part of the reply stands in `output`, or stood there.
    private(set) var hasEmitted = false

    /// - Parameters:
    ///   - encoder: `nil` folds the events into `response`.
    ///   - plan: when it demands a call, text waits until one has come, or for `release`.
    ///   - memoryLimit: bytes of reasoning, and of text, that are worth remembering; 0: none are kept.
    ///   - foldLimit: bytes of text and reasoning in a reply that is not streamed.
    ///   - spent: what earlier tries cost; counted into the usage.
    ///   - mayAskAgain: a call of an undeclared tool waits for the end, or for `release`, if nothing was sent before it,
    ///     and so does the beginning of thoughts between marks.
    ///   - takesThoughtCalls: the try before ended in its thoughts, with calls.
    ///   - makeID: gives an id for a call that has none; each must be new.
    init(
        decoder: Decoder, encoder: Encoder?, for plan: RequestPlan, policy: ToolCallPolicy = ToolCallPolicy(), memoryLimit: Int = 0,
        foldLimit: Int = 32 * 1024 * 1024, spent: Usage? = nil, mayAskAgain: Bool = false, takesThoughtCalls: Bool = false,
        makeID: @escaping @Sendable () -> String = { "call_" + RandomID.make() }
    ) {
        let chat = plan.request
        let catalog = ToolCatalog(of: chat)
        let recovers = policy.recovers && !catalog.isEmpty
        self.decoder = decoder
        reparser = recovers ? ToolCallReparser(catalog: catalog, tokenLimit: plan.options.maxTokens) : nil
        thinkTags = ThinkTagSplitter(expectsThinking: plan.expectsThinking, holdsUntilEnd: !chat.isStreaming)
        let recovery = TextCallRecovery(catalog: recovers ? catalog : ToolCatalog([]), expectsThinking: plan.expectsThinking)
        self.recovery = recovery.isDone ? nil : recovery
        if recovers, mayAskAgain || takesThoughtCalls { thoughtCalls = ThoughtCalls(catalog: catalog, takes: takesThoughtCalls) }
        gatherer = ToolCallGatherer(
            makeID: makeID, allowsParallelCalls: chat.allowsParallelToolCalls,
            normalizer: ToolCallNormalizer(catalog: catalog, repairs: policy.repairs, coerces: policy.coerces), history: chat.messages)
        transcript = ReplyTranscript(byteLimit: memoryLimit)
        passesReasoning = plan.passesReasoning
        self.encoder = encoder
        isStreaming = encoder != nil
        usage = spent
        demandsCall = chat.demandsCall
        self.mayAskAgain = mayAskAgain
        self.foldLimit = foldLimit
        emptyReplyTokens = plan.emptyReplyTokens
        buffered = demandsCall ? [] : nil
    }

    /// What the model itself wrote; `nil`: it was not asked for.
    var rawTokens: RawTokens? { decoder.rawTokens }

    var hasFinishReason: Bool { decoder.hasFinishReason }

    override var mayBeInCall: Bool { hasBegun && (rawTokens?.count ?? 0) == 0 }

    /// The upstream's last word was that the limit has cut a call.
    func cut() {
        outcome = .finished(.length, usage)
        release()
        emit(.end(.finished(.length, usage)))
    }

    /// The model has called what is not declared, and the client has not seen it.
    var isUndeclaredCall: Bool {
        guard case .finished(.toolCalls, _) = outcome else { return false }
        return buffered != nil && gatherer.did(.undeclared)
    }

    /// The model has stopped in its thoughts, which end with calls, and the client has not seen them.
    var endsInThoughtCalls: Bool { thoughtCalls?.areFound == true }

    /// Why the model is asked again, where that may be, though its reply is whole; `nil`: there is nothing wrong.
    var fault: String? {
        // It has said all that it wanted, and not what it was told to, or nothing but what it may not.
        if case .finished(.stop, _) = outcome, demandsCall || buffered != nil && gatherer.did(.notOffered) { return "missing_call" }
        if isUndeclaredCall { return "undeclared_tool" }
        if isEmpty { return "empty_reply" }
        return endsInThoughtCalls ? "call_in_thoughts" : nil
    }

    override var visibleSize: Int { super.visibleSize + (passesReasoning ? thinkingBytes : 0) }

    override var isInCall: Bool { gatherer.isInCall || recovery?.isInBlock == true }

    /// What was done to tool calls so far.
    var adjustments: [ToolCallAdjustment] {
        (reparser?.adjustments ?? []) + (recovery?.adjustments ?? []) + (thoughtCalls?.adjustments ?? []) + gatherer.adjustments
            + (isEmpty ? [ToolCallAdjustment(tool: "", rule: .emptyReply, bytesBefore: 0, bytesAfter: 0)] : [])
    }

    func feed(_ bytes: Span<UInt8>) {
        decoder.feed(bytes, into: &decoded)
        run()
    }

    /// The upstream's body has ended.
    func finish() {
        decoder.finish(into: &decoded)
        run()
    }

    /// The upstream refused. Its refusal may hold the call that it could not read.
    func refuse(_ error: ChatError) {
        decoded = [.started, .failed(error)]
        run()
    }

    /// Lets go what was held back, when no other try follows.
    func release() {
        guard let events = buffered else { return }
        (buffered, holdsBlank, holdsThoughts) = (nil, false, false)
        for event in events { emit(event) }
    }

    /// Writes a failure as the end of a stream that has begun.
    func fail(_ error: ChatError) {
        release()
        encoder?.encode(.end(.failed(error)), into: &output)
    }

    /// Writes bytes that show a client that the stream lives.
    func keepAlive() { encoder?.keepAlive(into: &output) }

    /// Takes what was decoded through the stages.
    private func run() {
        if let end = decoded.last, end.isTerminal {
            isUpstreamFinished = true
            if let events = another(end) { decoded.replaceSubrange((decoded.count - 1)..., with: events) }
            if case .finished(let reason, let counted?) = decoded.last {
                if reason == .stop || reason == .toolCalls { stoppedTokens = counted.completionTokens }
                usage = counted + usage
            }
        }
        if !isStreaming { limitText() }
        for event in decoded { thinkTags.feed(event, into: &split) }
        decoded.clear()
        if recovery != nil {
            for event in split { recovery?.feed(event, into: &decoded) }
            split.clear()
            swap(&split, &decoded)
            if recovery?.isDone == true { recovery = nil }
        }
        if thoughtCalls?.isDone == false {
            let hasClosed = thinkTags.hasClosed || passesReasoning && hasEmitted && isStreaming
            for event in split { thoughtCalls?.feed(event, hasClosed: hasClosed, into: &decoded) }
            split.clear()
            swap(&split, &decoded)
        }
        for event in split { gatherer.feed(event, into: &gathered) }
        split.clear()
        for event in gathered where outcome == nil { finishStages(event) }
        gathered.clear()
        if holdsThoughts, thinkTags.hasClosed { release() }
    }

    /// A reply that is folded is kept in memory, in some stages more than once.
    private func limitText() {
        for case .textDelta(let piece, let tokens) in decoded { foldedBytes += piece.utf8.count + 64 * tokens.count }
        for case .reasoningDelta(let piece) in decoded { foldedBytes += piece.utf8.count }
        guard foldedBytes > foldLimit else { return }
        let words = "The reply is larger than \(foldLimit >> 20) MiB, too large for one that is not streamed; ask for a stream"
        decoded = [.failed(ChatError(status: 502, words, code: ChatError.Code(rawValue: "reply_too_large")))]
    }

    /// What stands for the upstream's last word it could not read a call, or lost one.
    private func another(_ end: ChatEvent) -> [ChatEvent]? {
        if case .failed(let error) = end, let events = reparser?.reparse(error) { return events }
        return rawTokens.flatMap { reparser?.reread(end, $0) }
    }

    /// The stages behind the gatherer.
    private func finishStages(_ event: ReplyEvent) {
        var event = event
        if transcript.byteLimit > 0 { transcript.add(event) }
        switch event {
        case .started: hasBegun = true
        case .reasoning(let piece):
            thinkingBytes += piece.utf8.count
            // An empty piece marks a place only.
            if !passesReasoning || piece.isEmpty { return }
            if buffered == nil, !hasEmitted, thinkTags.hasOpened, thoughtCalls?.isDone == false {
                (buffered, holdsThoughts) = ([], true)
            }
            guard holdsThoughts else { break }
            bufferedBytes += piece.utf8.count
            if bufferedBytes > Self.thoughtLimit { release() }
        case .text(let text, _):
            textBytes += text.utf8.count
            if holdsThoughts { release() }
            if !hasText { noteText(text) }
            guard buffered != nil else { break }
            bufferedBytes += text.utf8.count
            if bufferedBytes > Self.bufferLimit { release() }
        case .call:
            callCount += 1
            holdsBlank = false
            transcript.ownIDs = gatherer.madeIDs
            if mayAskAgain, !hasEmitted, gatherer.did(.undeclared) { buffered = buffered ?? [] } else { release() }
        case .end(.finished(let reason, _)):
            event = .end(.finished(reason, usage))
            outcome = .finished(reason, usage)
            isEmpty = reason == .stop && !hasText && callCount == 0 && !hasEmitted && isLost(stoppedTokens ?? 0)
            if buffered == nil, !hasEmitted, response.text.isEmpty, isEmpty || gatherer.did(.notOffered) || endsInThoughtCalls {
                buffered = []
            }
        case .end(let failure):
            outcome = failure
            return
        }
        if buffered == nil { emit(event) } else { buffered?.append(event) }
    }

    /// White space may be all that comes, and then the model is asked again: it waits for what follows.
    private func noteText(_ text: String) {
        hasText = !text.utf8.allSatisfy(JSONScanner.isWhitespace)
        if hasText {
            if holdsBlank { release() }
        } else if emptyReplyTokens != nil, mayAskAgain, !hasEmitted, buffered == nil {
            (buffered, holdsBlank) = ([], true)
        }
    }

    /// So many tokens were to be seen.
    private func isLost(_ tokens: Int) -> Bool { emptyReplyTokens.map { tokens > $0 } ?? false }

    private func emit(_ event: ReplyEvent) {
        guard isStreaming else { return response.fold(event) }
        let before = output.count
        encoder?.encode(event, into: &output)
        if output.count > before { hasEmitted = true }
    }

    /// Bytes of thoughts between marks that wait for what follows them.
    private static var thoughtLimit: Int { 4 * 1024 }

    /// Bytes of text that wait for a demanded call.
    private static var bufferLimit: Int { 1024 * 1024 }
}

extension Array {
    /// Removes the few elements that there are and keeps the memory; for so few, `removeAll(keepingCapacity:)` costs more.
    fileprivate mutating func clear() { while popLast() != nil {} }
}
