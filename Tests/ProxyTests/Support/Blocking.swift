import Foundation

/// Runs blocking code on a thread of its own, so that it cannot starve the tests' thread pool.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: .init(catching: body)) }
    }
}

/// A blocking TCP socket on loopback, for the far ends of a test.
final class BlockingSocket: Sendable {
    struct Failure: Error { let action: String }

    let descriptor: Int32

    /// A program that a test starts must not inherit it: the peer would never see its end.
    init(taking descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Connects to a port of this machine. Reads fail after a minute of silence.
    convenience init(connectingTo port: Int) throws {
        self.init(taking: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = Self.loopback(port)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure(action: "connect") }
        setTimeout(seconds: 60)
    }

    /// Listens at a free port.
    static func listening() throws -> (socket: BlockingSocket, port: Int) {
        let (listener, port) = try refusing()
        guard listen(listener.descriptor, 64) == 0 else { throw Failure(action: "listen") }
        return (listener, port)
    }

    /// Takes a port at which connections are refused, and which nobody else gets as long as the socket lives.
    static func refusing() throws -> (socket: BlockingSocket, port: Int) {
        let holder = BlockingSocket(taking: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(holder.descriptor, $0, size) == 0 && getsockname(holder.descriptor, $0, &size) == 0
            }
        }
        guard result else { throw Failure(action: "bind") }
        return (holder, Int(UInt16(bigEndian: address.sin_port)))
    }

    func accept() -> BlockingSocket? {
        let number = Glibc.accept(descriptor, nil, nil)
        return number < 0 ? nil : BlockingSocket(taking: number)
    }

    func setTimeout(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// `nil` at the end, after a reset and after a minute of silence.
    func receive() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? Array(bytes[..<count]) : nil
    }

    /// Reads on; true when the connection ends in order, false after a reset and after a minute of silence.
    func endsInOrder() -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        var count = 1
        while count > 0 { count = recv(descriptor, &bytes, bytes.count, 0) }
        return count == 0
    }

    /// Everything up to the end of the connection.
    func receiveAll() -> String {
        var all: [UInt8] = []
        while let bytes = receive() { all += bytes }
        return String(decoding: all, as: UTF8.self)
    }

    /// Everything up to and with `mark`; what came when it did not come.
    func receive(until mark: String) -> String {
        var all: [UInt8] = []
        let end = Array(mark.utf8)
        while !all.ends(with: end), let byte = receiveByte() { all.append(byte) }
        return String(decoding: all, as: UTF8.self)
    }

    func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Closes so that the peer sees a reset.
    func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        let null = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        dup2(null, descriptor)
        Glibc.close(null)
    }

    deinit { Glibc.close(descriptor) }

    private func receiveByte() -> UInt8? {
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) == 1 ? byte : nil
    }

    static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}

extension Array where Element == UInt8 {
    fileprivate func ends(with end: [UInt8]) -> Bool {
        count >= end.count && self[(count - end.count)...].elementsEqual(end)
    }
}
