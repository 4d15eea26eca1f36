import Foundation
import Synchronization

@testable import ollama_openai_proxy

/// A server that speaks TLS on a real loopback socket and then does what it is told, a connection at a time each on a
/// thread of its own.
final class TLSServer: Sendable {
    private struct State {
        var peerPorts: [Int] = []
        /// Of each connection whose handshake is done.
        var greetings: [Greeting] = []
        var closed: [LoopTime] = []
    }

    /// What the client said in its handshake.
    struct Greeting: Sendable {
        let name: String?
        let isResumed: Bool
        let version: Int32
    }

    let port: Int
    private let listener: BlockingSocket
    private let state = Mutex(State())
    private let context: TLSServerContext

    /// - Parameters:
    ///   - plain: runs before the handshake; false means that there is none.
    ///   - script: what to do on a connection, which ends with a reset where it is not ended otherwise.
    init(
        _ certificate: TestCertificate, highestVersion: Int? = nil,
        plain: @escaping @Sendable (BlockingSocket) -> Bool = { _ in true },
        script: @escaping @Sendable (TLSPeer) -> Void
    ) throws {
        // OpenSSL writes without MSG_NOSIGNAL.
        Signals.ignoreBrokenPipes()
        (listener, port) = try BlockingSocket.listening()
        context = TLSServerContext(certificate, highestVersion: highestVersion)
        let (listener, context) = (listener, context)
        Thread.detachNewThread { [weak self] in
            while let socket = listener.accept() {
                guard let self else { return }
                socket.setTimeout(seconds: 20)
                socket.sendAtOnce()
                state.withLock { $0.peerPorts.append(socket.peerPort) }
                Thread.detachNewThread {
                    guard plain(socket), let peer = TLSPeer(socket, context) else { return self.noteEnd(socket) }
                    self.state.withLock { $0.greetings.append(peer.greeting) }
                    script(peer)
                    self.noteEnd(socket)
                }
            }
        }
    }

    deinit { listener.close() }

    var connections: Int { state.withLock { $0.peerPorts.count } }
    var greetings: [Greeting] { state.withLock { $0.greetings } }

    /// When a script, or a handshake that failed, was over; `nil` when it was not within five seconds.
    func ended(_ index: Int = 0) async throws -> LoopTime? {
        for _ in 0..<500 {
            if let time = state.withLock({ index < $0.closed.count ? $0.closed[index] : nil }) { return time }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// Descriptors of this process that are connections to this server. Waits a while for them to be 0.
    func descriptorsLeft() async throws -> Int {
        var left = 0
        for _ in 0..<500 {
            left = try OpenSockets.count(localPorts: Set(state.withLock { $0.peerPorts }), peer: port)
            if left == 0 { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        return left
    }

    private func noteEnd(_ socket: BlockingSocket) { state.withLock { $0.closed.append(.now) } }
}

extension BlockingSocket {
    /// Nothing waits until earlier bytes have been acknowledged; a reset would throw away what waits.
    fileprivate func sendAtOnce() {
        var flag: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &flag, socklen_t(MemoryLayout<Int32>.size))
    }
}

/// The server's end of one TLS connection; it blocks. Used by one thread.
final class TLSPeer {
    let socket: BlockingSocket
    private let pointer: OpaquePointer

    /// `nil` when there is no handshake.
    init?(_ socket: BlockingSocket, _ context: TLSServerContext) {
        self.socket = socket
        pointer = Functions.new(context.pointer)!
        _ = Functions.setDescriptor(pointer, socket.descriptor)
        guard Functions.accept(pointer) == 1 else { return nil }
    }

    deinit { Functions.free(pointer) }

    var greeting: TLSServer.Greeting {
        TLSServer.Greeting(
            name: Functions.name(pointer, 0).map { String(cString: $0) }, isResumed: Functions.isResumed(pointer) == 1,
            version: Functions.version(pointer))
    }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Functions.write(pointer, $0.baseAddress, Int32($0.count)) }
            guard count > 0 else { return }
            rest = rest.dropFirst(Int(count))
        }
    }

    func send(_ text: String) { send(Array(text.utf8)) }

