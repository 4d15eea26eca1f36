import Foundation

@testable import ollama_openai_proxy

/// A server on a real loopback socket that does what it is told, whatever it is asked.
///
/// The n-th request gets the n-th script; the last script serves all further ones.
final class ScriptedUpstream: Sendable {
    enum Step: Sendable {
        case send([UInt8])
        case pause(milliseconds: Int)
        /// Ends the connection in order.
        case close
        /// Ends it with a reset.
        case reset
        /// Sends nothing more, but goes on listening.
        case finishSending
        /// Waits until the gate is open.
        case wait(TestGate)
        /// Waits until the peer closes, and notes when it did.
        case awaitClose

        static func send(_ text: String) -> Step { .send(Array(text.utf8)) }
    }

    struct Request: Sendable {
        let head: String
        let body: [UInt8]
        /// Which connection it came on, counted from 0.
        let connection: Int

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    private struct State {
        var requests: [Request] = []
        var peerPorts: [Int] = []
        var closed: [LoopTime] = []
    }

    let port: Int
    private let listener: BlockingSocket
    private let script: @Sendable (Request, Int) -> [Step]
    private let state = Locked(State())

    convenience init(_ scripts: [[Step]]) throws {
        try self.init { _, index in scripts[min(index, scripts.count - 1)] }
    }

    /// - Parameter script: what to do for a request, and which one it is, counted from 0.
    init(script: @escaping @Sendable (Request, Int) -> [Step]) throws {
        (listener, port) = try BlockingSocket.listening()
        self.script = script
        let listener = listener
        Thread.detachNewThread { [weak self] in
            while let socket = listener.accept() {
                guard let self else { return }
                let number = state.withLock { state in
                    state.peerPorts.append(socket.peerPort)
                    return state.peerPorts.count - 1
                }
                Thread.detachNewThread { self.serve(socket, number) }
            }
        }
    }

    convenience init(_ script: Step...) throws { try self.init([script]) }

    deinit { listener.close() }

    /// From now on connections are refused.
    func stop() { listener.close() }

    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.peerPorts.count } }
    /// The other end of every connection, also of those that have ended.
    var peerPorts: [Int] { state.withLock { $0.peerPorts } }
    /// How often `awaitClose` has seen the peer close.
    var closings: Int { state.withLock { $0.closed.count } }

    /// When the peer closed a connection on which `awaitClose` waited, counted from 0 in the order of closing; `nil` when
    /// it did not within half a minute.
    func peerClosed(_ index: Int = 0) async throws -> LoopTime? {
        for _ in 0..<3000 {
            if let time = state.withLock({ index < $0.closed.count ? $0.closed[index] : nil }) { return time }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// Returns when so many requests have come; false after half a minute.
    func received(_ count: Int = 1) async throws -> Bool {
        for _ in 0..<3000 {
            if requests.count >= count { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }

    private func serve(_ socket: BlockingSocket, _ connection: Int) {
        // Longer than any test waits: an upstream that gives up by itself would look like one that fails.
        socket.setTimeout(seconds: 300)
        var decoder = HTTPRequestDecoder(limits: .standard)
        while let request = nextRequest(socket, &decoder) {
            let head =
                "\(request.method.rawValue) \(request.target)\n"
                + request.fields.all.map { "\($0.name): \($0.value)\n" }.joined()
            let request = Request(head: head, body: request.body, connection: connection)
            let index = state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            for step in script(request, index) {
                switch step {
                case .send(let bytes): socket.send(bytes)
                case .pause(let milliseconds): Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
                case .close: return socket.close()
                case .reset: return socket.reset()
                case .finishSending: socket.finishSending()
                case .wait(let gate): gate.waitUntilOpen()
                case .awaitClose:
                    while socket.receive() != nil {}
                    state.withLock { $0.closed.append(.now) }
                    return
                }
            }
        }
    }

    private func nextRequest(_ socket: BlockingSocket, _ decoder: inout HTTPRequestDecoder) -> HTTPRequest? {
        while true {
            while let event = try? decoder.next() { if case .request(let request) = event { return request } }
            guard let bytes = socket.receive() else { return nil }
            decoder.feed(bytes.span)
        }
    }
}

extension ScriptedUpstream.Step {
    /// A whole streamed reply of Ollama: a chunked head, each line as a chunk of its own, the end.
    static func reply(_ lines: String...) -> Self { reply(lines) }

    static func reply(_ lines: [String], status: Int = 200) -> Self {
        .send(openingText(status: status) + lines.map(chunkText).joined() + "0\r\n\r\n")
    }

    /// The head of a streamed reply.
    static func opening(status: Int = 200) -> Self { .send(openingText(status: status)) }

    /// One line of a streamed reply, as one chunk.
    static func line(_ text: String) -> Self { .send(chunkText(text)) }

    /// The end of a streamed reply.
    static let ending = Self.send("0\r\n\r\n")

    /// A whole reply with a length, as Ollama answers errors and small questions.
    static func whole(_ body: String, status: Int = 200, fields: String = "") -> Self {
        .send(
            "HTTP/1.1 \(status) X\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
    }

    private static func openingText(status: Int) -> String {
        "HTTP/1.1 \(status) X\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    }

    private static func chunkText(_ line: String) -> String {
        "\(String(line.utf8.count + 1, radix: 16))\r\n\(line)\n\r\n"
    }
}

/// Lines that Ollama sends.
enum OllamaLine {
    static func content(_ text: String) -> String { message(#""content":"\#(text)""#) }
    static func thinking(_ text: String) -> String { message(#""content":"","thinking":"\#(text)""#) }

    static func call(_ name: String, _ arguments: String, id: String? = nil) -> String {
        let id = id.map { #""id":"\#($0)","# } ?? ""
        return message(
            #""content":"","tool_calls":[{\#(id)"function":{"index":0,"name":"\#(name)","arguments":\#(arguments)}}]"#)
    }

    static func done(_ reason: String = "stop", prompt: Int = 26, eval: Int = 7) -> String {
        #"{"model":"m","created_at":"2026-08-01T10:00:00.1Z","message":{"role":"assistant","content":""},"done":true,"#
            + #""done_reason":"\#(reason)","prompt_eval_count":\#(prompt),"eval_count":\#(eval)}"#
    }

    private static func message(_ members: String) -> String {
        #"{"model":"m","created_at":"2026-08-01T10:00:00.1Z","message":{"role":"assistant",\#(members)},"done":false}"#
    }
}
