import Foundation

@testable import ollama_openai_proxy

/// Plays the system's resolver: answers as it is told, after the gate is open.
final class StubLookUp: Sendable {
    private struct State {
        var answers: [Resolver.Answer]
        var names: [String] = []
        var threads: [pthread_t] = []
        var running = 0
        var mostAtOnce = 0
    }

    /// What look-ups that hang wait for.
    let gate = TestGate()
    private let hangsFrom: Int
    private let state: Locked<State>

    /// - Parameters:
    ///   - answers: one for each look-up, the last one for all further ones.
    ///   - hangsFrom: the first look-up that hangs, counted from 0.
    init(_ answers: Resolver.Answer..., hangsFrom: Int = .max) {
        state = Locked(State(answers: answers))
        self.hangsFrom = hangsFrom
    }

    /// The names asked for, in order.
    var names: [String] { state.withLock { $0.names } }
    /// On which threads.
    var threads: [pthread_t] { state.withLock { $0.threads } }
    var running: Int { state.withLock { $0.running } }
    var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

    func resolver() async -> Resolver {
        await onLoop { Resolver { self.lookUp($0) } }
    }

    /// True when so many look-ups have begun within half a minute.
    func hasBegun(_ count: Int = 1) async throws -> Bool { try await hold { self.names.count >= count } }

    /// True when none is running within half a minute.
    func hasEnded() async throws -> Bool { try await hold { self.running == 0 } }

    private func hold(_ condition: () -> Bool) async throws -> Bool {
        for _ in 0..<3000 {
            if condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    func lookUp(_ name: Resolver.Name) -> Resolver.Answer {
        let (answer, index) = state.withLock { state in
            state.names.append(name.host)
            state.threads.append(pthread_self())
            state.running += 1
            state.mostAtOnce = max(state.mostAtOnce, state.running)
            let answer = state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            return (answer, state.names.count - 1)
        }
        if index >= hangsFrom { gate.waitUntilOpen() }
        state.withLock { $0.running -= 1 }
        return answer
    }
}

extension Result where Success == [SocketAddress], Failure == SystemError {
    /// These ports of this machine.
    static func ports(_ ports: Int...) -> Self {
        .success(ports.compactMap { SocketAddress.numeric(host: "127.0.0.1", port: $0) })
    }
}
