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

    /// - Parameter refusesPrivate: a name is not to lead into one's own networks.
    init(_ text: String, refusesPrivate: Bool = false) throws(SettingMistake) {
        let isSecure = text.lowercased().hasPrefix("https://")
        guard isSecure || text.lowercased().hasPrefix("http://") else { throw SettingMistake("must begin with http:// or https://") }
        let rest = text.dropFirst(isSecure ? "https://".count : "http://".count)
        guard !rest.contains(where: { "?#@ ".contains($0) }), rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw SettingMistake("must be http[s]://HOST[:PORT][/PREFIX], without user, query or fragment")
        }
        let authority = rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        // What is wrong is not repeated: it may hold a password.
        guard let name = HostName.of(authority), let port = Self.port(authority.dropFirst(name.count), isSecure) else {
            throw SettingMistake("must have HOST or HOST:PORT behind its //")
        }
        guard !path.split(separator: "/").contains(where: { [".", ".."].contains($0) }) else {
            throw SettingMistake("must not have dot segments in its path")
        }
        let host = name.hasPrefix("[") ? String(name.dropFirst().dropLast()) : name
        var endpoint = UpstreamEndpoint(host: host, port: port, isSecure: isSecure)
        endpoint.refusesPrivate = refusesPrivate && !endpoint.isThisMachine && SocketAddress.numeric(host: host, port: port) == nil
        self.init(endpoint: endpoint, prefix: String(path.reversed().drop { $0 == "/" }.reversed()))
    }

    /// For a URL without one (RFC 9110 section 4.2).
    private static func standardPort(_ isSecure: Bool) -> Int { isSecure ? 443 : 80 }

    /// Of nothing, or of a colon and a number.
    private static func port(_ text: Substring, _ isSecure: Bool) -> Int? {
        if text.isEmpty { return standardPort(isSecure) }
        return Int(text.dropFirst()).flatMap { 1...65535 ~= $0 ? $0 : nil }
    }
}
