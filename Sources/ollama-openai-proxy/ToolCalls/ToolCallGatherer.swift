/// Makes whole calls out of call fragments; stands between an upstream decoder and a client's encoder.
///
/// Fragments may come in every form that upstreams use: whole calls, a name first and then text, keyed by index, by
/// id, by both or by neither, several calls one after another or interleaved. A call leaves when its arguments have
/// closed and the next event has come that is not more of its own text: whole, with a unique id, and right, byte for
/// byte if it was. Calls leave in the order in which they close. Every other event passes at once, but for what follows
/// text behind a call (`CallBuffer`).
///
/// A call that was cut is never delivered and never completed by guesswork. Where its text goes on behind the closing
/// bracket, or where the upstream's parser left its rest as text, the reply fails; where the reply's end or a failure
/// cuts it off, it is dropped.
struct ToolCallGatherer: Sendable {
    /// Calls in one reply, those that are dropped included.
    static let callLimit = 128

    /// Bytes of argument text in one reply, of all its calls together.
    static let standardArgumentLimit = 32 * 1024 * 1024

    /// What was done to calls, in order; a call that passed untouched leaves none.
    private(set) var adjustments: [ToolCallAdjustment] = []

    private let makeID: @Sendable () -> String
    private let allowsParallelCalls: Bool
    private let argumentLimit: Int
    private let normalizer: ToolCallNormalizer
    private let history: [ChatMessage]
    /// Those of the history, once a call has come with an id.
    private var historyIDs: Set<String>?
    private var argumentBytes = 0
    private var fragments = 0
    private var calls: [PartialToolCall] = []
    /// The calls that have closed, in that order.
    private var closed: [Int] = []
    /// What text behind a call keeps back.
    private var buffer: CallBuffer?
    /// One a call that was delivered.
    private var usedIDs: Set<String> = []
    /// The ids of calls that `makeID` gave.
    private(set) var madeIDs: Set<String> = []
    private var isFinished = false

    /// - Parameters:
    ///   - makeID: gives an id for a call whose own is missing or was used before; each id must be new.
    ///   - allowsParallelCalls: false ends the reply after the first whole call; what comes later is swallowed.
    ///   - argumentLimit: bytes of argument text in the reply; beyond it the reply fails.
    ///   - normalizer: makes calls right.
    ///   - history: an id that it holds is used.
    init(
        makeID: @escaping @Sendable () -> String, allowsParallelCalls: Bool = true, argumentLimit: Int = Self.standardArgumentLimit,
        normalizer: ToolCallNormalizer = .none, history: [ChatMessage] = []
    ) {
        self.makeID = makeID
        self.allowsParallelCalls = allowsParallelCalls
        self.argumentLimit = argumentLimit
        self.normalizer = normalizer
        self.history = history
    }

    /// A call has begun, and its end has not come.
    var isInCall: Bool { calls.contains(where: \.isOpen) }

    /// True when something was done to a call.
    func did(_ rule: ToolCallAdjustment.Rule) -> Bool { adjustments.contains { $0.rule == rule } }

    /// Takes the next event; after the terminal one nothing is appended any more.
    mutating func feed(_ event: ChatEvent, into events: inout [ReplyEvent]) {
        guard !isFinished else { return }
        switch event {
        case .textDelta(let text, let logprobs):
            if !closed.isEmpty || calls.last?.isOpenRecovered == true {
                // It may be the rest of the call that has closed.
                buffer = buffer ?? CallBuffer()
                completeClosed(into: &events)
            }
            emit(.text(text, logprobs: logprobs), into: &events)
            if buffer?.isFull == true { endText(into: &events) }
        case .toolCallDelta(let delta):
            endText(into: &events)
            if !isFinished { gather(delta, into: &events) }
        case .reasoningDelta(let text): pass(.reasoning(text), into: &events)
        case .started: pass(.started, into: &events)
        case .finished(let reason, let usage): finish(reason, usage, into: &events)
        case .failed(let error): end(with: .failed(error), into: &events)
        }
    }

    private mutating func pass(_ event: ReplyEvent, into events: inout [ReplyEvent]) {
        completeClosed(into: &events)
        endText(into: &events)
        emit(event, into: &events)
    }

