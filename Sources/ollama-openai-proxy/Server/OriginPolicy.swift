/// Which web pages may use the server: none, unless the operator names their origins.
///
/// A browser sends `Origin` with every request that a page could misuse (Fetch standard), and agents send none. A page
/// that lets its own host name point to this machine (DNS rebinding) is found by `Host`, when only this machine can
/// connect at all.
struct OriginPolicy: Sendable {
    /// Origins that may, such as `https://chat.example`; `*` stands for all of them.
    var origins: [String] = []
    /// The server listens on loopback only: it is called by a name of this machine.
    var isLoopbackOnly = false

    /// Throws 403 for a page that may not, and for a host name that is not this machine's.
    func check(_ request: HTTPRequest) throws(ChatError) {
        if isLoopbackOnly, let host = request.fields[.host], !Self.isLocal(host) {
            throw ChatError(
                status: 403,
                "The Host \"\(host.prefix(100))\" is not this machine; the proxy listens on loopback only",
                code: .hostRefused)
        }
        guard let origin = request.fields[.origin], !allows(origin) else { return }
        throw ChatError(
            status: 403, "Web pages of \(origin.prefix(100)) may not use this server (CORS_ORIGINS)",
            code: .originRefused)
    }

    /// What a browser needs to see on a response; empty when no page asks.
    func fields(for request: HTTPRequest) -> HTTPFields {
        var fields = HTTPFields()
        guard let origin = request.fields[.origin], allows(origin) else { return fields }
        fields.append(.accessControlAllowOrigin, origin)
        fields.append(.vary, "Origin")
        guard request.method == .options else { return fields }
        fields.append(.accessControlAllowMethods, "GET, POST")
        fields.append(.accessControlAllowHeaders, "authorization, content-type, x-api-key, x-request-id")
        return fields
    }

    private func allows(_ origin: String) -> Bool {
        origins.contains("*") || origins.contains { $0.lowercased() == origin.lowercased() }
    }

    /// `localhost`, names below it, 127.0.0.0/8 and ::1, with or without a port.
    private static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("127.0.0.1:") || host.hasPrefix("localhost:") { return true }
        let host = host.lowercased()
        let name = host.hasPrefix("[") ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
        if name == "localhost" || name.hasSuffix(".localhost") || name == "::1" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}

extension ChatError.Code {
    static let hostRefused = ChatError.Code(rawValue: "host_refused")
    static let originRefused = ChatError.Code(rawValue: "origin_refused")
}
