/// Makes whole calls out of call fragments; stands between an upstream decoder and a client's encoder.
///
/// Fragments may come in every form that upstreams use: whole calls, a name first and then text, keyed by index, by
/// id, by both or by neither, several calls one after another or interleaved. A call leaves when its arguments have
/// closed and the next event has come that is not more of its own text, as one delta with an index of our own, a unique
/// id, its name and the whole text, byte for byte when it is right, mended when it is not. Calls leave in the order in
/// which they close. Every other event passes at once, but for what follows text behind a call (`HeldCalls`).
///
/// A call that was cut is never delivered and never completed by guesswork. Where its text goes on behind the closing
/// bracket, or where the upstream's parser left its rest as text, the reply fails; where the reply's end or a failure
/// cuts it off, it is withheld.
struct ToolCallGatherer: Sendable {
    /// Calls in one reply, those that are dropped included.
    static let callLimit = 128

    /// Bytes of argument text in one reply, of all its calls together.
    static let standardArgumentLimit = 32 * 1024 * 1024

    /// What was done to calls, in order; a call that passed untouched leaves none.
    private(set) var receipts: [ToolCallReceipt] = []

    private let makeID: @Sendable () -> String
    private let allowsParallelCalls: Bool
    private let argumentLimit: Int
    private let mender: ToolCallMender
    private var argumentBytes = 0
    private var fragments = 0
    private var calls: [PartialToolCall] = []
    /// The places of the calls that have closed, in that order.
    private var waiting: [Int] = []
    /// What text behind a call keeps back.
    private var held: HeldCalls?
    private var usedIDs: Set<String> = []
    /// The ids of calls that `makeID` gave.
    private(set) var madeIDs: Set<String> = []
    private var delivered = 0
    private var isFinished = false

    /// - Parameters:
    ///   - makeID: gives an id for a call whose own is missing or was used before; each id must be new.
    ///   - allowsParallelCalls: false ends the reply after the first whole call; what comes later is swallowed.
    ///   - argumentLimit: bytes of argument text in the reply; beyond it the reply fails.
    ///   - mender: mends calls that are not right.
    init(
        makeID: @escaping @Sendable () -> String, allowsParallelCalls: Bool = true,
        argumentLimit: Int = Self.standardArgumentLimit, mender: ToolCallMender = .none
    ) {
        self.makeID = makeID
        self.allowsParallelCalls = allowsParallelCalls
        self.argumentLimit = argumentLimit
        self.mender = mender
    }

    /// Takes the next event; after the terminal one nothing is appended any more.
    mutating func feed(_ event: ChatEvent, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        switch event {
        case .textDelta where held != nil || !waiting.isEmpty: hold(event, into: &events)
        case .toolCallDelta(let delta):
            endText(into: &events)
            if !isFinished { gather(delta, into: &events) }
        case .finished(let reason, let usage): finish(reason, usage, into: &events)
        case .failed: end(with: event, into: &events)
        case .started, .reasoningDelta, .textDelta:
            conclude(into: &events)
            endText(into: &events)
            emit(event, into: &events)
        }
    }

    private mutating func gather(_ delta: ToolCallDelta, into events: inout [ChatEvent]) {
        argumentBytes += delta.arguments.utf8.count
        guard argumentBytes <= argumentLimit else {
            return fail("The model's tool calls are larger than \(argumentLimit) bytes.", into: &events)
        }
        let fragment = delta.withoutEmptyKeys
        let known = calls.place(of: fragment)
        guard known != nil || calls.count < Self.callLimit else {
            return fail("The model made more than \(Self.callLimit) tool calls.", into: &events)
        }
        let place = known ?? calls.count
        if known == nil { calls.append(PartialToolCall(repeating: calls.original(of: fragment))) }
        fragments += 1
        calls[place].recency = fragments
        let isOther = calls[place].isOpen
        take(fragment, at: place)
        // A name repeated behind the end says nothing.
        if isOther, !calls[place].isRepeatedName { conclude(sparingPlaceholders: true, into: &events) }
        settle(place, isWhole: fragment.isRecovered, into: &events)
    }

