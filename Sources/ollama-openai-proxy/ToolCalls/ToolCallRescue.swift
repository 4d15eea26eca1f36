extension ToolCallReceipt.Rule {
    /// The upstream could not read the call and quoted it in its error; it was read here.
    static let rescued = ToolCallReceipt.Rule(rawValue: "rescued")
}

/// Reads a call that the upstream's own parser could not read and quoted in its error.
///
/// Ollama quotes what a gpt-oss model wrote (seen in 0.11 to 0.32): a whole call with its name, or the arguments alone,
/// since the name stood in another channel. Arguments alone are delivered only when they are those of one declared tool
/// and of no other.
struct ToolCallRescue: Sendable {
    let catalog: ToolCatalog
    private(set) var receipts: [ToolCallReceipt] = []

    init(catalog: ToolCatalog) {
        self.catalog = catalog
    }

    /// The events in place of the error; `nil` when the quoted text holds no call for certain, or there is none.
    mutating func replacement(for error: ChatError) -> [ChatEvent]? {
        guard let raw = error.rawToolCall, let calls = written(raw) ?? bare(raw) else { return nil }
        for call in calls {
            receipts.append(
                ToolCallReceipt(
                    tool: call.name ?? "", rule: .rescued, bytesBefore: raw.utf8.count,
                    bytesAfter: call.arguments.utf8.count))
        }
        return calls.map { .toolCallDelta($0) } + [.finished(.stop, nil)]
    }

    /// The text is nothing but calls in a form that models write.
    private func written(_ raw: String) -> [ToolCallDelta]? {
        var recovery = TextCallRecovery(catalog: catalog)
        var events: [ChatEvent] = []
        for event in [ChatEvent.started(ResponseStart()), .textDelta(raw), .finished(.stop, nil)] {
            recovery.feed(event, into: &events)
        }
        var calls: [ToolCallDelta] = []
        for event in events {
            switch event {
            case .toolCallDelta(let call): calls.append(call)
            case .textDelta(let text, _) where !text.allSatisfy(\.isWhitespace): return nil
            default: break
            }
        }
        return calls.isEmpty ? nil : calls
    }

    /// The text is the arguments of one tool. A closing bracket too many is what an array or object around them leaves.
    private func bare(_ raw: String) -> [ToolCallDelta]? {
        var text = raw[...]
        while let last = text.last, last.isWhitespace || last == "]" { text.removeLast() }
        for candidate in [raw, String(text), String(text.dropLast())] {
            // Not `ended`: a call that the token limit cut off is quoted just so, and must not be closed.
            guard let arguments = ArgumentRepair.repair(candidate, ended: false)?.text,
                let object = try? JSONDocument(parsing: arguments).root
            else { continue }
            let takers = catalog.tools.filter { takes(object, $0) }
            guard takers.count == 1, let tool = takers.first else { continue }
            return [ToolCallDelta(name: tool.name, arguments: arguments)]
        }
        return nil
    }

    /// The object has members, all of them declared, and fits.
    private func takes(_ object: JSONValue, _ tool: CallableTool) -> Bool {
        !object.members.isEmpty && object.members.allSatisfy { $0.key.string.map(tool.declares) ?? false }
            && tool.schema.fits(object)
    }
}
