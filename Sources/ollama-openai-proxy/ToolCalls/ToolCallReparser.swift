/// Reads a call that the upstream's own parser could not read and quoted in its error.
///
/// Ollama quotes what a gpt-oss model wrote (seen in 0.11 to 0.32): a whole call with its name, or the arguments alone,
/// since the name stood in another channel. Arguments alone are delivered only when they are those of one declared tool
/// and of no other.
struct ToolCallReparser: Sendable {
    let catalog: ToolCatalog
    /// Tokens in one reply; `nil`: no limit was set.
    var tokenLimit: Int?
    private(set) var adjustments: [ToolCallAdjustment] = []

    /// The events in place of the end of a reply, where calls were lost or it was cut; `nil`: it stands.
    mutating func reread(_ end: ChatEvent, _ tokens: RawTokens) -> [ChatEvent]? {
        var counted: Usage?
        switch end {
        case .finished(.stop, let usage?): counted = usage
        case .failed(let error) where error.code == .invalidToolCall:
            if error.mayBeCut, let tokenLimit, tokens.reaches(tokenLimit) {
                adjustments.append(ToolCallAdjustment(tool: "", rule: .dropped, bytesBefore: tokens.text.count))
                return [.finished(.length, Usage(promptTokens: 0, completionTokens: tokenLimit))]
            }
        default: return nil
        }
        guard let calls = tokens.lostCalls(catalog, counted: counted?.completionTokens), !calls.isEmpty else { return nil }
        for call in calls {
            let size = call.arguments.utf8.count
            adjustments.append(ToolCallAdjustment(tool: call.name ?? "", rule: .reread, bytesBefore: size, bytesAfter: size))
        }
        return calls.map { .toolCallDelta($0) } + [.finished(.stop, counted)]
    }

    /// The events in place of the error; `nil` when the quoted text holds no call for certain, or there is none.
    mutating func reparse(_ error: ChatError) -> [ChatEvent]? {
        guard let raw = error.rawToolCall, let calls = TextCallRecovery.calls(in: raw, catalog) ?? bare(raw) else { return nil }
        adjustments += calls.map {
            ToolCallAdjustment(tool: $0.name ?? "", rule: .reparsed, bytesBefore: raw.utf8.count, bytesAfter: $0.arguments.utf8.count)
        }
        return calls.map { .toolCallDelta($0) } + [.finished(.stop, nil)]
    }

    /// The text is the arguments of one tool. A closing bracket too many is what an array or object around them leaves.
    private func bare(_ raw: String) -> [ToolCallDelta]? {
        var text = raw[...]
        while let last = text.last, last.isWhitespace || last == "]" { text.removeLast() }
        for candidate in [raw, String(text), String(text.dropLast())] {
            // Not `ended`: a call that the token limit cut off is quoted just so, and must not be closed.
            guard let arguments = ArgumentRepair.repair(candidate, ended: false)?.text,
                let object = try? JSONDocument(parsing: arguments).root, !object.members.isEmpty
            else { continue }
            let takers = catalog.tools.filter { $0.declaresMembers(of: object) && $0.schema.fits(object) }
            guard takers.count == 1, let tool = takers.first else { continue }
            return [ToolCallDelta(name: tool.name, arguments: arguments)]
        }
        return nil
    }
}

extension TextCallRecovery {
    /// The calls of which a text consists, with nothing but white space around them; `nil` for any other text.
    static func calls(in text: String, _ catalog: ToolCatalog) -> [ToolCallDelta]? {
        var recovery = TextCallRecovery(catalog: catalog)
        var events: [ChatEvent] = []
        recovery.feed(.textDelta(text), into: &events)
        recovery.feed(.finished(.stop, nil), into: &events)
        var read = ReplyParts()
        for event in events { read.add(event) }
        return read.calls.isEmpty || !read.text.allSatisfy(\.isWhitespace) ? nil : read.calls
    }
}