    private mutating func gather(_ delta: ToolCallDelta, into events: inout [ReplyEvent]) {
        argumentBytes += delta.arguments.utf8.count
        guard argumentBytes <= argumentLimit else {
            return fail("The model's tool calls are larger than \(argumentLimit) bytes.", into: &events)
        }
        // Empty keys say nothing.
        var fragment = delta
        if fragment.id?.isEmpty == true { fragment.id = nil }
        if fragment.name?.isEmpty == true { fragment.name = nil }
        let known = calls.index(of: fragment) ?? calls.index(ofNameIn: fragment, normalizer)
        guard known != nil || calls.count < Self.callLimit else {
            return fail("The model made more than \(Self.callLimit) tool calls.", into: &events)
        }
        let at = known ?? calls.count
        if known == nil { calls.append(PartialToolCall(repeating: calls.original(of: fragment))) }
        fragments += 1
        calls[at].recency = fragments
        let isOther = calls[at].isOpen
        let hasClosed = calls[at].append(fragment)
        if !closed.isEmpty, calls[at].isOpen { closed.removeAll { $0 == at } }
        // In single quotes a bracket may close what is not over. Such a text is open until the end of the reply.
        if hasClosed, !calls[at].text.isObject, normalizer.canStillRepair(calls[at].text.text) { calls[at].keepOpen() }
        // A name repeated behind the end says nothing.
        if isOther, !calls[at].isRepeatedName { completeClosed(sparingPlaceholders: true, into: &events) }
        close(at, into: &events)
    }

    /// Closes what a fragment of a call has brought to its end.
    ///
    /// A call without any arguments never closes by itself. It is over when a later one gets text.
    private mutating func close(_ at: Int, into events: inout [ReplyEvent]) {
        guard calls[at].isOpen, !calls[at].text.isBlank else { return }
        for earlier in 0..<at where calls[earlier].isOpen && calls[earlier].text.isBlank {
            if calls[earlier].name != nil { complete(earlier, into: &events) }
        }
        guard calls[at].text.isClosed, calls[at].name != nil else { return }
        calls[at].state = .closed
        closed.append(at)
    }

    /// Completes the calls that waited for what comes next.
    ///
    /// - Parameter sparingPlaceholders: those whose real arguments may still come by their index wait on, where no other
    ///   would have to wait for them.
    private mutating func completeClosed(sparingPlaceholders: Bool = false, into events: inout [ReplyEvent]) {
        guard !closed.isEmpty else { return }
        let last = closed.lastIndex { !sparingPlaceholders || !calls[$0].isPlaceholder || calls[$0].index == nil }
        let count = last.map { $0 + 1 } ?? 0
        for at in closed.prefix(count) { complete(at, into: &events) }
        closed.removeFirst(count)
    }

    /// Judges the text behind a call when something else comes. Behind any but white space everything waits for the end.
    private mutating func endText(into events: inout [ReplyEvent]) {
        guard !isFinished, buffer != nil else { return }
        if buffer?.endText() == true {
            let dropped = buffer?.dropCalls(.invalid) ?? []
            adjustments += dropped
            let name = dropped.last?.tool ?? calls.last?.shortName ?? ""
            return end(with: .failed(CallRest.error(for: name)), into: &events)
        }
        if buffer?.hasText == false { release(into: &events) }
    }

    private mutating func release(into events: inout [ReplyEvent]) {
        let released = buffer?.events ?? []
        buffer = nil
        for event in released { emit(event, into: &events) }
    }

    private mutating func emit(_ event: ReplyEvent, into events: inout [ReplyEvent]) {
        guard !isFinished else { return }
        guard buffer == nil else {
            buffer?.append(event)
            return
        }
        events.append(event)
        if !allowsParallelCalls, case .call = event { end(with: .finished(.toolCalls, nil), into: &events) }
    }

    /// Judges the text of a call that can no longer grow, and delivers the call, made right, or fails the reply.
    private mutating func complete(_ at: Int, hasEnded: Bool = false, into events: inout [ReplyEvent]) {
        guard !isFinished else { return }
        calls[at].state = .done
        let call = calls[at]
        if call.isRepeatedName { return }
        guard let name = call.name else { return reject(at, because: "it names no tool", into: &events) }
        guard !call.isCut else { return reject(at, because: Self.goesOn, into: &events) }
        let others = calls.indices.filter { $0 != at && calls[$0].state == .done }
        if others.contains(where: { call.isRepetition(of: calls[$0]) }) { return adjustments.append(call.adjustment(.repeated)) }
        let error = call.text.error
        guard let whole = normalizer.normalize(name: name, arguments: call.text.text, isObject: call.text.isObject, ended: hasEnded)
        else {
            let problem = error.map { "its arguments are not one complete JSON object (\($0))" }
            return reject(at, because: problem ?? "its name holds arguments in a form that is not known", into: &events)
        }
        deliver(whole, of: call, because: error?.description, into: &events)
        let trailing = call.trailing.utf8.drop(while: JSONScanner.isWhitespace).count
        guard trailing > 0, !isFinished else { return }
        adjustments.append(call.adjustment(.trailingText, trailing: trailing, delivered: call.text.byteCount))
    }

