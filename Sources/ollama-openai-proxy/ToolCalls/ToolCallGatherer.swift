/// Makes whole calls out of call fragments; stands between an upstream decoder and a client's encoder.
///
/// Fragments may come in every form that upstreams use: whole calls, a name first and then text, keyed by index, by
/// id, by both or by neither, several calls one after another or interleaved. A call leaves at the moment when its
/// arguments close, as one delta with an index of our own, a unique id, its name and the whole text, byte for byte
/// when it is right, mended when it is not. Calls leave in the order in which they close. Every other event passes at
/// once.
///
/// A call that the reply's end cuts off is never completed by guesswork: it is withheld, or the reply fails.
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
        case .toolCallDelta(let delta): gather(delta, into: &events)
        case .finished(let reason, let usage): finish(reason, usage, into: &events)
        case .failed: end(with: event, into: &events)
        case .started, .reasoningDelta, .textDelta: events.append(event)
        }
    }

    private mutating func gather(_ delta: ToolCallDelta, into events: inout [ChatEvent]) {
        argumentBytes += delta.arguments.utf8.count
        guard argumentBytes <= argumentLimit else {
            return fail("The model's tool calls are larger than \(argumentLimit) bytes.", into: &events)
        }
        let fragment = delta.withoutEmptyKeys
        var surplus = fragment.arguments[...]
        let place: Int
        if let found = calls.place(of: fragment) {
            place = found
            if calls[place].isOpen { surplus = take(fragment, at: place) }
        } else {
            guard calls.count < Self.callLimit else {
                return fail("The model made more than \(Self.callLimit) tool calls.", into: &events)
            }
            place = calls.count
            calls.append(PartialToolCall(repeats: calls.alreadyNamed(fragment)))
            surplus = take(fragment, at: place)
        }
        fragments += 1
        calls[place].recency = fragments
        settle(place, into: &events)
        discard(surplus, of: place, into: &events)
    }

    /// Returns what comes after the end of the arguments.
    ///
    /// In single quotes a bracket may close what is not over. Such a text is held until the end of the reply.
    private mutating func take(_ fragment: ToolCallDelta, at place: Int) -> Substring {
        let wasClosed = calls[place].text.isClosed
        let surplus = calls[place].take(fragment)
        let text = calls[place].text
        guard !wasClosed, text.isClosed, !text.isObject, mender.canStillMend(text.text) else { return surplus }
        calls[place].hold(surplus)
        return ""
    }

    /// Completes what a fragment of the call at `place` has brought to its end.
    ///
    /// A call without any arguments never closes by itself. It is over when a later one gets text.
    private mutating func settle(_ place: Int, into events: inout [ChatEvent]) {
        guard calls[place].isOpen, !calls[place].text.isBlank else { return }
        for earlier in 0..<place where calls[earlier].isOpen && calls[earlier].text.isBlank {
            if calls[earlier].name != nil { complete(earlier, into: &events) }
        }
        if calls[place].text.isClosed, calls[place].name != nil { complete(place, into: &events) }
    }

    /// Judges the text of a call that can no longer grow, mends it, and delivers the call or fails the reply.
    private mutating func complete(_ place: Int, hasEnded: Bool = false, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        calls[place].isOpen = false
        let call = calls[place]
        if call.isRepeatedName { return }
        guard let name = call.name else { return reject(place, because: "it names no tool", into: &events) }
        if calls.indices.contains(where: { $0 != place && !calls[$0].isOpen && call.isRepetition(of: calls[$0]) }) {
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
        events.append(
            .toolCallDelta(ToolCallDelta(index: delivered, id: id, name: call.name, arguments: call.arguments)))
        delivered += 1
        if !allowsParallelCalls { end(with: .finished(.toolCalls, nil), into: &events) }
    }

    /// Leaves out what came after the end of a call's arguments, such as markup; a second value fails the reply.
    private mutating func discard(_ surplus: Substring, of place: Int, into events: inout [ChatEvent]) {
        guard !isFinished else { return }
        let call = calls[place]
        if let receipt = call.surplusReceipt {
            receipts[receipt].bytesBefore += surplus.utf8.count
            return
        }
        let rest = surplus.utf8.drop(while: JSONScanner.isWhitespace)
        guard let first = rest.first else { return }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            return reject(place, because: "a second value follows its arguments", into: &events)
        }
        calls[place].surplusReceipt = receipts.count
        receipts.append(call.receipt(.surplus, surplus: rest.count, delivered: call.text.byteCount))
    }

    private mutating func finish(_ reason: FinishReason, _ usage: Usage?, into events: inout [ChatEvent]) {
        if reason == .stop || reason == .toolCalls {
            for place in calls.indices where calls[place].isOpen && calls[place].saysAnything {
                complete(place, hasEnded: true, into: &events)
            }
            // A reply that says "tool calls" and holds none would leave an agent waiting for them.
            let honest = delivered > 0 ? FinishReason.toolCalls : .stop
            end(with: .finished(honest, usage), into: &events)
        } else {
            end(with: .finished(reason, usage), into: &events)
        }
    }

    private mutating func reject(_ place: Int, because reason: String, into events: inout [ChatEvent]) {
        calls[place].isOpen = false
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
        for call in calls where call.isOpen && call.saysAnything && !call.isRepeatedName {
            receipts.append(call.receipt(.withheld))
        }
        events.append(event)
    }
}
