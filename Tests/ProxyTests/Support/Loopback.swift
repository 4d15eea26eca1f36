import Foundation

@testable import ollama_openai_proxy

/// A channel on the loop, and the blocking socket at its other end.
struct Loopback: Sendable {
    let channel: Channel
    let peer: BlockingSocket

    init() async throws {
        let (listener, port) = try BlockingSocket.listening()
        let connected = await onLoop { () -> Channel? in
            guard let address = SocketAddress.numeric(host: "127.0.0.1", port: port),
                let socket = try? Socket.connecting(to: address)
            else { return nil }
            let channel = Channel(socket)
            let failure = await channel.connectionFailure(until: .now + .seconds(5))
            return failure == nil ? channel : nil
        }
        guard let connected else { throw BlockingSocket.Failure(action: "connect") }
        channel = connected
        guard let peer = listener.accept() else { throw BlockingSocket.Failure(action: "accept") }
        peer.setTimeout(seconds: 60)
        self.peer = peer
    }
}

extension BlockingSocket {
    /// Sends nothing more, but still receives.
    func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }
}
