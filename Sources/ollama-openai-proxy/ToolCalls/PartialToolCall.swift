/// One call as far as its fragments have come.
struct PartialToolCall: Sendable {
    /// The upstream's own; `nil` when it gave none yet.
    private(set) var index: Int?
    private(set) var id: String?
    private(set) var name: String?
    private(set) var text = ArgumentText()
    /// What came behind the seeming end of the arguments.
    private(set) var trailing = ""
    var state = State.open
    /// The call that has closed and was named once more by the fragment that began this one.
    let original: Int?
    /// The number of the last fragment that belonged to this call.
    var recency = 0
    private var hadPlaceholder = false
    private var isRecovered = false

    enum State {
        case open
        /// The arguments seem to have ended; what comes next tells.
        case closed
        /// Delivered, dropped or refused.
        case done
    }

    init(repeating original: Int?) { self.original = original }

    var isOpen: Bool { state == .open }

    /// Markup has ended the call, and brackets are missing: what follows may be the rest.
    var isOpenRecovered: Bool { isOpen && isRecovered }

    /// Takes what a fragment says, and returns true when it closes the arguments.
    ///
    /// Real arguments take the place of an empty object or `null` before them, once.
    mutating func append(_ fragment: ToolCallDelta) -> Bool {
        guard state != .done else {
            trailing += fragment.arguments
            return false
        }
        index = index ?? fragment.index
        id = id ?? fragment.id
        if let more = fragment.name, more != name { name = (name ?? "") + more }
        isRecovered = isRecovered || fragment.isRecovered
        var wasClosed = text.isClosed
        var rest = text.append(fragment.arguments)
        if isPlaceholder, let first = rest.utf8.first(where: { !JSONScanner.isWhitespace($0) }), "{[\"".utf8.contains(first) {
            hadPlaceholder = true
            wasClosed = false
            state = .open
            text = ArgumentText()
            rest = text.append(String(rest))
        }
        trailing += rest
        return text.isClosed && !wasClosed
    }

    /// The text only seemed to end: what came behind it belongs to it.
    mutating func keepOpen() {
        text.keepOpen(trailing)
        trailing = ""
    }

    /// What came behind the closing bracket shows that it was not the end.
    var isCut: Bool { ArgumentText.goesOn(behind: trailing) }

    /// The arguments are empty, as some upstreams send them before the real ones.
    var isPlaceholder: Bool {
        !hadPlaceholder && !isRecovered && text.isClosed && text.isEmpty && trailing.utf8.allSatisfy(JSONScanner.isWhitespace)
    }

    /// The name for messages and adjustments.
    var shortName: String { ToolName.label(of: name ?? "") }

    /// False when the fragments held nothing but keys.
    var hasContent: Bool { name != nil || !text.isBlank }

    /// Some upstreams repeat the name in every fragment, also in an empty last one: that is no second call.
    var isRepeatedName: Bool { original != nil && text.isBlank }

    /// True when both are one call that the upstream sent twice: the same id, and everything else the same too.
    func isRepetition(of other: PartialToolCall) -> Bool {
        id != nil && id == other.id && name == other.name && text.byteCount == other.text.byteCount
            && text.text.utf8.elementsEqual(other.text.text.utf8)
    }

    func adjustment(_ rule: ToolCallAdjustment.Rule, trailing: Int = 0, delivered: Int = 0) -> ToolCallAdjustment {
        ToolCallAdjustment(tool: shortName, rule: rule, bytesBefore: text.byteCount + trailing, bytesAfter: delivered)
    }

    /// True when a key of the fragment is this call's, and no other key is another's.
    fileprivate func isKeyed(by fragment: ToolCallDelta) -> Bool {
        contradictsNothing(in: fragment) && (index != nil && index == fragment.index || id != nil && id == fragment.id)
    }

    fileprivate func contradictsNothing(in fragment: ToolCallDelta) -> Bool {
        (index == nil || fragment.index == nil || index == fragment.index) && (id == nil || fragment.id == nil || id == fragment.id)
    }

    /// The arguments have closed, and the fragment says more behind them: no other call could begin with its text.
    fileprivate func isContinued(by fragment: ToolCallDelta) -> Bool {
        guard !isOpen, fragment.name == nil || fragment.name == name,
            let first = fragment.arguments.utf8.first(where: { !JSONScanner.isWhitespace($0) })
        else { return false }
        if isPlaceholder, state == .closed, id != nil, id == fragment.id { return true }
        return !(trailing.isEmpty ? "{[n" : "{[").utf8.contains(first)
    }

    /// A name is taken once. Another name, or one that comes when the call is over, begins another call.
    fileprivate func accepts(nameOf fragment: ToolCallDelta) -> Bool {
        guard let given = fragment.name else { return true }
        guard isOpen else { return false }
        if let name { return name == given }
        return !text.isClosed || fragment.arguments.utf8.allSatisfy(JSONScanner.isWhitespace)
    }
}

extension [PartialToolCall] {
    /// The call that a fragment continues, or says more behind; `nil` when it begins a new one.
    func index(of fragment: ToolCallDelta) -> Int? {
        guard let index = addressee(of: fragment) else { return nil }
        let original = self[index].isRepeatedName ? self[index].original ?? index : index
        if self[original].isContinued(by: fragment) { return original }
        return self[index].accepts(nameOf: fragment) ? index : nil
    }

    /// The call that has closed and is named once more by a fragment that begins a new one.
    func original(of fragment: ToolCallDelta) -> Int? {
        guard let name = fragment.name, let index = addressee(of: fragment) else { return nil }
        return !self[index].isOpen && self[index].name == name ? index : nil
    }

    /// The call whose name goes on: as far as it has come it names no tool that is offered, and together they do.
    func index(ofNameIn fragment: ToolCallDelta, _ normalizer: ToolCallNormalizer) -> Int? {
        guard let rest = fragment.name else { return nil }
        return lastIndex { call in
            guard let name = call.name, call.isOpen, call.text.isBlank, call.isKeyed(by: fragment) else { return false }
            return normalizer.rejection(of: name) != nil && normalizer.rejection(of: name + rest) == nil
        }
    }

    private func addressee(of fragment: ToolCallDelta) -> Int? {
        if fragment.name == nil, let keyed = mostRecent(where: { $0.isKeyed(by: fragment) }) { return keyed }
        if let keyed = lastIndex(where: { $0.isKeyed(by: fragment) }) { return keyed }
        if fragment.index == nil, fragment.id == nil { return mostRecent(where: \.isOpen) ?? mostRecent { _ in true } }
        // A key that comes late belongs to the open call that has none of its kind, unless it comes with a new name.
        guard let open = mostRecent(where: \.isOpen), self[open].contradictsNothing(in: fragment) else { return nil }
        return fragment.name == nil || self[open].name == nil ? open : nil
    }

    private func mostRecent(where matches: (PartialToolCall) -> Bool) -> Int? {
        indices.filter { matches(self[$0]) }.max { self[$0].recency < self[$1].recency }
    }
}
