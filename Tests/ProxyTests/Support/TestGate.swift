import Foundation

/// Holds a scripted upstream until a test has seen what it waits for, however busy the machine is.
final class TestGate: Sendable {
    private let isOpen = Locked(false)

    func open() { isOpen.withLock { $0 = true } }

    /// Returns after a minute at the latest.
    func waitUntilOpen() {
        for _ in 0..<12_000 {
            if isOpen.withLock({ $0 }) { return }
            Thread.sleep(forTimeInterval: 0.005)
        }
    }
}
