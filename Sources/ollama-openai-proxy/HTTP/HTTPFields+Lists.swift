/// Fields whose value is a comma-separated list (RFC 9110 section 5.6.1).
extension HTTPFields {
    /// The members of every field of that name in order, without the white space around them; empty ones are kept.
    func members(of name: HTTPFieldName) -> [String] {
        values(of: name).flatMap { value in
            value.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false).map { member in
                let head = member.drop { $0.isHTTPSpace }
                let trailing = head.reversed().prefix { $0.isHTTPSpace }.count
                return String(decoding: head.dropLast(trailing), as: UTF8.self)
            }
        }
    }

    /// True when a list field of that name holds the member, compared without case.
    func has(_ member: String, in name: HTTPFieldName) -> Bool { members(of: name).contains { Self.isSame($0, member) } }

    /// True when the sender lets the connection live on after this message (RFC 9112 section 9.3).
    func keepsAlive(isHTTP10: Bool) -> Bool {
        if has("close", in: .connection) { return false }
        return !isHTTP10 || has("keep-alive", in: .connection)
    }
}
