/// Making TCP sockets; what differs between systems is here.
enum Socket {
    #if os(Linux)
        static let sendFlags = Int32(MSG_NOSIGNAL)
        private static let stream = Int32(SOCK_STREAM.rawValue)
        private static let tcp = Int32(IPPROTO_TCP)
    #else
        static let sendFlags: Int32 = 0
        private static let stream = SOCK_STREAM
        private static let tcp = IPPROTO_TCP
    #endif

    /// A socket that listens at the address; one that shares the port lets other processes of the same user listen
    /// there too, and the kernel spreads new connections over them (SO_REUSEPORT in socket(7)).
    static func listening(at address: SocketAddress, sharesPort: Bool = false) throws(SystemError) -> FileDescriptor {
        let socket = try open(address)
        noticeLoss(socket.number)
        set(socket.number, SOL_SOCKET, SO_REUSEADDR)
        if sharesPort { set(socket.number, SOL_SOCKET, SO_REUSEPORT) }
        guard address.withPointer({ bind(socket.number, $0, $1) }) == 0, listen(socket.number, 1024) == 0 else {
            throw .last("cannot listen at \(address)")
        }
        return socket
    }

    /// The next waiting connection; `nil` when there is none. Throws when the system has no descriptor left.
    static func accepted(from listener: Int32) throws(SystemError) -> FileDescriptor? {
        while true {
            let number = accept(listener, nil, nil)
            if number >= 0 {
                prepare(number)
                set(number, tcp, TCP_NODELAY)
                return FileDescriptor(number)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EAGAIN: return nil
            default: throw .last("cannot accept a connection")
            }
        }
    }

    /// Begins to connect; the socket is writable when it has succeeded or failed.
    static func connecting(to address: SocketAddress) throws(SystemError) -> FileDescriptor {
        let socket = try open(address)
        set(socket.number, tcp, TCP_NODELAY)
        noticeLoss(socket.number)
        let result = address.withPointer { connect(socket.number, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw .last("cannot connect to \(address)") }
        return socket
    }

    /// The outcome of a connection attempt, 0 for success.
    static func pendingError(_ descriptor: Int32) -> Int32 {
        var code: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
        return code
    }

    /// Makes `close` send a reset.
    static func discardOnClose(_ descriptor: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    /// The port a socket is bound to; tells which one the system chose for port 0.
    static func localPort(_ descriptor: Int32) -> Int? { address(descriptor) { getsockname($0, $1, $2) }?.port }

    /// The other end; `nil` when it is gone.
    static func peer(_ descriptor: Int32) -> SocketAddress? { address(descriptor) { getpeername($0, $1, $2) } }

    private static func address(
        _ descriptor: Int32, _ ask: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { ask(descriptor, $0, &size) }
        }
        return result == 0 ? SocketAddress(storage: storage, length: size) : nil
    }

    private static func open(_ address: SocketAddress) throws(SystemError) -> FileDescriptor {
        let number = socket(address.family, stream, 0)
        guard number >= 0 else { throw .last("cannot open a socket") }
        prepare(number)
        return FileDescriptor(number)
    }

    /// A machine that has vanished is noticed within two minutes, whether or not anything is sent to it: without its word for
    /// that long, to what was sent or to a question after a minute of silence, the connection fails (tcp(7)).
    /// What is accepted inherits it from what listens.
    private static func noticeLoss(_ descriptor: Int32) {
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE)
        set(descriptor, tcp, TCP_KEEPINTVL, 15)
        set(descriptor, tcp, TCP_KEEPCNT, 4)
        #if os(Linux)
            set(descriptor, tcp, TCP_KEEPIDLE, 60)
            set(descriptor, tcp, TCP_USER_TIMEOUT, 120_000)
        #endif
    }

    private static func set(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32 = 1) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func prepare(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #if !os(Linux)
            set(descriptor, SOL_SOCKET, SO_NOSIGPIPE)
        #endif
    }
}
