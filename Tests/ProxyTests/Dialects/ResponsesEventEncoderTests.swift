import Foundation
import Testing

@testable import ollama_openai_proxy

@Suite("The events of a Responses stream")
struct ResponsesEventEncoderTests {
    private let start = ResponsesFixture.start

    private func events(
        _ events: [ReplyEvent], _ members: String = ""
    ) throws -> [ResponsesEvent] {
        try ResponsesEvent.read(ResponsesFixture.stream(events, members))
    }

    @Test("text is one item of one part, told in pieces and once more whole")
    func text() throws {
        let told = try events([start, .text("Hel"), .text("lo"), .end(.finished(.stop, nil))])
        #expect(
            told.map(\.summary) == [
                "created", "in_progress", "output_item.added 0", "content_part.added 0", "output_text.delta 0 Hel",
                "output_text.delta 0 lo", "output_text.done 0 Hello", "content_part.done 0", "output_item.done 0",
                "completed",
            ])
        #expect(told[2].item["status"] as? String == "in_progress")
        #expect(told.dropFirst(3).prefix(5).allSatisfy { $0.members["item_id"] as? String == "msg_abc_0" })
        #expect(told.dropFirst(3).prefix(5).allSatisfy { $0.members["content_index"] as? Int == 0 })
        #expect(told[8].item["status"] as? String == "completed")
        #expect(told[9].response["status"] as? String == "completed")
        #expect(told[9].output.first?["id"] as? String == "msg_abc_0")
    }

    @Test("every call is an item of its own, and text behind it a new message")
    func calls() throws {
        let told = try events([
            start, .text("a"), ResponsesFixture.call(0, #"{"x": 1.0}"#), ResponsesFixture.call(1),
            .text("b"), .end(.finished(.toolCalls, nil)),
        ])
        #expect(
            told.map(\.summary).filter { !$0.contains("part") && !$0.contains("text.done") } == [
                "created", "in_progress", "output_item.added 0", "output_text.delta 0 a", "output_item.done 0",
                "output_item.added 1", #"function_call_arguments.delta 1 {"x": 1.0}"#,
                #"function_call_arguments.done 1 {"x": 1.0}"#, "output_item.done 1", "output_item.added 2",
                "function_call_arguments.delta 2 {}", "function_call_arguments.done 2 {}", "output_item.done 2",
                "output_item.added 3", "output_text.delta 3 b", "output_item.done 3", "completed",
            ])
        let output = try #require(told.last).output
        #expect(output.map { $0["id"] as? String } == ["msg_abc_0", "fc_abc_1", "fc_abc_2", "msg_abc_3"])
        #expect(output[1]["call_id"] as? String == "call_0" && output[1]["name"] as? String == "f0")
        #expect(output[1]["arguments"] as? String == #"{"x": 1.0}"#)
        let announced = try #require(told.first { $0.type == "response.output_item.added" && $0.item["name"] != nil })
        #expect(announced.item["call_id"] as? String == "call_0" && announced.item["arguments"] as? String == "")
    }

    @Test("reasoning is the summary of an item")
    func reasoning() throws {
        let said: [ReplyEvent] = [start, .reasoning("hm"), .reasoning(" so"), .text("a")]
        let end = ReplyEvent.end(.finished(.stop, nil))
        let told = try events(said + [end])
        #expect(
            told.map(\.summary).prefix(9) == [
                "created", "in_progress", "output_item.added 0", "reasoning_summary_part.added 0",
                "reasoning_summary_text.delta 0 hm", "reasoning_summary_text.delta 0  so",
                "reasoning_summary_text.done 0 hm so", "reasoning_summary_part.done 0", "output_item.done 0",
            ])
        #expect(told[4].members["summary_index"] as? Int == 0 && told[4].members["item_id"] as? String == "rs_abc_0")
        #expect(told[4].members["logprobs"] == nil)
        let summary = try #require(told[8].item["summary"] as? [[String: String]])
        #expect(summary == [["type": "summary_text", "text": "hm so"]])
        #expect(told.last?.output.map { $0["type"] as? String } == ["reasoning", "message"])
    }

    @Test("nothing is written before something is said")
    func silence() throws {
        let nothing: [ReplyEvent] = [start, .reasoning(""), .text("")]
        #expect(try ResponsesFixture.stream(nothing).isEmpty)
    }

    @Test("a keep-alive opens the stream as a reply does, and is one more event of it; none comes after the end")
    func keepAlive() throws {
        var encoder = ResponsesDialect()
            .makeEncoder(for: try ResponsesFixture.decode(""), reply: ResponsesFixture.identity)
        var bytes = ByteBuffer()
        encoder.keepAlive(into: &bytes)
        encoder.keepAlive(into: &bytes)
        encoder.encode(.text("a"), into: &bytes)
        encoder.keepAlive(into: &bytes)
        encoder.encode(.end(.finished(.stop, nil)), into: &bytes)
        let size = bytes.count
        encoder.keepAlive(into: &bytes)
        #expect(bytes.count == size)
        #expect(
            try ResponsesEvent.read(bytes.text).map(\.summary) == [
                "created", "in_progress", "in_progress", "output_item.added 0", "content_part.added 0",
                "output_text.delta 0 a", "in_progress", "output_text.done 0 a", "content_part.done 0",
                "output_item.done 0", "completed",
            ])
    }

    @Test("a reply without a word is complete all the same")
    func empty() throws {
        let told = try events([start, .end(.finished(.stop, nil))])
        #expect(told.map(\.summary) == ["created", "in_progress", "completed"])
        #expect(told[2].output.isEmpty)
    }

    @Test(
        "a cut reply is incomplete and says why",
        arguments: [(FinishReason.length, "max_output_tokens"), (.contentFilter, "content_filter")])
    func incomplete(reason: FinishReason, word: String) throws {
        let told = try events([start, .text("a"), .end(.finished(reason, nil))])
        let last = try #require(told.last)
        #expect(last.type == "response.incomplete" && last.response["status"] as? String == "incomplete")
        #expect(last.response["incomplete_details"] as? [String: String] == ["reason": word])
        #expect(told[told.count - 2].item["status"] as? String == "incomplete")
        #expect(last.output.first?["status"] as? String == "incomplete")
    }

    @Test("a call before the cut is whole")
    func callBeforeCut() throws {
        let told = try events([start, ResponsesFixture.call(0), .end(.finished(.length, nil))])
        #expect(told.last?.output.first?["status"] as? String == "completed")
    }

    @Test(
        "a failure is the last event, in a word that clients know",
        arguments: [
            (ChatError(status: 502, "no", code: .upstreamIncomplete), "server_error"),
            (ChatError(status: 504, "no", code: .upstreamTimeout), "server_error"),
            (ChatError(status: 429, "no"), "rate_limit_exceeded"),
            (ChatError(status: 429, "no", code: .insufficientQuota), "insufficient_quota"),
            (ChatError(status: 400, "no", code: .contextLengthExceeded), "context_length_exceeded"),
            (ChatError(status: 404, "no", code: .modelNotFound), "invalid_prompt"),
        ])
    func failure(error: ChatError, code: String) throws {
        let told = try events([
            start, .text("a"), ResponsesFixture.call(0), .text("b"), .end(.failed(error)), .text("c"),
            .end(.finished(.stop, nil)),
        ])
        let last = try #require(told.last)
        #expect(last.type == "response.failed" && last.response["status"] as? String == "failed")
        #expect(last.response["error"] as? [String: String] == ["code": code, "message": error.told])
        // What was not told whole is not in the reply.
        #expect(last.output.map { $0["id"] as? String } == ["msg_abc_0", "fc_abc_1"])
        #expect(told[told.count - 2].summary == "output_text.delta 2 b")
    }

    @Test("a failure before everything else still begins as a reply, as the SDK expects it")
    func firstFailure() throws {
        let told = try events([.end(.failed(ChatError(status: 502, "no")))])
        #expect(told.map(\.summary) == ["created", "in_progress", "failed"])
    }

    @Test("usage is told with its details, as zeros when nothing was counted, and not before the end")
    func usage() throws {
        let counted = Usage(promptTokens: 10, completionTokens: 5, cachedTokens: 4, reasoningTokens: 2)
        let told = try events([start, .end(.finished(.stop, counted))])
        let usage = try #require(told.last?.response["usage"] as? [String: Any])
        #expect(usage["input_tokens"] as? Int == 10 && usage["output_tokens"] as? Int == 5)
        #expect(usage["total_tokens"] as? Int == 15)
        #expect(usage["input_tokens_details"] as? [String: Int] == ["cached_tokens": 4, "cache_write_tokens": 0])
        #expect(usage["output_tokens_details"] as? [String: Int] == ["reasoning_tokens": 2])
        #expect(told[0].response["usage"] is NSNull)
        let none = try #require(events([.end(.finished(.stop, nil))]).last?.response["usage"] as? [String: Any])
        #expect(none["total_tokens"] as? Int == 0)
    }

    @Test("log probabilities come with their text and again with the whole")
    func logprobs() throws {
        let token = TokenLogprob(
            token: "a", logprob: "-0.5", bytes: [97],
            alternatives: [TokenLogprob(token: "b", logprob: "-1.50", bytes: [98])])
        let stream = try ResponsesFixture.stream([start, .text("a", logprobs: [token]), .end(.finished(.stop, nil))])
        let json =
            #""logprobs":[{"token":"a","logprob":-0.5,"bytes":[97],"top_logprobs":"#
            + #"[{"token":"b","logprob":-1.50,"bytes":[98]}]}]"#
        // Delta, text done, part done, item done, and the response.
        #expect(stream.components(separatedBy: json).count == 6)
    }
}
