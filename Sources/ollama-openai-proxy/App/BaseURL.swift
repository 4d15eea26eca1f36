/// Where an upstream is: `http[s]://HOST[:PORT][/PREFIX]`.
struct BaseURL: Sendable, Equatable {
    let endpoint: UpstreamEndpoint
    /// Begins with `/`, or is empty; never ends with one.
    let prefix: String
    /// The value of the Host field.
    let authority: String

    init(endpoint: UpstreamEndpoint, prefix: String = "") {
        self.endpoint = endpoint
        self.prefix = prefix
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        authority = endpoint.port == Self.standardPort(endpoint.isSecure) ? host : "\(host):\(endpoint.port)"
    }

    var text: String { "\(endpoint.isSecure ? "https" : "http")://\(authority)\(prefix)" }

    init(_ text: String) throws(SettingMistake) {
        let isSecure = text.lowercased().hasPrefix("https://")
        guard isSecure || text.lowercased().hasPrefix("http://") else {
            throw SettingMistake("is \"\(text)\"; it must begin with http:// or https://")
        }
        let rest = text.dropFirst(isSecure ? "https://".count : "http://".count)
        guard !rest.contains(where: { "?#@ ".contains($0) }), rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SettingMistake("must be http[s]://HOST[:PORT][/PREFIX], without user, query or fragment")
        }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        let (host, port) = Self.split(authority, standardPort: Self.standardPort(isSecure))
        guard !host.isEmpty, let port else { throw SettingMistake("\"\(authority)\" is not HOST or HOST:PORT") }
        self.init(
            endpoint: UpstreamEndpoint(host: String(host), port: port, isSecure: isSecure),
            prefix: String(path.reversed().drop { $0 == "/" }.reversed()))
    }

    /// For a URL without one (RFC 9110 section 4.2).
    private static func standardPort(_ isSecure: Bool) -> Int { isSecure ? 443 : 80 }

    /// `host`, `host:port`, `[v6]`, `[v6]:port`.
    private static func split(_ authority: Substring, standardPort: Int) -> (host: Substring, port: Int?) {
        let host: Substring
        let rest: Substring
        if authority.first == "[", let end = authority.firstIndex(of: "]") {
            host = authority[..<end].dropFirst()
            rest = authority[end...].dropFirst()
        } else {
            host = authority.prefix { $0 != ":" }
            rest = authority.dropFirst(host.count)
        }
        if rest.isEmpty { return (host, standardPort) }
        guard rest.first == ":", let port = Int(rest.dropFirst()), 1...65535 ~= port else { return (host, nil) }
        return (host, port)
    }
}
