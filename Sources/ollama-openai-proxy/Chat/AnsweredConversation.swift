/// A conversation in which every call has one result, right behind it and in the order of the calls.
///
/// Renderers of prompts go by that order, and vendors refuse all else. Agents send results in the order in which they came
/// in, say something before them, or leave them out. What the assistant said in several messages up to a call is one
/// message here: Ollama's path of Go templates joins such messages and loses the calls of the second.
struct AnsweredConversation {
    private struct Entry {
        /// `nil`: a result that has found its call.
        var message: ChatMessage?
        /// Of its calls.
        var results: [ChatMessage?] = []
    }

    /// What has no calls and no results needs nothing.
    private var untouched: [ChatMessage]?
    private var entries: [Entry] = []
    /// What the assistant said last, as long as nobody else speaks.
    private var said: [ChatMessage] = []
    /// The calls of an id that have no result. The next one stands last: the first of the latest turn.
    private var open: [String: [(entry: Int, call: Int)]] = [:]

    /// However many messages there are, each costs the same.
    init(_ messages: [ChatMessage]) {
        guard messages.contains(where: { $0.role == .tool || !$0.toolCalls.isEmpty }) else {
            untouched = messages
            return
        }
        for message in messages {
            if message.role == .assistant {
                said.append(message)
                continue
            }
            endTurn()
            if let home = open[message.toolCallID ?? ""]?.popLast() {
                entries[home.entry].results[home.call] = message
            } else {
                entries.append(Entry(message: message))
            }
        }
        endTurn()
        for place in entries.indices where !entries[place].results.isEmpty { pair(place) }
    }

    private mutating func endTurn() {
        guard var turn = said.first else { return }
        let end = (said.lastIndex { !$0.toolCalls.isEmpty } ?? 0) + 1
        for message in said[1..<end] { turn.join(message, separatedBy: "\n\n") }
        for (place, call) in turn.toolCalls.enumerated().reversed() where !call.id.isEmpty {
            open[call.id, default: []].append((entries.count, place))
        }
        entries.append(Entry(message: turn, results: turn.toolCalls.map { _ in nil }))
        entries += said[end...].map { Entry(message: $0) }
        said = []
    }

    /// Results whose id says nothing, up to the assistant's next words, are of these calls: by the tool's name, else in order.
    private mutating func pair(_ place: Int) {
        let calls = entries[place].message?.toolCalls ?? []
        let segment = entries.indices[(place + 1)...].prefix { entries[$0].message?.role != .assistant }
        let results = segment.filter { entries[$0].message?.role == .tool }
        for byName in [true, false] where !results.isEmpty {
            let unanswered = calls.indices.reversed().filter { entries[place].results[$0] == nil }
            var open = Dictionary(grouping: unanswered) { byName ? calls[$0].name : "" }
            for result in results {
                guard let message = entries[result].message, let key = byName ? message.toolName : "",
                    let call = open[key]?.popLast()
                else { continue }
                entries[place].results[call] = message
                entries[result].message = nil
            }
        }
    }

    /// A result of nothing that was called stays where it stands.
    var messages: [ChatMessage] {
        if let untouched { return untouched }
        var messages: [ChatMessage] = []
        for (place, entry) in entries.enumerated() {
            guard let message = entry.message else { continue }
            messages.append(message)
            // Nothing has followed the last calls yet.
            if place == entries.count - 1, entry.results.allSatisfy({ $0 == nil }) { break }
            for (call, result) in zip(message.toolCalls, entry.results) {
                var result = result ?? .noResult
                if !call.id.isEmpty { result.toolCallID = call.id }
                result.toolName = result.toolName ?? call.name
                messages.append(result)
            }
        }
        return messages
    }
}

extension ChatMessage {
    /// Stands for the result that never came.
    static let noResult = ChatMessage(role: .tool, text: JSONText("(no result)"))
}
