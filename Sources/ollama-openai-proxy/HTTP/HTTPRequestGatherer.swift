/// One request whose head is there and whose body is still coming.
struct HTTPRequestGatherer: Sendable {
    var request: HTTPRequest
    var keepsBody = true
    private var decoder: HTTPBodyDecoder
    private var expectsContinue: Bool
    /// What the body will have; `nil`: it is chunked.
    let length: Int?

    /// Checks what the head says of the body: its framing, its size [413] and the expectations [417].
    init(_ request: HTTPRequest, limits: HTTPLimits) throws(HTTPError) {
        self.request = request
        let framing = try HTTPFraming(ofRequest: request.fields, isHTTP10: request.isHTTP10)
        decoder = try HTTPBodyDecoder(framing, limits: limits)
        length = if case .length(let length) = framing { length } else { nil }
        expectsContinue = try Self.expectsContinue(request)
    }

    /// The request once its body is whole or need not be; `nil` before.
    var completeRequest: HTTPRequest? { decoder.isComplete || !keepsBody ? request : nil }

    /// True the first time it is asked, if the client wants a 100.
    mutating func takeExpectation() -> Bool {
        defer { expectsContinue = false }
        return expectsContinue
    }

    /// Moves the bytes of this request's body out of the buffer.
    mutating func take(from buffer: inout ByteBuffer) throws(HTTPError) {
        // A copy, as the closure below already holds the rest of `self`.
        var decoder = decoder
        let count = try buffer.withSpan { bytes throws(HTTPError) in try decoder.feed(bytes) { append($0) } }
        self.decoder = decoder
        if !keepsBody, !decoder.isComplete { request.keepsAlive = false }
        buffer.consume(count)
    }

    /// Room grows with what has really come, so a length that is only claimed costs nothing, and never past the claim.
    private mutating func append(_ piece: Span<UInt8>) {
        guard keepsBody else { return }
        let count = request.body.count + piece.count
        if count > request.body.capacity {
            request.body.reserveCapacity(max(count, min(length ?? .max, 2 * request.body.capacity)))
        }
        piece.withUnsafeBufferPointer { request.body.append(contentsOf: $0) }
    }

    /// RFC 9110 section 10.1.1: HTTP/1.0 cannot expect anything.
    private static func expectsContinue(_ request: HTTPRequest) throws(HTTPError) -> Bool {
        let expectations = request.fields.members(of: .expect)
        guard !request.isHTTP10, !expectations.isEmpty else { return false }
        guard expectations.allSatisfy({ HTTPFields.isSame($0, "100-continue") }) else {
            throw HTTPError(status: .expectationFailed, message: "the only known expectation is 100-continue")
        }
        return true
    }
}
