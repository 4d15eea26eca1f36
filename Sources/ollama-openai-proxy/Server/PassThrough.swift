/// Hands a request that needs no translation to Ollama, and its reply back, byte for byte as it comes.
///
/// Of the client's fields only those go along that describe the body or what is accepted.
extension Router {
    /// Throws what can still be told with a status of its own.
    ///
    /// - Parameter request: as Ollama gets it.
    @inline(never) func pass(_ request: HTTPRequest, _ writer: inout ResponseWriter, _ record: ExchangeRecord) async throws(ChatError) {
        let call = upstreams.ollamaClient.call(request)
        writer.onHangUp { call.cancel() }
        defer { call.cancel() }
        /// The last bytes of the reply; an event ends with two line ends.
        var tail: UInt32 = 0x0A0A
        do throws(UpstreamFailure) {
            record.stage = .connection
            try await call.send()
            record.stage = .head
            let deadline = Reactor.shared.now + policy.idleLimit
            guard try await call.receiveHead(until: deadline) == .progress, let head = call.head else {
                throw UpstreamFailure.timedOut(policy.idleLimit)
            }
            writer.begin(passed(head))
            record.noteFirstByte()
            record.stage = .nextWord
            var piece = ByteBuffer()
            var reception = UpstreamCall.Reception.progress
            while reception != .end {
                reception = try await call.receive(until: Reactor.shared.now + policy.idleLimit) { piece.append($0) }
                if reception == .silence { throw UpstreamFailure.timedOut(policy.idleLimit) }
                if reception == .progress {
                    for byte in piece.storage.suffix(4) { tail = tail << 8 | UInt32(byte) }
                    record.passedBytes += piece.count
                    await writer.write(&piece)
                }
                if writer.isBroken { throw UpstreamFailure.cancelled }
            }
            writer.onHangUp(nil)
            await writer.end(&piece)
            await call.finish()
        } catch {
            let error = policy.error(for: error, of: upstreams.ollamaClient, isClientGone: writer.isClientGone)
            guard writer.hasBegun else { throw error }
            record.error = error
            guard error.code == .shuttingDown, var words = ending(call.head, tail, error, record.route.api) else {
                return writer.breakOff()
            }
            await writer.end(&words)
        }
    }

    /// Of what passes through unread, only lines of JSON and events are known to take an error at their end, and only
    /// between two of them.
    private func ending(_ head: HTTPResponseHead?, _ tail: UInt32, _ error: ChatError, _ api: ClientAPI) -> ByteBuffer? {
        guard head?.fields["Content-Encoding"] == nil, let type = head?.fields["Content-Type"]?.lowercased() else { return nil }
        if type.hasPrefix("text/event-stream"), tail & 0xFFFF == 0x0A0A || tail == 0x0D0A_0D0A {
            return ByteBuffer("data: \(OpenAIError.frame(of: error).text)\n\n")
        }
        guard type.hasPrefix("application/x-ndjson"), tail & 0xFF == 0x0A else { return nil }
        return ByteBuffer(api.encode(error).body.text + "\n")
    }

    private func passed(_ head: HTTPResponseHead) -> HTTPResponse {
        var response = HTTPResponse(status: head.status)
        for name in ["Content-Type", "Content-Encoding", "Retry-After"] {
            if let value = head.fields[name] { response.fields.append(name, value) }
        }
        return response
    }
}
