import Foundation
import Synchronization

@testable import ollama_openai_proxy

/// The loop's thread of the test process, started once.
private let loopThread: Void = Thread.detachNewThread { EventLoop.run() }

/// Runs isolated code on the loop. As in the program the loop is the task's executor, too: otherwise every call of an
/// asynchronous function would suspend, and the reactor could take a turn in between.
func onLoop<Result: Sendable>(_ body: @escaping @Sendable @EventLoop () async -> Result) async -> Result {
    _ = loopThread
    return await withTaskExecutorPreference(EventLoop.shared.executor) { await body() }
}

// Where a test says no limit, ten minutes: what a busy machine is late with is no silence of a client's or an upstream's.

extension ServerLimits {
    static let patient: ServerLimits = {
        var limits = ServerLimits.standard
        (limits.idleTimeout, limits.requestTimeout) = (.seconds(600), .seconds(600))
        (limits.headTimeout, limits.bodyTimeout) = (.seconds(600), .seconds(600))
        return limits
    }()
}

extension UpstreamLimits {
    static let patient: UpstreamLimits = {
        var limits = UpstreamLimits.standard
        (limits.connectTimeout, limits.idleConnectionLife) = (.seconds(600), .seconds(600))
        return limits
    }()
}

/// The whole server in this process, in front of an upstream port.
final class TestProxy: Sendable {
    let port: Int
    private let server: Server
    private let records: RecordBox
    private let upstreams: Upstreams

    /// What the log would have been told; lives on the loop.
    @EventLoop
    final class RecordBox: ExchangeObserver {
        fileprivate(set) var all: [ExchangeRecord] = []
        private let metrics = Metrics(log: Log(level: .error, format: .text))

        func observe(_ record: ExchangeRecord) {
            all.append(record)
            metrics.observe(record)
        }

        fileprivate(set) var waits: [Awaited] = []

        func observe(waiting record: ExchangeRecord) { waits.append(record.awaited()) }

        func observe(_ refusal: HTTPError, from peer: String) { metrics.observe(refusal, from: peer) }

        fileprivate(set) var warnings: [String] = []

        func warn(_ message: String) { warnings.append(message) }

        var exposition: ByteBuffer { metrics.exposition }
    }

    init(
        upstream: Int, keys: [String] = [], origins: OriginPolicy = OriginPolicy(), limits: ServerLimits = .patient,
        upstreamLimits: UpstreamLimits = .patient, table: ModelTable = ModelTable(),
        rawTokens: RawTokenRule = .auto, isOllamaNamed: Bool = true, speaksOpenAI: Bool = false, remotes: [String: String] = [:],
        policy adjust: @escaping @Sendable @EventLoop (inout ExchangePolicy) -> Void = { _ in }
    ) async throws {
        let configuration = try Configuration(remotes)
        (server, records, upstreams) = try await onLoop { () -> Result<(Server, RecordBox, Upstreams), any Error> in
            var policy = ExchangePolicy()
            policy.keepAlive = .seconds(600)
            policy.waitSteps = [.seconds(600)]
            adjust(&policy)
            let box = RecordBox()
            let upstreams = Upstreams(
                OllamaDialect(host: "127.0.0.1:\(upstream)", refusesOverflow: true, rawTokens: rawTokens),
                UpstreamClient(UpstreamEndpoint(host: "127.0.0.1", port: upstream), limits: upstreamLimits),
                speaksOpenAI: speaksOpenAI, limits: upstreamLimits, isOllamaNamed: isOllamaNamed)
            return Result {
                let store = try RemoteModelFile(configuration, Log(level: .error, format: .text))
                store?.onChange = { upstreams.replace($0) }
                upstreams.replace(store?.table(behind: table) ?? table)
                let router = Router(
                    upstreams: upstreams, policy: policy, keys: AccessKeys(keys), origins: origins, observer: box, remotes: store)
                return (try Server.running(router, limits: limits), box, upstreams)
            }
        }.get()
        port = server.port
    }

    deinit {
        let server = server
        EventLoop.start { await server.stop(grace: .zero) }
    }

    func stop(grace: Duration) async { await server.stop(grace: grace) }

    /// Takes another models file, as SIGHUP does.
    func replace(_ table: ModelTable) async {
        let upstreams = upstreams
        await onLoop { upstreams.replace(table) }
    }

