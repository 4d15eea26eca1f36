extension Log {
    /// One line a request. Never a body, a key, a prompt or an argument: what Ollama itself says in an error may hold
    /// any of these, so its words stand in the log only at debug.
    @EventLoop
    func write(_ record: ExchangeRecord) {
        let status = record.status ?? 0
        let isProbe = record.path == "/health" || record.path == "/ready"
        let level: LogLevel = status >= 500 ? .warning : isProbe ? .debug : .info
        write(level, "\(record.method.rawValue) \(record.path.prefix(200))", details(of: record, status))
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

    @EventLoop
    private func details(of record: ExchangeRecord, _ status: Int) -> [(String, Value)] {
        var details: [(String, Value)] = []
        func add(_ name: String, _ value: Value?) { if let value { details.append((name, value)) } }
        add("model", record.model.map { .text(String($0.prefix(200))) })
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
        add("id", .text(record.requestID))
        guard let error = record.error else { return details }
        add("error", .text(error.code?.rawValue ?? "status_\(error.status)"))
        add("param", error.parameter.map { .text(String($0.prefix(200))) })
        let isOwn = error.code.map { ChatError.Code.ownWords.contains($0) } ?? false
        if isOwn || record.route.isRefused { add("reason", .text(error.message)) }
        return details
    }
}

extension ChatError.Code {
    /// Errors whose message is our own and holds nothing of the conversation.
    fileprivate static let ownWords: [ChatError.Code] = [
        .upstreamUnreachable, .upstreamTimeout, .upstreamIncomplete, .upstreamRepetition,
    ]
}
