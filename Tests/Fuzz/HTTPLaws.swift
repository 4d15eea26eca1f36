/// Both HTTP decoders on any bytes: nothing is smuggled, nothing depends on how the bytes arrived.
enum HTTPLaws {
    static func check(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        let limits =
            choices.isOnce(in: 3)
            ? HTTPLimits(headBytes: 256, fieldCount: 6, bodyBytes: 64, chunkLineBytes: 16) : .standard
        requests(bytes, limits, &choices)
        let method: HTTPMethod = choices.isOnce(in: 8) ? .head : .post
        response(bytes, method, limits, &choices)
    }

    private static func requests(_ bytes: [UInt8], _ limits: HTTPLimits, _ choices: inout Choices) {
        let whole = RequestRun([bytes], limits: limits)
        choices.holdSplits("requests come out the same however they are cut", bytes, whole.withoutExpectations) {
            RequestRun($0, limits: limits).withoutExpectations
        }
        if let error = whole.error {
            hold(
                "a refusal has its status", [400, 413, 417, 431, 501, 505].contains(error.status.rawValue), "\(error)")
        }
        for request in whole.requests { accepted(request, limits) }
        if let first = whole.requests.first { firstHead(bytes, first) }
    }

    private static func accepted(_ request: HTTPRequest, _ limits: HTTPLimits) {
        hold("a body keeps to its limit", request.body.count <= limits.bodyBytes)
        hold("a head keeps to its limit", request.fields.all.count <= limits.fieldCount)
        for field in request.fields.all {
            hold(
                "no field can break out of its line",
                !field.value.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }
                    && field.name.utf8.allSatisfy(\.isHTTPToken), "\(field)")
        }
        let lengths = request.fields.values(of: "Content-Length")
        let codings = request.fields.values(of: "Transfer-Encoding")
        hold(
            "a body's end is told in one way only", lengths.count + codings.count <= 1 || lengths.isEmpty, "\(request)")
        if let length = lengths.first { hold("a body has its length", Int(length) == request.body.count, "\(request)") }
        if lengths.isEmpty, codings.isEmpty { hold("no body comes unannounced", request.body.isEmpty, "\(request)") }
        if !request.isHTTP10 { roundTrip(request) }
    }

    private static func roundTrip(_ request: HTTPRequest) {
        func withoutFraming(_ request: HTTPRequest) -> HTTPRequest {
            var copy = request
            copy.fields = HTTPFields()
            for field in request.fields.all
            where !["content-length", "transfer-encoding"].contains(field.name.lowercased()) {
                copy.fields.append(field.name, field.value)
            }
            return copy
        }
        var buffer = ByteBuffer()
        request.encodeHead(into: &buffer)
        buffer.append(request.body)
        var wide = HTTPLimits.standard
        wide.headBytes *= 4
        wide.fieldCount += 1
        let again = RequestRun([buffer.array], limits: wide)
        hold(
            "what was read and is written again is the same one request",
            again.error == nil && again.events.count == 1
                && again.requests.map(withoutFraming) == [withoutFraming(request)], "\(request)\n\(again)")
    }

    /// Reads the head of the first request once more, in the most naive way.
    private static func firstHead(_ bytes: [UInt8], _ request: HTTPRequest) {
        var rest = bytes[...]
        if rest.starts(with: [0x0D, 0x0A]) { rest = rest.dropFirst(2) }
        var lines: [ArraySlice<UInt8>] = []
        while let end = rest.firstRange(of: [0x0D, 0x0A]) {
            lines.append(rest[..<end.lowerBound])
            rest = rest[end.upperBound...]
            if lines.last?.isEmpty == true { break }
        }
        hold("a head has as many fields as lines", lines.count == request.fields.all.count + 2, "\(request)")
        let isClean = lines.allSatisfy { !$0.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D } }
        hold("no bare line break and no NUL passes", isClean, "\(request)")
    }

    private static func response(
        _ bytes: [UInt8], _ method: HTTPMethod, _ limits: HTTPLimits, _ choices: inout Choices
    ) {
        let whole = ResponseRun([bytes], method: method, limits: limits)
        choices.holdSplits("a response comes out the same however it is cut", bytes, whole) {
            ResponseRun($0, method: method, limits: limits)
        }
        if let error = whole.error { hold("a bad response is a 502", error.status == .badGateway, "\(error)") }
        hold("a body has a head", whole.head != nil || whole.body.isEmpty, "\(whole)")
        hold("an answer is final", whole.head.map { !$0.status.isInformational } ?? true, "\(whole)")
        if method == .head { hold("HEAD has no body", whole.body.isEmpty, "\(whole)") }
    }
}