    /// - Parameter reason: why the arguments had to be repaired.
    private mutating func deliver(
        _ whole: ToolCallNormalizer.Normalized, of call: PartialToolCall, because reason: String?, into events: inout [ReplyEvent]
    ) {
        let size = whole.arguments.utf8.count
        let tool = ToolName.label(of: whole.name)
        if let rule = normalizer.rejection(of: whole.name) {
            let delivered = rule == .notOffered ? 0 : size
            adjustments.append(ToolCallAdjustment(tool: tool, rule: rule, bytesBefore: size, bytesAfter: delivered))
            if rule == .notOffered { return }
        }
        for rule in whole.rules {
            adjustments.append(
                ToolCallAdjustment(tool: tool, rule: rule, bytesBefore: call.text.byteCount, bytesAfter: size, reason: reason))
        }
        let renewed = call.id.flatMap { newID(for: $0) }
        var id = renewed ?? call.id ?? makeID()
        for _ in 0...usedIDs.count where usedIDs.contains(id) { id = makeID() }
        usedIDs.insert(id)
        if id != call.id, id != renewed { madeIDs.insert(id) }
        emit(.call(ToolCall(id: id, name: whole.name, arguments: whole.arguments)), into: &events)
    }

    /// Another id for one that the history holds.
    private mutating func newID(for id: String) -> String? {
        let known = historyIDs ?? Set(history.callIDs.map(RepeatedID.folded))
        historyIDs = known
        return known.contains(RepeatedID.folded(id)) ? RepeatedID.make(for: id, besides: known) ?? makeID() : nil
    }

    private static let goesOn = "its arguments go on behind their closing bracket"

    private mutating func finish(_ reason: FinishReason, _ usage: Usage?, into events: inout [ReplyEvent]) {
        completeClosed(into: &events)
        endText(into: &events)
        // Text may also have come behind calls that had been delivered.
        for at in calls.indices where calls[at].isCut { reject(at, because: Self.goesOn, into: &events) }
        let isComplete = reason == .stop || reason == .toolCalls || reason == .unstated
        if reason == .unstated, calls.contains(where: { $0.isOpen && $0.hasContent && !$0.isRepeatedName }) {
            end(with: .failed(.brokenOffInCall), into: &events)
        } else if isComplete {
            for at in calls.indices where calls[at].isOpen && calls[at].hasContent { complete(at, hasEnded: true, into: &events) }
        } else {
            // What was said behind the call may be the rest of it, cut by the token limit.
            adjustments += buffer?.dropCalls(.dropped) ?? []
        }
        release(into: &events)
        // A reply that says "tool calls" and holds none would leave an agent waiting for them.
        let honest = isComplete ? usedIDs.isEmpty ? .stop : FinishReason.toolCalls : reason
        end(with: .finished(honest, usage), into: &events)
    }

    private mutating func reject(_ at: Int, because reason: String, into events: inout [ReplyEvent]) {
        guard !isFinished else { return }
        calls[at].state = .done
        if normalizer.rejection(of: calls[at].name ?? "") == .notOffered {
            return adjustments.append(calls[at].adjustment(.notOffered))
        }
        adjustments.append(calls[at].adjustment(.invalid))
        let name = calls[at].shortName
        let call = name.isEmpty ? "tool call" : "call of the tool \"\(name)\""
        fail("The model's \(call) cannot be read: \(reason).", into: &events)
    }

    private mutating func fail(_ message: String, into events: inout [ReplyEvent]) {
        end(with: .failed(ChatError(status: 502, message, code: .invalidToolCall)), into: &events)
    }

    private mutating func end(with end: ReplyEnd, into events: inout [ReplyEvent]) {
        guard !isFinished else { return }
        isFinished = true
        adjustments += buffer?.dropCalls(.dropped) ?? []
        for call in calls where call.state != .done && call.hasContent && !call.isRepeatedName {
            adjustments.append(call.adjustment(.dropped))
        }
        events.append(.end(end))
    }
}
