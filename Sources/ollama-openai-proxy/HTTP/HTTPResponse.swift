/// A whole response.
struct HTTPResponse: Sendable {
    var status: HTTPStatus
    var fields = HTTPFields()
    var body = ByteBuffer()

    static func json(_ status: HTTPStatus = .ok, _ body: ByteBuffer) -> HTTPResponse {
        var response = HTTPResponse(status: status, body: body)
        response.fields.append("Content-Type", "application/json")
        return response
    }
}

extension HTTPResponse {
    /// Appends the head, its fields in order and then the one that tells the framing; `body` is not looked at.
    ///
    /// With `.untilClose` the caller sets `Connection: close`.
    func encodeHead(into buffer: inout ByteBuffer, framing: HTTPFraming) {
        buffer.append("HTTP/1.1 ")
        buffer.append(decimal: status.rawValue)
        buffer.append(" ")
        buffer.append(status.reasonPhrase)
        buffer.append("\r\n")
        buffer.append(fields)
        buffer.endHead(framing)
    }
}