    /// `nil` at the end, however it came.
    func receive() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = Functions.read(pointer, &bytes, Int32(bytes.count))
        return count > 0 ? Array(bytes[..<Int(count)]) : nil
    }

    /// The next request; `nil` at the end.
    func request() -> HTTPRequest? {
        var decoder = HTTPRequestDecoder(limits: .standard)
        while true {
            while let event = try? decoder.next() { if case .request(let request) = event { return request } }
            guard let bytes = receive() else { return nil }
            decoder.feed(bytes.span)
        }
    }

    /// A whole reply.
    func answer(_ body: String, fields: String = "") {
        send("HTTP/1.1 200 X\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    /// Says that this is the end, as TLS wants it, and leaves the socket open.
    func sayEnd() { _ = Functions.shutdown(pointer) }

    /// Another ticket, at a moment when the client waits for nothing (TLS 1.3).
    func sendSession() {
        _ = Functions.newSession(pointer)
        _ = Functions.handshake(pointer)
    }

    /// New keys from here on, and the client is asked for new ones too (TLS 1.3).
    func changeKeys() {
        _ = Functions.changeKeys(pointer, 1)
        _ = Functions.handshake(pointer)
    }

    private enum Functions {
        typealias Object = OpenSSL.Object
        static let new: @convention(c) @Sendable (Object) -> Object = OpenSSL.find("SSL_new")
        static let free: @convention(c) @Sendable (Object) -> Void = OpenSSL.find("SSL_free")
        static let setDescriptor: @convention(c) @Sendable (Object, Int32) -> Int32 = OpenSSL.find("SSL_set_fd")
        static let accept: @convention(c) @Sendable (Object) -> Int32 = OpenSSL.find("SSL_accept")
        static let handshake: @convention(c) @Sendable (Object) -> Int32 = OpenSSL.find("SSL_do_handshake")
        static let name: @convention(c) @Sendable (Object, Int32) -> OpenSSL.Text = OpenSSL.find("SSL_get_servername")
        static let isResumed: @convention(c) @Sendable (Object) -> Int32 = OpenSSL.find("SSL_session_reused")
        static let version: @convention(c) @Sendable (Object) -> Int32 = OpenSSL.find("SSL_version")
        static let read: @convention(c) @Sendable (Object, UnsafeMutableRawPointer?, Int32) -> Int32 = OpenSSL.find(
            "SSL_read")
        static let write: @convention(c) @Sendable (Object, UnsafeRawPointer?, Int32) -> Int32 = OpenSSL.find(
            "SSL_write")
        static let shutdown: @convention(c) @Sendable (Object) -> Int32 = OpenSSL.find("SSL_shutdown")
        static let newSession: @convention(c) @Sendable (Object) -> Int32 = OpenSSL.find("SSL_new_session_ticket")
        static let changeKeys: @convention(c) @Sendable (Object, Int32) -> Int32 = OpenSSL.find("SSL_key_update")
    }
}

/// A server's certificate and versions. Never freed.
///
/// Unchecked: OpenSSL's own locks guard it.
final class TLSServerContext: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ certificate: TestCertificate, highestVersion: Int?) {
        let method: @convention(c) () -> OpenSSL.Object = OpenSSL.find("TLS_server_method")
        let new: @convention(c) (OpenSSL.Object) -> OpenSSL.Object = OpenSSL.find("SSL_CTX_new")
        let useCertificate: @convention(c) (OpenSSL.Object, OpenSSL.Object) -> Int32 = OpenSSL.find(
            "SSL_CTX_use_certificate")
        let useKey: @convention(c) (OpenSSL.Object, OpenSSL.Object) -> Int32 = OpenSSL.find("SSL_CTX_use_PrivateKey")
        let control: @convention(c) (OpenSSL.Object, Int32, Int, UnsafeRawPointer?) -> Int = OpenSSL.find(
            "SSL_CTX_ctrl")
        let setCiphers: @convention(c) (OpenSSL.Object, OpenSSL.Text) -> Int32 = OpenSSL.find(
            "SSL_CTX_set_cipher_list")
        pointer = new(method())!
        precondition(useCertificate(pointer, certificate.certificate) == 1 && useKey(pointer, certificate.key) == 1)
        guard let highestVersion else { return }
        _ = setCiphers(pointer, "ALL:@SECLEVEL=0")
        let (setLowest, setHighest) = (Int32(123), Int32(124))
        _ = control(pointer, setLowest, 0, nil)
        _ = control(pointer, setHighest, highestVersion, nil)
    }
}
