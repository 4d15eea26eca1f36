import Testing

@testable import ollama_openai_proxy

@Suite("What upstreams' words mean")
struct UpstreamErrorTextTests {
    /// An error in a stream, where only words can tell.
    private func error(_ text: String, by speaker: UpstreamErrorText.Speaker) -> ChatError {
        let body = Array(#"{"error":\#(text.quoted)}"#.utf8)
        return speaker == .vendor
            ? VendorChatErrorDecoder(vendor: "v").decode(body.span)
            : OllamaErrorDecoder.decode(line: body.span)
    }

    @Test("Each phrase is understood from whoever says it", arguments: UpstreamErrorCase.all)
    func understood(_ row: UpstreamErrorCase) {
        let text = UpstreamErrorText(row.text, by: row.speaker)
        let error = error(row.text, by: row.speaker)
        switch row.meaning {
        case .contextOverflow: #expect(error.code == .contextLengthExceeded && error.status == 400)
        case .quota: #expect(error.code == .insufficientQuota && error.status == 402)
        case .noMedia: #expect(text.means(.noMedia) && text.status == 400)
        case .noMemory: #expect(error.code == .insufficientMemory && error.isFinal)
        case .passing: #expect(text.means(.passing))
        // The words alone are no proof of it: a status goes with them.
        case .modelNotFound: #expect(text.means(.modelNotFound))
        case .unreadableCall: #expect(error.code == .invalidToolCall)
        case .endOfInput: #expect(error.code == .invalidToolCall && error.mayBeCut)
        case .noLogprobs: #expect(text.means(.noLogprobs))
        case .machine:
            #expect(error.code == nil || error.code == .insufficientMemory)
            #expect(!OllamaErrorDecoder.isUnexplained(error))
        case .noThinking: #expect(text.means(.noThinking) && error.status == 400)
        case .status(let status):
            // Whose key is refused upstream is not the client's to mend.
            #expect(error.status == (status == 401 ? 403 : status) && text.status == status)
        }
    }

    @Test("Each row has a case for everyone whose words it holds, and each case its row")
    func complete() {
        for row in UpstreamErrorText.rows {
            let speakers: [UpstreamErrorText.Speaker] = row.speaker == .anyone ? [.ollama, .vendor] : [row.speaker]
            for speaker in speakers {
                let cases = UpstreamErrorCase.all.filter {
                    $0.phrase == row.phrase && $0.meaning == row.meaning && $0.speaker == speaker
                }
                #expect(cases.count == 1, "\(row.phrase), \(speaker)")
                #expect(cases.allSatisfy { UpstreamErrorText($0.text, by: speaker).matches(row) }, "\(row.phrase)")
            }
        }
        let speakers = UpstreamErrorText.rows.map { $0.speaker == .anyone ? 2 : 1 }
        #expect(UpstreamErrorCase.all.count == speakers.reduce(0, +))
    }

    @Test("One's words are not another's", arguments: [UpstreamErrorText.Speaker.ollama, .vendor])
    func speakers(speaker: UpstreamErrorText.Speaker) {
        for row in UpstreamErrorText.rows where row.speaker != .anyone && row.speaker != speaker {
            #expect(!UpstreamErrorText(row.phrase, by: speaker).matches(row))
        }
    }

    @Test(
        "A phrase that is all of the words is not found in others",
        arguments: ["unexpected EOF", "EOF while reading", "the unexpected end of JSON input"])
    func whole(words: String) {
        #expect(error(words, by: .ollama).code == nil)
    }

    @Test("What Ollama's cloud says is never a parser's error")
    func cloud() {
        let error = error("invalid character '}' looking for x (ref: 1b2c)", by: .ollama)
        #expect(error.code == nil && !OllamaErrorDecoder.isUnexplained(error))
    }
}