    /// In single quotes a bracket may close what is not over. Such a text is held until the end of the reply.
    private mutating func take(_ fragment: ToolCallDelta, at place: Int) {
        let hasClosed = calls[place].take(fragment)
        if !waiting.isEmpty, calls[place].isOpen { waiting.removeAll { $0 == place } }
        guard hasClosed, !calls[place].text.isObject, mender.canStillMend(calls[place].text.text) else { return }
        calls[place].hold()
    }

    /// Closes what a fragment of the call at `place` has brought to its end.
    ///
    /// A call without any arguments never closes by itself. It is over when a later one gets text.
    ///
    /// - Parameter isWhole: nothing can follow, so that the call need not wait.
    private mutating func settle(_ place: Int, isWhole: Bool, into events: inout [ChatEvent]) {
        guard calls[place].isOpen, !calls[place].text.isBlank else { return }
        for earlier in 0..<place where calls[earlier].isOpen && calls[earlier].text.isBlank {
            if calls[earlier].name != nil { complete(earlier, into: &events) }
        }
        guard calls[place].text.isClosed, calls[place].name != nil else { return }
        if isWhole { return complete(place, into: &events) }
        calls[place].state = .closed
        waiting.append(place)
    }

    /// Completes the calls that waited for what comes next.
    ///
    /// - Parameter sparingPlaceholders: those whose real arguments may still come by their index wait on, where no other
    ///   would have to wait for them.
    private mutating func conclude(sparingPlaceholders: Bool = false, into events: inout [ChatEvent]) {
        guard !waiting.isEmpty else { return }
        let last = waiting.lastIndex { !sparingPlaceholders || !calls[$0].isPlaceholder || calls[$0].index == nil }
        let count = last.map { $0 + 1 } ?? 0
        for place in waiting.prefix(count) { complete(place, into: &events) }
        waiting.removeFirst(count)
    }

    /// Text behind a call: it may be the call's own rest.
    private mutating func hold(_ event: ChatEvent, into events: inout [ChatEvent]) {
        held = held ?? HeldCalls()
        conclude(into: &events)
        emit(event, into: &events)
        if held?.isFull == true { release(into: &events) }
    }

    /// Judges the text behind a call when something else comes. Behind any but white space everything waits for the end.
    private mutating func endText(into events: inout [ChatEvent]) {
        guard !isFinished, held != nil else { return }
        if held?.endText() == true {
            let receipts = held?.dropCalls(.invalid) ?? []
            self.receipts += receipts
            let name = receipts.last?.tool ?? ""
            return fail("The model's call of the tool \"\(name)\" was cut: its rest follows as text.", into: &events)
        }
        if held?.hasText == false { release(into: &events) }
    }

    private mutating func release(into events: inout [ChatEvent]) {
        let released = held?.events ?? []
        held = nil
        for event in released { emit(event, into: &events) }
    }

    private mutating func emit(_ event: ChatEvent, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        held?.append(event)
        guard held == nil else { return }
        events.append(event)
        if !allowsParallelCalls, case .toolCallDelta = event { end(with: .finished(.toolCalls, nil), into: &events) }
    }

