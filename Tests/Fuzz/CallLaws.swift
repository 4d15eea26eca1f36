/// Tool calls in fragments: what the gatherer, the normalizer and the repair of arguments make of them.
///
/// The input is fragments between record separators, each `index|id|name|arguments`; what has another form is the
/// arguments of a call of `Bash`.
enum CallLaws {
    private static let normalizer = ToolCallNormalizer(
        catalog: ToolCatalog(RecoveryTools.all), repairs: true, coerces: true)

    static func check(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        let fragments = Inputs.parts(bytes).prefix(40).map(fragment)
        gathering(fragments, choices.isOnce(in: 8) ? .none : normalizer, &choices)
        for fragment in fragments {
            repair(fragment.arguments, &choices)
            mending(fragment)
        }
    }

    private static func fragment(_ bytes: [UInt8]) -> ToolCallDelta {
        let parts = bytes.split(separator: UInt8(ascii: "|"), maxSplits: 3, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard parts.count == 4 else {
            return ToolCallDelta(index: 0, name: "Bash", arguments: String(decoding: bytes, as: UTF8.self))
        }
        return ToolCallDelta(
            index: Int(parts[0]), id: parts[1].isEmpty ? nil : parts[1], name: parts[2].isEmpty ? nil : parts[2],
            arguments: parts[3])
    }

    private static func gathering(
        _ fragments: [ToolCallDelta], _ normalizer: ToolCallNormalizer, _ choices: inout Choices
    ) {
        let end = [FinishReason.stop, .stop, .toolCalls, .length, .contentFilter][choices.next(below: 5)]
        let isParallel = !choices.isOnce(in: 8)
        func reply(_ fragments: [ToolCallDelta]) -> GatheredReply {
            GatheredReply(fragments, end: end, allowsParallelCalls: isParallel, normalizer: normalizer)
        }
        let whole = reply(fragments)
        holdGrammar(whole.events)
        var calls = CallCheck(names: RecoveryTools.all.map(\.name) + fragments.compactMap(\.name))
        calls.take(whole.events)
        if let error = whole.error { holdError(error) }
        if let reason = whole.reason, isParallel {
            let isCut = end == .length || end == .contentFilter
            let honest = isCut ? end : whole.calls.isEmpty ? .stop : .toolCalls
            hold("the reason is true", reason == honest, "\(whole)")
            if isCut { nothingIsCompleted(fragments, whole, normalizer) }
        }
        let place = choices.next(below: fragments.count)
        // A name that comes without text may also be the late name of a call whose text has come already.
        guard fragments.indices.contains(place), fragments[place].index != nil else { return }
        let pieces = cut(fragments[place], &choices)
        guard !pieces[0].arguments.allSatisfy(\.isWhitespace) else { return }
        let halves = reply(Array(fragments[..<place]) + pieces + fragments[(place + 1)...])
        // A reply that ends early has heard more or less of what is left out.
        let isEarly = !isParallel || whole.error != nil
        let isSame = isEarly ? halves.events == whole.events : halves == whole
        hold(
            "a call comes out the same however it is cut", isSame,
            "\(Array(fragments)) with \(pieces)\n\(halves)\nwhole:\n\(whole)")
    }

    /// The end of a reply that was cut off delivers nothing more than any other event behind the last fragment.
    private static func nothingIsCompleted(
        _ fragments: [ToolCallDelta], _ whole: GatheredReply, _ normalizer: ToolCallNormalizer
    ) {
        let said = [.started] + fragments.map { ChatEvent.toolCallDelta($0) }
        let before = GatheredReply(said + [.reasoningDelta("")], normalizer: normalizer)
        hold("a call that was cut off is not delivered", before.calls == whole.calls, "\(before)\n\(whole)")
    }

    private static func cut(_ fragment: ToolCallDelta, _ choices: inout Choices) -> [ToolCallDelta] {
        let scalars = fragment.arguments.unicodeScalars
        let place = scalars.index(scalars.startIndex, offsetBy: choices.next(below: scalars.count + 1))
        var first = fragment
        first.arguments = String(scalars[..<place])
        return [
            first, ToolCallDelta(index: fragment.index, id: fragment.id, arguments: String(scalars[place...])),
        ]
    }

    private static func repair(_ text: String, _ choices: inout Choices) {
        let whole = ArgumentRepair.read(text, ended: false)
        for outcome in [whole, ArgumentRepair.read(text, ended: true)] {
            guard case .object(let object, let rules) = outcome else { continue }
            let kind = (try? JSONDocument(parsing: object))?.root.kind
            hold("what is mended is an object", kind == .object, "\(text)\n\(object)")
            let again = ArgumentRepair.read(object, ended: true)
            hold("what is mended stays", again == .object(text: object, rules: []), "\(text)\n\(object)\n\(again)")
            hold("what is right stays", !rules.isEmpty || object.utf8.elementsEqual(text.utf8), "\(text)\n\(object)")
        }
        if case .object = whole {
            hold(
                "an end that the model said changes nothing whole", ArgumentRepair.read(text, ended: true) == whole,
                text)
        }
        beginning(of: text, whole, &choices)
    }

    private static func beginning(of text: String, _ whole: ArgumentRepair.Outcome, _ choices: inout Choices) {
        let scalars = text.unicodeScalars
        let place = scalars.index(scalars.startIndex, offsetBy: choices.next(below: scalars.count + 1))
        let start = String(scalars[..<place])
        guard case .object(let early, _) = ArgumentRepair.read(start, ended: false), case .object(let late, _) = whole
        else {
            return
        }
        let isSame = early.filter { !$0.isWhitespace } == late.filter { !$0.isWhitespace }
        hold("no beginning of arguments is taken for the whole", isSame, "\(start)\n\(early)\n\(text)\n\(late)")
    }

    private static func mending(_ fragment: ToolCallDelta) {
        let name = fragment.name ?? "Bash"
        guard let once = normalizer.normalize(name: name, arguments: fragment.arguments, ended: true) else { return }
        let twice = normalizer.normalize(name: once.name, arguments: once.arguments, ended: true)
        let same = ToolCallNormalizer.Normalized(name: once.name, arguments: once.arguments, rules: [])
        hold("mending what was mended changes nothing", twice == same, "\(once)\n\(String(describing: twice))")
        guard let tool = RecoveryTools.all.last(where: { $0.name == name }),
            let value = try? JSONDocument(parsing: fragment.arguments).root, value.kind == .object,
            tool.parameters.map({ ToolSchema($0).fits(value) }) ?? true
        else { return }
        let untouched = ToolCallNormalizer.Normalized(name: name, arguments: fragment.arguments, rules: [])
        hold("what is right leaves as it came", once == untouched, "\(once)")
    }
}
