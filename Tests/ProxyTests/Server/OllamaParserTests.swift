import Testing

@testable import ollama_openai_proxy

@Suite("What Ollama's parsers cannot read", .onOwnThreads)
struct OllamaParserTests {
    private typealias Step = ScriptedUpstream.Step

    /// The reply as Ollama sends it, with the model's tokens where they were asked for.
    private static func reply(_ row: OllamaParserCase, asLine: Bool, _ request: ScriptedUpstream.Request) -> Step {
        let tokens = RawTranscript.tokens(of: row.written)
        let asks = request.text.contains(#""logprobs":true"#)
        var lines = asks ? tokens.map { OllamaLine.token($0) } : []
        switch row.told {
        case .nothing: break
        case .error(let message):
            let error = #"{"error":"\#(message)"}"#
            guard asLine || asks else { return .whole(error, status: 500) }
            return .reply(lines.dropLast() + [asks ? lines[0] : OllamaLine.thinking("hm"), error])
        case .call(let name, let arguments): lines.append(OllamaLine.call(name, arguments))
        case .half(let name, let arguments, let rest): lines += [OllamaLine.call(name, arguments), OllamaLine.content(rest)]
        case .thought:
            guard asks else {
                lines.append(OllamaLine.thinking(String(row.written.quoted.dropFirst().dropLast())))
                break
            }
            lines = tokens.map { OllamaLine.token($0, thinking: $0) }
        case .text: lines.append(OllamaLine.content(String(row.written.quoted.dropFirst().dropLast())))
        }
        return .reply(lines + [OllamaLine.done(eval: tokens.count + 1)])
    }

    @Test("What comes of each, as a status and as a line", arguments: OllamaParserCase.all, [true, false])
    func outcome(row: OllamaParserCase, asLine: Bool) async throws {
        let upstream = try ScriptedUpstream { request, _ in [Self.reply(row, asLine: asLine, request)] }
        let proxy = try await TestProxy(upstream: upstream.port)
        let reply = try await CallingAPI.chatCompletions.ask(proxy, .all, stream: true)
        let isCalled = reply.body.contains(#""name":"Bash""#) && reply.body.contains(#""finish_reason":"tool_calls""#)
        switch row.outcome {
        case .call: #expect(isCalled && upstream.requests.count == 1, "\(reply.body)")
        case .read: #expect(isCalled && upstream.requests.count == 2, "\(reply.body)")
        case .asked: #expect(!isCalled && upstream.requests.count == 2, "\(reply.body)")
        case .text: #expect(!isCalled && upstream.requests.count == 1, "\(reply.body)")
        }
    }
}
