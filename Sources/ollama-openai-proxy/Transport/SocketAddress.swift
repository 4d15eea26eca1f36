/// An IPv4 or IPv6 address with a port.
struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
    private let storage: sockaddr_storage
    private let length: socklen_t

    init(storage: sockaddr_storage, length: socklen_t) {
        self.storage = storage
        self.length = length
    }

    var family: Int32 { Int32(storage.ss_family) }

    var port: Int {
        withPointer { pointer, _ in
            pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin_port)) }
        }
    }

    /// True for 127.0.0.0/8 and ::1: only this machine can connect.
    var isLoopback: Bool {
        let text = numericHost
        return text == "::1" || (family == AF_INET && text.hasPrefix("127."))
    }

    /// It is in one's own networks, or in none.
    var isPrivate: Bool { HostName.isPrivate(family == AF_INET6 ? "[\(numericHost)]" : numericHost) }

    var description: String { family == AF_INET6 ? "[\(numericHost)]:\(port)" : "\(numericHost):\(port)" }

    static func == (a: SocketAddress, b: SocketAddress) -> Bool {
        a.length == b.length
            && a.withPointer { first, length in b.withPointer { second, _ in memcmp(first, second, Int(length)) == 0 } }
    }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) { $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) } }
    }

    /// Without its port.
    var numericHost: String {
        withPointer { pointer, length in
            withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { name in
                let result = getnameinfo(pointer, length, name.baseAddress, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
                return result == 0 ? String(cString: name.baseAddress!) : "?"
            }
        }
    }

    /// The address that `host` spells out in numbers; `nil` when it is a name. It does not block.
    static func numeric(host: String, port: Int) -> SocketAddress? { try? resolve(host: host, port: port, flags: AI_NUMERICHOST).first }

    /// RFC 8305 section 4: the families take turns, beginning with that of the first address.
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        let first = addresses.filter { $0.family == addresses[0].family }
        let second = addresses.filter { $0.family != addresses[0].family }
        return (0..<addresses.count).flatMap { first.dropFirst($0).prefix(1) + second.dropFirst($0).prefix(1) }
    }

    /// The addresses of a host, numeric or by name. It asks the system's resolver and blocks until that answers.
    static func resolve(host: String, port: Int, flags: Int32 = 0) throws(SystemError) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_flags = flags
        #if os(Linux)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let result = getaddrinfo(host, String(port), &hints, &list)
        guard result == 0 else {
            if result == EAI_SYSTEM { throw .last("cannot resolve \(host)") }
            throw SystemError(
                code: result == EAI_MEMORY ? ENOMEM : 0, action: "cannot resolve \(host): \(String(cString: gai_strerror(result)))")
        }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }.compactMap { entry in
            guard let info = entry?.pointee, let address = info.ai_addr else { return nil }
            var storage = sockaddr_storage()
            withUnsafeMutableBytes(of: &storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
            }
            return SocketAddress(storage: storage, length: info.ai_addrlen)
        }
    }
}
