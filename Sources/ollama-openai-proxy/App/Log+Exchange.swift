extension Log {
    /// One line a request. Never a body, a key, a prompt or an argument: what Ollama itself says in an error may hold
    /// any of these, so such words stand in the log only at debug.
    @EventLoop func write(_ record: ExchangeRecord, _ facts: ExchangeFacts) {
        let isProbe = ["health", "ready"].contains(record.route.label)
        // By what it came to: a stream that failed has the status 200.
        let isFailure = facts.upstreamError != nil || facts.status >= 500 || record.isEmpty
        let level: LogLevel = isFailure ? .warning : isProbe ? .debug : .info
        let id = ("id", Value.text(record.requestID))
        write(level, "\(record.method.rawValue.prefix(20)) \(record.path.prefix(200))", details(of: record, facts))
        if let (tool, calls) = record.repetition {
            write(.warning, "the model calls the same again and again", [("tool", .name(tool)), ("calls", .number(calls)), id])
        }
        for call in record.adjustments {
            let isLost = [.notOffered, .dropped].contains(call.rule)
            let sizes = [("bytes_before", Value.number(call.bytesBefore)), ("bytes_after", .number(call.bytesAfter))]
            write(isLost ? .warning : .info, "tool call \(call.rule.rawValue)", [("tool", .name(call.tool))] + sizes + [id])
            if let reason = call.reason { write(.debug, "tool call \(call.rule.rawValue) because: \(reason)", [id]) }
        }
        for omission in record.omissions {
            write(
                .info, omission.isRemembered ? "parameter left out from now on" : "parameter left out",
                [
                    ("parameter", .text(omission.parameter)), ("upstream", .text(omission.upstream)), ("model", .name(omission.model)),
                    id,
                ])
        }
        if let error = record.error { write(.debug, error.message, [id]) }
    }

    /// One line of a request whose client has had nothing for long.
    @EventLoop func write(waiting record: ExchangeRecord) {
        let (time, isLong) = record.waited
        var details = wait(of: record) + [("waited_s", .number(time.seconds))]
        details += model(of: record) + reply(of: record) + [("id", .text(record.requestID))]
        write(isLong ? .warning : .info, "still waiting", details)
    }

    // MARK: Details

    @EventLoop private func details(of record: ExchangeRecord, _ facts: ExchangeFacts) -> [(String, Value?)] {
        var details = model(of: record) + [("stream", record.isStreaming.map(Value.flag)), ("status", .number(facts.status))]
        details += [("finish", .name(record.finishReason?.rawValue)), ("empty", record.isEmpty ? .flag(true) : nil)]
        if facts.isCancelled { details += wait(of: record) }
        details += reply(of: record)
        details += [("tokens_in", .number(record.usage?.promptTokens)), ("tokens_out", .number(record.usage?.completionTokens))]
        let used = record.contextSize.flatMap { _ in record.usage.map { $0.totalTokens - record.retryTokens } }
        details += [("context_used_tokens", .number(used)), ("context_size_tokens", .number(record.contextSize))]
        details += [("first_byte_ms", .number(record.firstByte?.milliseconds)), ("load_ms", .number(record.usage?.loadTime))]
        details += [("prompt_ms", .number(record.usage?.promptTime)), ("first_word_ms", .number(record.firstWord?.milliseconds))]
        details += [("total_ms", .number(record.total.milliseconds)), ("peer", .text(record.peer)), ("id", .text(record.requestID))]
        guard let error = record.error, !facts.isCancelled else { return details }
        let isSafe = error.quotesNothing || error.code.map(ChatError.Code.safeWords.contains) ?? (error.status == 403)
        let reason = isSafe || record.route.isRefused ? String(error.message.prefix(300)) : nil
        return details + [("error", .text(error.label)), ("param", .name(error.parameter)), ("reason", reason.map(Value.text))]
    }

    @EventLoop private func model(of record: ExchangeRecord) -> [(String, Value?)] {
        let other = record.upstreamModel == record.model ? nil : record.upstreamModel
        return [("model", .name(record.model)), ("upstream", .name(record.upstream)), ("to", .name(other))]
    }

    /// What is waited for, and how long the upstream has been silent.
    @EventLoop private func wait(of record: ExchangeRecord) -> [(String, Value?)] {
        [("waiting_for", .text(record.awaited().rawValue)), ("silent_s", .number(record.silence()?.seconds))]
    }

    /// What has come, and in which try.
    @EventLoop private func reply(of record: ExchangeRecord) -> [(String, Value?)] {
        let reply = record.reply
        var details: [(String, Value?)] = [("calls", .number(reply?.callCount)), ("text_bytes", .number(reply?.textBytes))]
        let passed = record.passedBytes > 0 ? record.passedBytes : nil
        details += [("thinking_bytes", .number(reply?.thinkingBytes)), ("passed_bytes", .number(passed))]
        guard record.retries > 0 else { return details }
        let reasons = record.retryReasons.joined(separator: ",")
        return details + [
            ("retries", .number(record.retries)), ("retry_reasons", .text(reasons)), ("retry_tokens", .number(record.retryTokens)),
        ]
    }
}

extension Log.Value {
    /// What somebody else calls something; `nil`, as for a number: it is not said.
    fileprivate static func name(_ text: String?) -> Log.Value? { text.map { .text(String($0.prefix(200))) } }

    fileprivate static func number(_ number: Int?) -> Log.Value? { number.map { .number($0) } }
}

extension ChatError.Code {
    /// Errors whose message holds nothing of the conversation: it is our own, or of what upstreams say of a model, an account
    /// or a machine.
    fileprivate static let safeWords: [ChatError.Code] = [
        .upstreamUnreachable, .upstreamTimeout, .upstreamIncomplete, .upstreamRepetition, .modelNotFound, .insufficientQuota,
        .insufficientMemory, .rateLimitExceeded, .invalidAPIKey,
    ]
}
