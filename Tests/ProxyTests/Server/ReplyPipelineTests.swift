import Testing

@testable import ollama_openai_proxy

/// What a reply goes through, without a socket.
struct ReplyPipelineTests {
    /// Writes each event as a line, but for the start, like the dialects.
    private struct Lines: ReplyEventEncoder {
        static let contentType: StaticString = "text/plain"
        /// All that it is given is written.
        var progress: StreamProgress {
            get { .open }
            set {}
        }

        func open(into bytes: inout ByteBuffer) {}

        func write(_ event: ReplyEvent, into bytes: inout ByteBuffer) {
            let line =
                switch event {
                case .started: ""
                case .reasoning(let text): "reasoning \(text)"
                case .text(let text, _): "text \(text)"
                case .call(let call): "\(call.id) \(call.name) \(call.arguments)"
                case .end(.finished(let reason, _)): reason.rawValue
                case .end(.failed(let error)): "failed: \(error.message)"
                }
            if !line.isEmpty { bytes.append(text: line + "\n") }
        }

        func keepAlive(into bytes: inout ByteBuffer) {}
    }

    private typealias Pipeline = ReplyPipeline<OllamaStreamDecoder, Lines>

    private func pipeline(
        mayAskAgain: Bool = false, passesReasoning: Bool = false, _ change: (inout ChatRequest) -> Void = { _ in }
    ) -> Pipeline {
        var chat = ChatRequest(model: "m", messages: [])
        chat.isStreaming = true
        chat.tools = RecoveryTools.all
        change(&chat)
        return Pipeline(
            decoder: OllamaStreamDecoder(), encoder: Lines(), for: RequestPlan(chat, passesReasoning: passesReasoning),
            memoryLimit: 8, mayAskAgain: mayAskAgain, makeID: { "own" })
    }

    private func feed(_ messages: String..., to pipeline: Pipeline) {
        for message in messages { pipeline.feed(Array("{\"message\":{\(message)},\"done\":false}\n".utf8).span) }
    }

    private func end(_ pipeline: Pipeline) {
        pipeline.feed(Array("{\"done\":true,\"done_reason\":\"stop\",\"eval_count\":7}\n".utf8).span)
    }

