/// Which web pages may use the server: none, unless the operator names their origins.
///
/// A browser sends `Origin` with every request that a page could read or misuse (Fetch standard), and with the others, such
/// as for an image, at least `Sec-Fetch-Site` to loopback and over https; agents send neither. A page that lets its own host
/// name point to this machine (DNS rebinding) is found by `Host`.
struct OriginPolicy: Sendable {
    /// Origins that may, in small letters, such as `https://chat.example`; `*` stands for all of them.
    var origins: [String] = []
    /// Hosts that may be asked for, in small letters, beside those that no page can have; `*.NAME` stands for all below one, `*` for all.
    var hosts: [String] = []

    /// Throws 403 for a host name that is not this server's. Where keys are needed a page has none to show.
    func checkHost(_ request: HTTPRequest) throws(ChatError) {
        guard let field = request.fields["Host"], !field.hasPrefix("127.0.0.1:"), !field.hasPrefix("localhost:"), !hosts.contains("*"),
            !(HostName.of(field).map { HostName.isLocal($0) || isNamed($0) } ?? false)
        else { return }
        throw ChatError(
            status: 403, "The Host \"\(field.prefix(100))\" is none of this server's names (ALLOWED_HOSTS)", code: .hostRefused)
    }

    private func isNamed(_ host: String) -> Bool {
        hosts.contains { $0 == host || $0.hasPrefix("*.") && host.hasSuffix($0.dropFirst()) }
    }

    /// Throws 403 for a page that may not.
    func check(_ request: HTTPRequest, _ route: Route) throws(ChatError) {
        guard let origin = request.fields["Origin"] ?? Self.unnamedOrigin(of: request, route), !allows(origin) else { return }
        throw ChatError(status: 403, "Web pages of \(origin.prefix(100)) may not use this server (CORS_ORIGINS)", code: .originRefused)
    }

    /// Stands for the origin where a browser tells only that it is another one: nobody can have named it. People may follow a
    /// link to what asks nobody.
    private static func unnamedOrigin(of request: HTTPRequest, _ route: Route) -> String? {
        guard let site = request.fields["Sec-Fetch-Site"], site != "same-origin", site != "none" else { return nil }
        if case .health = route, request.fields["Sec-Fetch-Mode"] == "navigate" { return nil }
        return "another origin"
    }

    /// What a browser needs to see on a response; empty when no page asks.
    func fields(for request: HTTPRequest) -> HTTPFields {
        var fields = HTTPFields()
        guard let origin = request.fields["Origin"], allows(origin) else { return fields }
        fields.append("Access-Control-Allow-Origin", origin)
        fields.append("Vary", "Origin")
        guard request.method == .options else { return fields }
        fields.append("Access-Control-Allow-Methods", "GET, POST")
        // Those of the SDKs are many, and none of them means anything here but to who may ask.
        fields.append("Access-Control-Allow-Headers", request.fields["Access-Control-Request-Headers"] ?? "*")
        return fields
    }

    private func allows(_ origin: String) -> Bool { origins.contains("*") || origins.contains(origin.lowercased()) }
}

extension ChatError.Code {
    static let hostRefused = ChatError.Code(rawValue: "host_refused")
    static let originRefused = ChatError.Code(rawValue: "origin_refused")
}
