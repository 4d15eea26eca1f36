extension Log {
    /// One line a request. Never a body, a key, a prompt or an argument: what Ollama itself says in an error may hold
    /// any of these, so its words stand in the log only at debug.
    @EventLoop func write(_ record: ExchangeRecord) {
        let status = record.status ?? 0
        var isProbe = record.path == "/ready"
        if case .health = record.route { isProbe = true }
        // By what it came to: a stream that failed has the status 200.
        let isFailure = status >= 500 || (status != 499 && (record.error?.status ?? 0) >= 500)
        let level: LogLevel = isFailure ? .warning : isProbe ? .debug : .info
        write(level, "\(record.method.rawValue.prefix(20)) \(record.path.prefix(200))", details(of: record, status))
        for call in record.adjustments {
            write(
                call.rule == .notOffered ? .warning : .info, "tool call \(call.rule.rawValue)",
                [
                    ("tool", .text(String(call.tool.prefix(100)))), ("bytes_before", .number(call.bytesBefore)),
                    ("bytes_after", .number(call.bytesAfter)), ("id", .text(record.requestID)),
                ])
        }
        for call in record.adjustments {
            guard let reason = call.reason else { continue }
            write(.debug, "tool call \(call.rule.rawValue) because: \(reason)", [("id", .text(record.requestID))])
        }
        for omission in record.omissions {
            write(
                .info, omission.isRemembered ? "parameter left out from now on" : "parameter left out",
                [
                    ("parameter", .text(omission.parameter)), ("upstream", .text(omission.upstream)),
                    ("model", .text(String(omission.model.prefix(200)))), ("id", .text(record.requestID)),
                ])
        }
        if let error = record.error { write(.debug, error.message, [("id", .text(record.requestID))]) }
    }

    @EventLoop private func details(of record: ExchangeRecord, _ status: Int) -> [(String, Value)] {
        var details: [(String, Value)] = []
        func add(_ name: String, _ value: Value?) { if let value { details.append((name, value)) } }
        add("model", record.model.map { .text(String($0.prefix(200))) })
        if record.upstreamModel != record.model { add("to", record.upstreamModel.map { .text(String($0.prefix(200))) }) }
        add("stream", record.isStreaming.map { .flag($0) })
        add("status", .number(status))
        add("finish", record.finishReason.map { .text($0.rawValue) })
        if record.model != nil { add("calls", .number(record.toolCalls)) }
        add("tokens_in", record.usage.map { .number($0.promptTokens) })
        add("tokens_out", record.usage.map { .number($0.completionTokens) })
        if record.retries > 0 {
            add("retries", .number(record.retries))
            add("retry_tokens", .number(record.retryTokens))
        }
        add("first_byte_ms", record.firstByte.map { .number($0.milliseconds) })
        add("total_ms", .number(record.total.milliseconds))
        add("peer", .text(record.peer))
        add("id", .text(record.requestID))
        guard let error = record.error else { return details }
        add("error", .text(error.code?.rawValue ?? "status_\(error.status)"))
        add("param", error.parameter.map { .text(String($0.prefix(200))) })
        let isSafe = error.code.map { ChatError.Code.safeWords.contains($0) } ?? (error.status == 403)
        if isSafe || record.route.isRefused { add("reason", .text(String(error.message.prefix(300)))) }
        return details
    }
}

extension ChatError.Code {
    /// Errors whose message holds nothing of the conversation: it is our own, or of what upstreams say of a model, an account
    /// or a machine.
    fileprivate static let safeWords: [ChatError.Code] = [
        .upstreamUnreachable, .upstreamTimeout, .upstreamIncomplete, .upstreamRepetition, .modelNotFound, .insufficientQuota,
        .insufficientMemory, .rateLimitExceeded, .invalidAPIKey,
    ]
}
