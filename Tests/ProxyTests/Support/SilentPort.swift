import Foundation

/// A port of this machine at which nobody answers an attempt to connect: its queue is full, and nothing is ever taken
/// from it.
final class SilentPort: Sendable {
    let number: Int
    private let listener: BlockingSocket
    private let fillers: [BlockingSocket]

    init() throws {
        (listener, number) = try BlockingSocket.refusing()
        guard listen(listener.descriptor, 0) == 0 else { throw BlockingSocket.Failure(action: "listen") }
        fillers = (0..<8).map { _ in BlockingSocket(taking: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) }
        for filler in fillers { filler.beginConnecting(to: number) }
        // Until the first of them stand in the queue.
        Thread.sleep(forTimeInterval: 0.05)
    }
}

extension BlockingSocket {
    /// Does not wait for the outcome.
    fileprivate func beginConnecting(to port: Int) {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var address = Self.loopback(port)
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
