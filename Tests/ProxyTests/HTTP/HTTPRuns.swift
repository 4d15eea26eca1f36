@testable import ollama_openai_proxy

/// What a request decoder put out for some bytes: the events in order, then the error that ended it.
struct RequestRun: Equatable {
    /// Given before anything else of a request; not among the events.
    var heads: [HTTPRequest] = []
    var events: [HTTPRequestDecoder.Event] = []
    var error: HTTPError?
    var hasPartialRequest = false

    var requests: [HTTPRequest] {
        events.compactMap { if case .request(let request) = $0 { request } else { nil } }
    }

    init(_ pieces: [[UInt8]], limits: HTTPLimits = .standard) {
        var decoder = HTTPRequestDecoder(limits: limits)
        for piece in pieces {
            decoder.feed(piece.span)
            do throws(HTTPError) {
                while let event = try decoder.next() {
                    if case .head(let head) = event { heads.append(head) } else { events.append(event) }
                }
            } catch {
                self.error = error
            }
        }
        hasPartialRequest = decoder.hasPartialRequest
    }

    init(_ text: String, limits: HTTPLimits = .standard) {
        self.init([Array(text.utf8)], limits: limits)
    }

    /// The same without the events that rightly hang on how the bytes arrived.
    var withoutExpectations: RequestRun {
        var run = self
        run.events.removeAll { $0 == .expectsContinue }
        return run
    }
}

/// What a response decoder put out for some bytes and the end of the connection.
struct ResponseRun: Equatable {
    var head: HTTPResponseHead?
    var body = ""
    /// Before the connection ended.
    var wasComplete = false
    var error: HTTPError?

    init(_ pieces: [[UInt8]], method: HTTPMethod = .post, limits: HTTPLimits = .standard) {
        var decoder = HTTPResponseDecoder(requestMethod: method, limits: limits)
        var bytes: [UInt8] = []
        do throws(HTTPError) {
            for piece in pieces {
                try decoder.feed(piece.span) { slice in for index in slice.indices { bytes.append(slice[index]) } }
            }
            wasComplete = decoder.isComplete
            try decoder.finish()
        } catch {
            self.error = error
        }
        head = decoder.head
        body = String(decoding: bytes, as: UTF8.self)
    }

    init(_ text: String, method: HTTPMethod = .post, limits: HTTPLimits = .standard) {
        self.init([Array(text.utf8)], method: method, limits: limits)
    }
}
