import Testing

@testable import ollama_openai_proxy

/// What every upstream dialect promises, as a kit: a dialect brings bytes that it understands and is run through it.
struct UpstreamConformance<Dialect: UpstreamDialect> {
    let dialect: Dialect
    /// Bodies of whole, good replies.
    let replies: [[UInt8]]
    /// A request that uses much of the canonical form.
    let request: ChatRequest

    func check() throws {
        try sameRequestSameBytes()
        try everySplitAgrees()
        cutRepliesFail()
        grammarHoldsForAnyBytes()
        errorsAreErrors()
    }

    private func sameRequestSameBytes() throws {
        let first = try dialect.encode(request)
        #expect(first == (try dialect.encode(request)))
        #expect(first.method == .post)
        #expect(throws: Never.self) { try JSONDocument(parsing: first.body) }
    }

    private func everySplitAgrees() throws {
        for reply in replies {
            expectEverySplitAgrees(reply) { decode($0) }
            let events = decode([reply])
            #expect(followsGrammar(events))
            guard case .finished = events.last else {
                Issue.record("a good reply does not finish: \(events)")
                continue
            }
        }
    }

    /// No reply that lacks its end counts as finished. The very last bytes may be mere line ends.
    private func cutRepliesFail() {
        for reply in replies {
            let end = reply.lastIndex { !JSONScanner.isWhitespace($0) && $0 != UInt8(ascii: "}") } ?? 0
            for cut in stride(from: 0, to: end, by: max(1, end / 100)) {
                let events = decode([Array(reply[..<cut])])
                guard case .failed = events.last else {
                    Issue.record("a reply cut at \(cut) does not fail")
                    return
                }
                #expect(followsGrammar(events))
            }
        }
    }

    private func grammarHoldsForAnyBytes() {
        var random = SeededGenerator(seed: 1)
        for reply in replies {
            for _ in 0..<300 {
                var bytes = reply
                for _ in 0..<Int.random(in: 1...8, using: &random) where !bytes.isEmpty {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert(contentsOf: bytes[..<min(place, 40)], at: place)
                    }
                }
                #expect(followsGrammar(decode([bytes])))
            }
        }
    }

    private func errorsAreErrors() {
        for status in [300, 400, 401, 404, 429, 499, 500, 503, 599, 999] {
            for body in ["", "{}", "null", "words", "<html>", #"{"error":"words"}"#, #"{"error":{"message":"words"}}"#] {
                let error = dialect.decodeError(
                    status: HTTPStatus(rawValue: status), fields: HTTPFields(), body: ByteBuffer(body))
                #expect(400..<600 ~= error.status)
                #expect(!error.message.isEmpty)
                if body.contains("words") { #expect(error.message.contains("words")) }
            }
        }
    }

    private func decode(_ pieces: [[UInt8]]) -> [ChatEvent] {
        var decoder = dialect.makeDecoder(for: request)
        var events: [ChatEvent] = []
        for piece in pieces { decoder.feed(piece.span, into: &events) }
        decoder.finish(into: &events)
        let count = events.count
        decoder.feed([UInt8](repeating: UInt8(ascii: "{"), count: 3).span, into: &events)
        decoder.finish(into: &events)
        #expect(events.count == count, "something came after the end")
        return events
    }
}
