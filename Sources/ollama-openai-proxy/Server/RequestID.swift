/// The name by which a request is found again in logs: the client's `X-Request-Id`, or one of our own.
enum RequestID {
    /// A client's id is taken when it is short and holds nothing that could break a line or a field.
    static func of(_ request: HTTPRequest) -> String {
        guard let id = request.fields["X-Request-Id"], 1...128 ~= id.utf8.count,
            id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
        else { return "req_" + RandomID.make() }
        return id
    }
}