    @Test(
        "A reply that is not streamed has an end to its text and reasoning; a streamed one as much as comes",
        arguments: [true, false])
    func textLimit(isStreaming: Bool) {
        let pipeline = Pipeline(
            decoder: OllamaStreamDecoder(), encoder: isStreaming ? Lines() : nil,
            for: RequestPlan(ChatRequest(model: "m", messages: []), passesReasoning: true), foldLimit: 2 << 20)
        let piece = String(repeating: "x", count: 1 << 16)
        for number in 0..<32 { feed("\"\(number % 2 == 0 ? "content" : "thinking")\":\"\(piece)\"", to: pipeline) }
        #expect(pipeline.outcome == nil)
        feed(#""content":"y""#, to: pipeline)
        guard case .failed(let error)? = pipeline.outcome else { return #expect(isStreaming) }
        #expect(!isStreaming)
        #expect(error.status == 502)
        #expect(error.message.contains("2 MiB") && error.message.contains("stream"))
        #expect(pipeline.response.text.utf8.count <= 2 << 20)
        #expect(!pipeline.isUpstreamFinished, "what still comes is not waited for")
    }

    @Test("Every stage does its part, in order", arguments: [true, false])
    func stages(passesReasoning: Bool) {
        let pipeline = pipeline(passesReasoning: passesReasoning) { $0.think = .on }
        feed(
            #""content":"<think>hm</think>Hi""#,
            #""content":"<tool_call>{\"name\":\"Bash\",\"arguments\":{'command':'ls'}}</tool_call>""#,
            #""tool_calls":[{"function":{"name":"read","arguments":{"path":"a"}}}]"#, to: pipeline)
        end(pipeline)
        #expect(
            pipeline.output.text == (passesReasoning ? "reasoning hm\n" : "")
                + "text Hi\nown Bash {\"command\":\"ls\"}\nown Read {\"path\":\"a\"}\ntool_calls\n")
        #expect(pipeline.adjustments.map(\.rule) == [.recovered, .singleQuotes, .name])
        #expect(pipeline.transcript.reasoning == "hm")
        #expect(pipeline.callCount == 2)
        #expect(pipeline.usage?.completionTokens == 7)
    }

    @Test("A piece of reasoning that says nothing goes no further")
    func emptyReasoning() {
        let pipeline = pipeline(passesReasoning: true)
        feed(#""content":"<think></think>Hi""#, to: pipeline)
        #expect(pipeline.output.text == "text Hi\n")
    }

    @Test(
        "Marks of thinking at the beginning say that no call behind them need wait, if there were thoughts",
        arguments: [true, false])
    func marksAtTheBeginning(asks: Bool) {
        for mark in ["<think></think>", "<think>a</think>", "[THINK]\n[/THINK]"] where !asks || mark.contains("a") {
            let pipeline = pipeline(passesReasoning: true) { $0.think = asks ? .on : nil }
            let text = mark + "a:<tool_call>{\"name\":\"get_time\"}</tool_call>"
            feed("\"content\":" + text.quoted, to: pipeline)
            feed("\"content\":" + "<tool_call>get_time</tool_call>".quoted, to: pipeline)
            #expect(pipeline.output.text.hasSuffix("text a:\nown get_time {}\n"))
            #expect(!pipeline.output.text.contains("reasoning \n"))
        }
    }

    @Test(
        "What was thought behind a mark that closes no thoughts is no call",
        arguments: [
            "<think></think>\nmaybe: C</think>no", "<think>a <think>b</think> maybe: C</think>", "</think>C</think>",
            "<think>a<think>b<think>c</think>C\n</think>\nC\n</think>",
        ])
    func thoughtBehindMarks(text: String) {
        let call = "<tool_call>{\"name\":\"get_time\"}</tool_call>"
        for folded in [true, false] {
            let pipeline = pipeline {
                $0.think = .on
                $0.isStreaming = !folded
            }
            feed("\"content\":" + text.replacing("C", with: call).quoted, to: pipeline)
            end(pipeline)
            #expect(pipeline.callCount == 0)
        }
    }

    @Test("What was thought behind a call that stood in thoughts is no call")
    func thoughtBehindCall() {
        let pipeline = pipeline { $0.think = .on }
        feed(
            #""content":"<think>a""#, #""tool_calls":[{"function":{"name":"read","arguments":{"path":"a"}}}]"#,
            #""content":"<tool_call>{\"name\":\"get_time\"}</tool_call></think>""#, to: pipeline)
        end(pipeline)
        #expect(pipeline.callCount == 1)
    }

    @Test("What is beyond the memory's limit is not remembered, and sent all the same")
    func transcript() {
        let pipeline = pipeline()
        feed(#""thinking":"1234""#, #""thinking":"56789""#, #""content":"123456789""#, to: pipeline)
        #expect(pipeline.transcript.reasoning == "1234")
        #expect(pipeline.transcript.text.isEmpty)
        #expect(pipeline.output.text.contains("text 123456789"))
    }

    @Test("Text before a demanded call waits for it, or for its release")
    func demanded() {
        for hasCall in [true, false] {
            let pipeline = pipeline { $0.toolChoice = .required }
            feed(#""content":"Let me see""#, to: pipeline)
            #expect(pipeline.output.isEmpty && !pipeline.hasEmitted)
            if hasCall { feed(#""tool_calls":[{"function":{"name":"get_time","arguments":{}}}]"#, to: pipeline) }
            end(pipeline)
            #expect(pipeline.fault == (hasCall ? nil : "missing_call"))
            #expect(pipeline.hasEmitted == hasCall)
            pipeline.release()
            #expect(pipeline.output.text.hasPrefix("text Let me see\n"))
        }
    }

    @Test("A call of what is not declared waits when the model may be asked again, unless text came first")
    func undeclared() {
        for (mayAskAgain, hasText) in [(true, false), (true, true), (false, false)] {
            let pipeline = pipeline(mayAskAgain: mayAskAgain)
            if hasText { feed(#""content":"Hi""#, to: pipeline) }
            feed(#""tool_calls":[{"function":{"name":"Search","arguments":{}}}]"#, to: pipeline)
            end(pipeline)
            #expect(pipeline.outcome == .finished(.toolCalls, Usage(promptTokens: 0, completionTokens: 7)))
            #expect(pipeline.adjustments.map(\.rule) == [.undeclared])
            #expect(pipeline.isUndeclaredCall == (mayAskAgain && !hasText))
            #expect(pipeline.hasEmitted == !pipeline.isUndeclaredCall)
            pipeline.fail(ChatError(status: 502, "late"))
            #expect(pipeline.output.text.hasSuffix("own Search {}\ntool_calls\nfailed: late\n"))
        }
    }
}
