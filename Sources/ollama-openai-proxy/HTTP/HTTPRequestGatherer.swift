/// One request whose head is there and whose body is still coming.
struct HTTPRequestGatherer: Sendable {
    /// What becomes of a body.
    enum BodyUse: Sendable {
        case kept
        /// The request is answered without it.
        case skipped
        /// The same, whatever the head says of the body: there is another reason to refuse the request.
        case refused
    }

    var request: HTTPRequest
    var use = BodyUse.kept
    /// `nil` before the first `take`, and where the body's end cannot be found.
    private var decoder: HTTPBodyDecoder?
    private var expectsContinue = false
    /// What the body will have; `nil`: it is chunked, or not known yet.
    private(set) var length: Int?

    init(request: HTTPRequest) { self.request = request }

    /// The request once its body is whole or need not be; `nil` before.
    var completeRequest: HTTPRequest? { use != .kept || decoder?.isComplete == true ? request : nil }

    /// True the first time it is asked, if the client wants a 100.
    mutating func takeExpectation() -> Bool {
        defer { expectsContinue = false }
        return expectsContinue
    }

    /// Moves the bytes of this request's body out of the buffer. First of all it checks what the head says of the body:
    /// its framing, its size [413] and the expectations [417].
    mutating func take(from buffer: inout ByteBuffer, limits: HTTPLimits) throws(HTTPError) {
        do throws(HTTPError) {
            if decoder == nil { decoder = try begin(limits) }
            // A copy, as the closure below already holds the rest of `self`.
            guard var decoder else { return }
            let count = try buffer.withSpan { bytes throws(HTTPError) in try decoder.feed(bytes) { append($0) } }
            self.decoder = decoder
            buffer.consume(count)
        } catch { guard use == .refused else { throw error } }
        if use != .kept, decoder?.isComplete != true { request.keepsAlive = false }
    }

    private mutating func begin(_ limits: HTTPLimits) throws(HTTPError) -> HTTPBodyDecoder {
        let framing = try HTTPFraming(ofRequest: request.fields, isHTTP10: request.isHTTP10)
        if case .length(let count) = framing { length = count }
        expectsContinue = try Self.expectsContinue(request)
        return try HTTPBodyDecoder(framing, limits: limits)
    }

    /// Room grows with what has really come, so a length that is only claimed costs nothing, and never past the claim.
    private mutating func append(_ piece: Span<UInt8>) {
        guard use == .kept else { return }
        let count = request.body.count + piece.count
        if count > request.body.capacity { request.body.reserveCapacity(max(count, min(length ?? .max, 2 * request.body.capacity))) }
        piece.withUnsafeBufferPointer { request.body.append(contentsOf: $0) }
    }

    /// RFC 9110 section 10.1.1: HTTP/1.0 cannot expect anything.
    private static func expectsContinue(_ request: HTTPRequest) throws(HTTPError) -> Bool {
        let expectations = request.fields.members(of: "Expect")
        guard !request.isHTTP10, !expectations.isEmpty else { return false }
        guard expectations.allSatisfy({ HTTPFields.isSame($0, "100-continue") }) else {
            throw HTTPError(status: 417, message: "the only known expectation is 100-continue")
        }
        return true
    }
}
