/// The names and addresses of hosts as Host fields and URLs hold them, in small letters; IPv6 addresses stand in brackets.
enum HostName {
    /// The host of `HOST` or `HOST:PORT`; `nil` for anything else.
    static func of(_ authority: some StringProtocol) -> String? {
        let text = authority.lowercased()
        let isBracketed = text.hasPrefix("[")
        let host = isBracketed ? text.prefix { $0 != "]" } + "]" : text.prefix { $0 != ":" }
        let name = isBracketed ? host.dropFirst().dropLast() : host
        let port = text.dropFirst(host.count)
        guard text.hasPrefix(host), !name.isEmpty, name.utf8.allSatisfy({ isPlain($0, inAddress: isBracketed) }),
            port.isEmpty || port.first == ":" && port.utf8.dropFirst().allSatisfy(\.isHTTPDigit)
        else { return nil }
        return String(host)
    }

    /// No web page can come from there under a name of its own: it is an address, has no dot, or nobody can register it (RFC
    /// 6761, 6762 and 8375; `internal` by ICANN in 2024; Kubernetes' `svc`).
    static func isLocal(_ host: String) -> Bool {
        host.hasPrefix("[") || octets(host) != nil || !host.contains(".")
            || [".localhost", ".local", ".internal", ".svc", ".home.arpa", ".test"].contains { host.hasSuffix($0) }
    }

    /// What is sent there crosses none but one's own networks. An IPv6 address that begins with `::` is this machine's, or one of
    /// IPv4 in other clothes.
    static func isPrivate(_ host: String) -> Bool {
        if host.hasPrefix("[") { return ["[::", "[fc", "[fd", "[fe8", "[fe9", "[fea", "[feb"].contains { host.hasPrefix($0) } }
        guard let octets = octets(host) else { return isLocal(host) }
        switch (octets[0], octets[1]) {
        case (0, _), (10, _), (127, _), (192, 168), (172, 16...31), (169, 254), (100, 64...127): return true
        default: return false
        }
    }

    private static func octets(_ host: String) -> [UInt8]? {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && !parts.contains(nil) ? parts.compactMap(\.self) : nil
    }

    /// An address may have a zone behind a `%`.
    private static func isPlain(_ byte: UInt8, inAddress: Bool) -> Bool {
        inAddress && ":%".utf8.contains(byte) || byte.isHTTPToken && !"!#$%&'*+^`|~".utf8.contains(byte)
    }
}
