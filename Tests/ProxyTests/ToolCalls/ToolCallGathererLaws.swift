@testable import ollama_openai_proxy

/// What holds for fragments of calls in any order, right ones and broken ones.
enum ToolCallGathererLaws {
    static let all = [
        RandomLaw("The grammar holds for any events, and every call is whole", broken: grammar),
        RandomLaw("The grammar holds for broken calls, and every call is whole", broken: repairing),
        RandomLaw("Events other than calls pass in order up to the end", broken: otherEvents),
        RandomLaw("Whole calls in any form come through as they are, cut anywhere", broken: wholeCalls),
    ]

    private static func grammar(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        for round in 0..<200 {
            let events =
                [.started] + (0..<30).map { _ in randomEvent(&random) } + [.finished(.stop, nil)]
            let reply = GatheredReply(events, allowsParallelCalls: !round.isMultiple(of: 4))
            let isHonest =
                switch reply.reason {
                case .stop: reply.calls.isEmpty
                case .toolCalls: !reply.calls.isEmpty
                default: true
                }
            guard reply.events.first == .started, isLawful(reply), isHonest else {
                return "\(events)\n\(reply)"
            }
        }
        return nil
    }

    private static func repairing(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        let read = Tool("Read", #"{"properties":{"file_path":{"type":"string"},"limit":{"type":"integer"}}}"#)
        let normalizer = ToolCallNormalizer(catalog: ToolCatalog([read, Tool("f")]), repairs: true, coerces: true)
        let texts = [
            "", "{", "}", "{'a':", "'", "'}'", "\"", "\\", "1", "[", "]", ",", "</tool_call>", "```", "{'x':'}'}",
            "null", "b:",
        ]
        for _ in 0..<200 {
            let fragments = (0..<12).map { _ in
                ToolCallDelta(
                    index: [nil, 0, 0, 1].randomElement(using: &random) ?? nil,
                    name: [nil, nil, "f", "Read\n"].randomElement(using: &random) ?? nil,
                    arguments: texts.randomElement(using: &random) ?? "")
            }
            let end: FinishReason = Bool.random(using: &random) ? .stop : .length
            let reply = GatheredReply(fragments, end: end, normalizer: normalizer)
            guard isLawful(reply), end == .stop || !reply.rules.contains(.missingBrackets) else {
                return "\(fragments)\n\(reply)"
            }
        }
        return nil
    }

    /// One terminal event, last; calls are numbered, with ids of their own, a name, and an object for arguments.
    private static func isLawful(_ reply: GatheredReply) -> Bool {
        var ids: Set<String> = []
        for case .toolCallDelta(let call) in reply.events {
            guard call.index == ids.count, let id = call.id, !id.isEmpty, ids.insert(id).inserted,
                call.name?.isEmpty == false, (try? JSONDocument(parsing: call.arguments))?.root.kind == .object
            else { return false }
        }
        return reply.events.firstIndex { $0.isTerminal } == reply.events.count - 1
    }

    private static func otherEvents(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let events = (0..<20).map { _ in randomEvent(&random) }
            func others(_ events: [ChatEvent]) -> [ChatEvent] {
                events.filter { event in
                    if case .toolCallDelta = event { return false }
                    return !event.isTerminal
                }
            }
            let passed = others(GatheredReply(events).events)
            guard passed == Array(others(events).prefix(passed.count)) else { return "\(events)\n\(passed)" }
        }
        return nil
    }

    private static func wholeCalls(seed: UInt64) -> String? {
        var random = SeededGenerator(seed: seed)
        let texts = ["{}", #"{"x":1}"#, #"{"a":{"b":["}",{"c":"\""}]}}"#, #"{ "ä" : "🙂\\" }"#]
        for _ in 0..<50 {
            let calls = (0..<Int.random(in: 1...5, using: &random)).map { place in
                fragment(place, id: "id\(place)", ["f", "g"][place % 2], texts.randomElement(using: &random) ?? "{}")
            }
            var queues = calls.map { cut($0, &random)[...] }
            let interleaves = Bool.random(using: &random)
            var fragments = interleaves ? queues.indices.compactMap { queues[$0].popFirst() } : []
            while true {
                let waiting = queues.indices.filter { !queues[$0].isEmpty }
                guard let next = interleaves ? waiting.randomElement(using: &random) : waiting.first else { break }
                if let piece = queues[next].popFirst() { fragments.append(piece) }
            }
            let delivered = GatheredReply(fragments).calls.map { $0.split(separator: " ", maxSplits: 1)[1] }
            let expected = calls.map { "\($0.id ?? "") \($0.name ?? "") \($0.arguments)" }
            guard delivered.sorted() == expected.map({ $0[...] }).sorted() else { return "\(fragments)\n\(delivered)" }
        }
        return nil
    }

    /// The first piece holds all keys and the first byte, the others the index only.
    private static func cut(_ call: ToolCallDelta, _ random: inout SeededGenerator) -> [ToolCallDelta] {
        var pieces = [ToolCallDelta(index: call.index, id: call.id, name: call.name, arguments: "{")]
        for scalar in call.arguments.unicodeScalars.dropFirst() {
            if Bool.random(using: &random) { pieces.append(ToolCallDelta(index: call.index)) }
            pieces[pieces.count - 1].arguments += String(scalar)
        }
        return pieces
    }

    private static func randomFragment(_ random: inout SeededGenerator) -> ToolCallDelta {
        let texts = [
            "", "", " ", "{", "}", "{}", "[", "]", "null", "nu", "ll", "\"", "\\", #"{"x":1}"#, #""y":"#, "2", "x", "é",
        ]
        return ToolCallDelta(
            index: [nil, nil, 0, 0, 1, 2].randomElement(using: &random) ?? nil,
            id: [nil, nil, nil, "", "a", "b", "own1"].randomElement(using: &random) ?? nil,
            name: [nil, nil, nil, "", "f", "g"].randomElement(using: &random) ?? nil,
            arguments: texts.randomElement(using: &random) ?? "")
    }

    private static func randomEvent(_ random: inout SeededGenerator) -> ChatEvent {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: .finished([.stop, .length, .toolCalls, .contentFilter].randomElement(using: &random) ?? .stop, nil)
        case 1: .failed(ChatError(status: 502, "upstream"))
        case 2..<5: .textDelta("t")
        case 5: .reasoningDelta("r")
        default: .toolCallDelta(randomFragment(&random))
        }
    }
}