    /// What was logged, after so many requests have ended; `nil` when they have not within half a minute.
    func record(_ index: Int = 0) async throws -> LoggedRequest? {
        for _ in 0..<3000 {
            let records = records
            if let found = await onLoop({ index < records.all.count ? LoggedRequest(records.all[index]) : nil }) {
                return found
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    /// What the log was told of requests that waited long.
    var waits: [Awaited] {
        get async {
            let records = records
            return await onLoop { records.waits }
        }
    }

    /// What clients were told off for.
    var warnings: [String] {
        get async {
            let records = records
            return await onLoop { records.warnings }
        }
    }

    /// Sends bytes on a new connection and returns all that comes until the server closes it.
    func exchange(_ request: String) async throws -> String {
        let port = port
        return try await onThread {
            let socket = try BlockingSocket(connectingTo: port)
            socket.send(request)
            return socket.receiveAll()
        }
    }

    /// A chat request on a connection that closes afterwards; the reply's body, its chunks joined, and its head.
    func chat(_ body: String, fields: String = "") async throws -> TestReply {
        TestReply(try await exchange(Self.post("/v1/chat/completions", body, fields: fields + "Connection: close\r\n")))
    }

    func get(_ path: String, method: String = "GET", fields: String = "") async throws -> TestReply {
        TestReply(
            try await exchange("\(method) \(path) HTTP/1.1\r\nHost: x\r\n\(fields)Connection: close\r\n\r\n"),
            hasBody: method != "HEAD")
    }

    static func post(_ path: String, _ body: String, fields: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// A minimal request.
    static func ask(stream: Bool, more: String = "") -> String {
        #"{"model":"m","stream":\#(stream),"messages":[{"role":"user","content":"hi"}]\#(more)}"#
    }
}

extension Server {
    /// One that serves at a port of its own on loopback, until it is stopped.
    @EventLoop static func running(_ handler: any RequestHandler, limits: ServerLimits = .patient) throws(SystemError) -> Server {
        let address = SocketAddress.numeric(host: "127.0.0.1", port: 0)
        guard let address else { throw SystemError(code: 0, action: "no loopback") }
        let server = try Server(at: address, handler: handler, limits: limits)
        EventLoop.start { await server.run() }
        return server
    }
}

/// The parts of a record that tests look at.
struct LoggedRequest: Sendable {
    let status: Int?
    let model: String?
    let upstreamModel: String?
    let upstream: String?
    let finish: FinishReason?
    let calls: Int
    let error: ChatError?
    let retries: Int
    let retryTokens: Int
    let retryReasons: [String]
    let awaited: Awaited
    let firstByte: Duration?
    let firstWord: Duration?
    let isEmpty: Bool

    @EventLoop
    init(_ record: ExchangeRecord) {
        status = record.status
        (model, upstreamModel, upstream) = (record.model, record.upstreamModel, record.upstream)
        finish = record.finishReason
        calls = record.toolCalls
        error = record.error
        retries = record.retries
        retryTokens = record.retryTokens
        retryReasons = record.retryReasons
        awaited = record.awaited()
        firstByte = record.firstByte
        firstWord = record.firstWord
        isEmpty = record.isEmpty
    }
}

/// A response as a client sees it.
struct TestReply: Sendable {
    let head: String
    let body: String
    /// The body's framing was complete: its length was reached, or its last chunk came.
    let isComplete: Bool

    init(_ text: String, hasBody: Bool = true) {
        var decoder = HTTPResponseDecoder(requestMethod: hasBody ? .get : .head, limits: .standard)
        var body: [UInt8] = []
        let bytes = Array(text.utf8)
        try? decoder.feed(bytes.span) { piece in for index in piece.indices { body.append(piece[index]) } }
        head = text.range(of: "\r\n\r\n").map { String(text[..<$0.lowerBound]) } ?? text
        self.body = String(decoding: body, as: UTF8.self)
        isComplete = decoder.isComplete
    }

    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }

    func field(_ name: String) -> String? {
        head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    /// The data of the events, comments left out.
    var events: [String] {
        body.components(separatedBy: "\n\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }

    var json: JSONValue? { (try? JSONDocument(parsing: body))?.root }

    /// A member by its path, such as `error.code`; array places are numbers.
    subscript(path: String) -> JSONValue? { json?[path: path] }
}

extension JSONValue {
    subscript(path path: String) -> JSONValue? {
        path.split(separator: ".").reduce(self as JSONValue?) { value, part in
            Int(part).flatMap { index in value.map { Array($0.elements) }.flatMap { index < $0.count ? $0[index] : nil }
            }
                ?? value?[String(part)]
        }
    }
}