    /// Judges the text of a call that can no longer grow, mends it, and delivers the call or fails the reply.
    private mutating func complete(_ place: Int, hasEnded: Bool = false, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        calls[place].state = .done
        let call = calls[place]
        if call.isRepeatedName { return }
        guard let name = call.name else { return reject(place, because: "it names no tool", into: &events) }
        guard !call.isCut else { return reject(place, because: Self.goesOn, into: &events) }
        let others = calls.indices.filter { $0 != place && calls[$0].state == .done }
        if others.contains(where: { call.isRepetition(of: calls[$0]) }) {
            receipts.append(call.receipt(.repeated))
            return
        }
        do {
            let object = try call.text.object()
            let rules: [ToolCallReceipt.Rule] = call.text.isObject ? [] : [.noArguments]
            let size = call.text.byteCount
            guard let mended = mender.fit(name: name, object: object, bytesBefore: size, rules: rules) else {
                return reject(place, because: "its name holds arguments in a form that is not known", into: &events)
            }
            deliver(mended, upstreamID: call.id, into: &events)
        } catch {
            guard let mended = mender.mend(name: name, arguments: call.text.text, ended: hasEnded) else {
                return reject(
                    place, because: "its arguments are not one complete JSON object (\(error))", into: &events)
            }
            deliver(mended, because: error.description, upstreamID: call.id, into: &events)
        }
        let trailing = call.trailing.utf8.drop(while: JSONScanner.isWhitespace).count
        guard trailing > 0, !isFinished else { return }
        receipts.append(call.receipt(.surplus, trailing: trailing, delivered: call.text.byteCount))
    }

    private mutating func deliver(
        _ call: ToolCallMender.Mended, because reason: String? = nil, upstreamID: String?,
        into events: inout [ChatEvent]
    ) {
        if let rule = mender.objection(to: call.name) {
            let size = call.arguments.utf8.count
            receipts.append(
                ToolCallReceipt(
                    tool: ToolName.label(of: call.name), rule: rule, bytesBefore: size,
                    bytesAfter: rule == .notOffered ? 0 : size))
            if rule == .notOffered { return }
        }
        for var receipt in call.receipts {
            receipt.reason = reason
            receipts.append(receipt)
        }
        var id = upstreamID ?? makeID()
        for _ in 0...usedIDs.count where usedIDs.contains(id) { id = makeID() }
        usedIDs.insert(id)
        if id != upstreamID { madeIDs.insert(id) }
        emit(
            .toolCallDelta(ToolCallDelta(index: delivered, id: id, name: call.name, arguments: call.arguments)),
            into: &events)
        delivered += 1
    }

    private static let goesOn = "its arguments go on behind their closing bracket"

    private mutating func finish(_ reason: FinishReason, _ usage: Usage?, into events: inout [ChatEvent]) {
        conclude(into: &events)
        endText(into: &events)
        // Text may also have come behind calls that had been delivered.
        for place in calls.indices where calls[place].isCut { reject(place, because: Self.goesOn, into: &events) }
        let isComplete = reason == .stop || reason == .toolCalls
        if isComplete {
            for place in calls.indices where calls[place].isOpen && calls[place].saysAnything {
                complete(place, hasEnded: true, into: &events)
            }
        } else if let dropped = held?.dropCalls(.withheld) {
            // What was said behind the call may be the rest of it, cut by the token limit.
            receipts += dropped
        }
        release(into: &events)
        // A reply that says "tool calls" and holds none would leave an agent waiting for them.
        let honest = isComplete ? delivered > 0 ? FinishReason.toolCalls : .stop : reason
        end(with: .finished(honest, usage), into: &events)
    }

    private mutating func reject(_ place: Int, because reason: String, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        calls[place].state = .done
        if mender.objection(to: calls[place].name ?? "") == .notOffered {
            return receipts.append(calls[place].receipt(.notOffered))
        }
        receipts.append(calls[place].receipt(.invalid))
        let name = calls[place].shortName
        let call = name.isEmpty ? "tool call" : "call of the tool \"\(name)\""
        fail("The model's \(call) cannot be read: \(reason).", into: &events)
    }

    private mutating func fail(_ message: String, into events: inout [ChatEvent]) {
        end(with: .failed(ChatError(status: 502, message, code: .invalidToolCall)), into: &events)
    }

    private mutating func end(with event: ChatEvent, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        isFinished = true
        receipts += held?.dropCalls(.withheld) ?? []
        for call in calls where call.state != .done && call.saysAnything && !call.isRepeatedName {
            receipts.append(call.receipt(.withheld))
        }
        events.append(event)
    }
}
