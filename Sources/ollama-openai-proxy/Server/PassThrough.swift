/// Hands a request that needs no translation to Ollama, and its reply back, byte for byte as it comes.
///
/// Of the client's fields only those go along that describe the body or what is accepted.
@EventLoop
struct PassThrough {
    let upstream: OllamaDialect
    let backend: UpstreamClient
    let policy: ExchangePolicy

    /// Throws what can still be told with a status of its own.
    @inline(never)
    func run(
        _ request: HTTPRequest, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        let call = backend.call(upstream.passing(request))
        writer.onHangUp { call.cancel() }
        defer { call.cancel() }
        var isBetweenLines = false
        do throws(UpstreamFailure) {
            try await call.send()
            let deadline = Reactor.shared.now + policy.idleLimit
            guard try await call.receiveHead(until: deadline) == .progress, let head = call.head else {
                throw UpstreamFailure.timedOut(policy.idleLimit)
            }
            writer.begin(response(to: head))
            record.noteFirstByte()
            var piece = ByteBuffer()
            var reception = UpstreamCall.Reception.progress
            while reception != .end {
                reception = try await call.receive(until: Reactor.shared.now + policy.idleLimit) { piece.append($0) }
                if reception == .silence { throw UpstreamFailure.timedOut(policy.idleLimit) }
                if reception == .progress {
                    isBetweenLines = piece.storage.last == UInt8(ascii: "\n")
                    await writer.write(&piece)
                }
                if writer.isBroken { throw UpstreamFailure.cancelled }
            }
            writer.onHangUp(nil)
            await writer.end(&piece)
            await call.finish()
        } catch {
            let error = policy.error(for: error, of: backend, isClientGone: writer.isClientGone)
            guard writer.hasBegun else { throw error }
            record.note(error)
            // Of what passes through unread, only lines of JSON are known to take an error at their end.
            let isLines = call.head?.fields[.contentType] == "application/x-ndjson"
            guard error.code == .shuttingDown, isLines, isBetweenLines else { return writer.breakOff() }
            var line = record.route.api.encode(error).body
            line.append("\n")
            await writer.end(&line)
        }
    }

    private func response(to head: HTTPResponseHead) -> HTTPResponse {
        var response = HTTPResponse(status: head.status)
        for name in [HTTPFieldName.contentType, .contentEncoding, .retryAfter] {
            if let value = head.fields[name] { response.fields.append(name, value) }
        }
        return response
    }
}
