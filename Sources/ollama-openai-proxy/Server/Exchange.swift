/// An exchange between any two dialects.
@EventLoop protocol RunnableExchange: AnyObject { func run(_ writer: inout ResponseWriter) async throws(ChatError) }

/// The straight way of one chat request: client bytes to upstream, upstream bytes to the client. What follows when that
/// comes to an end, `ExchangeState` decides.
///
/// A class, so that the frames on its way hold a reference and no dialects.
@EventLoop final class Exchange<Client: ClientDialect, Dialect: UpstreamDialect>: RunnableExchange {
    let client: Client
    let dialect: Dialect
    let upstream: UpstreamClient
    let policy: ExchangePolicy
    let plan: RequestPlan
    /// The request's place among those that run.
    private let permit: AdmissionPermit
    let record: ExchangeRecord
    var form: ExchangeForm<Dialect>
    var state: ExchangeState
    /// A line of our own for the model, from the second try on.
    var reminder: String?
    /// What has opened the client's stream in an earlier try, and goes on with it.
    var encoder: Client.Encoder?
    /// The last try ended in its thoughts, with calls.
    var hadThoughtCalls = false
    private var isStreamOpen = false

    typealias Reply = ReplyPipeline<Dialect.Decoder, Client.Encoder>

    init(
        _ client: Client, _ dialect: Dialect, _ upstream: UpstreamClient, _ policy: ExchangePolicy, _ plan: RequestPlan,
        _ permit: AdmissionPermit, _ record: ExchangeRecord
    ) {
        self.client = client
        self.dialect = dialect
        self.upstream = upstream
        self.policy = policy
        self.plan = plan
        self.permit = permit
        self.record = record
        form = ExchangeForm(of: plan.upstreamModel, at: upstream)
        state = ExchangeState(callRetries: policy.toolCalls.retries, transientPause: policy.transientPause)
    }

    /// Answers the request that was let in. Whatever happens, the client gets a reply or it is gone; throws what can
    /// still be told with a status of its own.
    @inline(never) func run(_ writer: inout ResponseWriter) async throws(ChatError) {
        defer {
            permit.leave()
            if isStreamOpen { policy.openStreams -= 1 }
        }
        while case .retry(let pause) = try await makeTry(&writer) { if pause > .zero { await Reactor.shared.sleep(pause) } }
    }

    /// One call to upstream and the reply to the client, unless it comes to nothing that the client has seen.
    private func makeTry(_ writer: inout ResponseWriter) async throws(ChatError) -> ExchangeState.Verdict {
        let identity = makeIdentity()
        let call = try await makeCall()
        writer.onHangUp { [permit] in
            permit.cancel()
            call.cancel()
        }
        defer { call.cancel() }
        let reply = makeReply(identity)
        let failure = await relay(call, reply, &writer)
        let verdict = conclude(call, reply, failure, hasBegun: writer.hasBegun)
        if case .retry = verdict { return verdict }
        if case .fail(let error) = verdict { throw error }
        writer.onHangUp(nil)
        if failure == nil { record.stage = .client }
        await end(reply, identity, &writer)
        if reply.isUpstreamFinished { await call.finish() }
        return verdict
    }

    // The frame of `makeTry` lives as long as the stream; a whole response has no place in it.
    @inline(never) private func end(_ reply: Reply, _ identity: ReplyIdentity, _ writer: inout ResponseWriter) async {
        guard reply.isStreaming else { return await writer.send(client.encode(reply.response, for: plan.request, reply: identity)) }
        open(&writer)
        await writer.end(&reply.output)
    }

    /// Sends the request and passes on the reply, up to its terminal event. Returns why there is no good one.
    private func relay(_ call: UpstreamCall, _ reply: Reply, _ writer: inout ResponseWriter) async -> ChatError? {
        let deadlines = policy.deadlines(isStreaming: reply.isStreaming, holdsCalls: dialect.holdsCalls && plan.offersTools)
        record.begin(reply, deadlines)
        do throws(UpstreamFailure) {
            while try await !permit.wait(until: deadlines.next(writer.lastWrite)) {
                if try !forward(reply, deadlines, &writer) { await flush(&writer) }
            }
            if let rejection = upstream.admit() { return rejection }
            deadlines.begin()
            record.stage = .connection
            try await call.send()
            upstream.noteConnected()
            record.noteSent()
            record.stage = .head
            while call.head == nil {
                try deadlines.note(await call.receiveHead(until: deadlines.next(writer.lastWrite)))
                if try !forward(reply, deadlines, &writer) { await flush(&writer) }
            }
            record.noteAnswer()
            record.stage = .firstWord
            if !call.isSuccess {
                let body = try await call.collect(limit: policy.refusalLimit, until: deadlines.next(.never))
                refuse(call, body, reply)
            } else if let rejection = rejection(of: call) {
                return rejection
            }
            while reply.outcome == nil {
                let reception = try await call.receive(until: deadlines.next(writer.lastWrite)) { reply.feed($0) }
                if reception == .end { reply.finish() }
                if reply.hasBegun { record.noteFirstWord() }
                try deadlines.note(reception, mayBeInCall: reply.mayBeInCall)
                if try !forward(reply, deadlines, &writer, hasAnswer: true) { await flush(&writer) }
            }
        } catch {
            // What breaks behind the reason of its end takes nothing from a reply; vendors close without an end of their own.
            if case .broken = error, reply.hasFinishReason { reply.finish() }
            return clientError(for: error, reply, isClientGone: writer.isClientGone)
        }
        return failure(of: reply)
    }

    /// Sends what there is; when there is nothing and it is due, opens the stream and shows that it lives. The end of
    /// a reply is left to `makeTry`, so that the last events and the end go out in one write. False when the client
    /// takes nothing now and the writer must be flushed. Throws when it is gone.
    ///
    /// - Parameter hasAnswer: the upstream's head has come, so that the stream can be opened.
    private func forward(_ reply: Reply, _ deadlines: Deadlines, _ writer: inout ResponseWriter, hasAnswer: Bool = false)
        throws(UpstreamFailure) -> Bool
    {
        guard reply.isStreaming, reply.outcome == nil else { return true }
        if writer.isBroken { throw .cancelled }
        if reply.output.isEmpty {
            guard hasAnswer && !writer.hasBegun || deadlines.isKeepAliveDue(writer.lastWrite) else { return true }
            reply.keepAlive()
        }
        open(&writer)
        return writer.writeNow(&reply.output)
    }

    /// Waits for the client.
    @inline(never) private func flush(_ writer: inout ResponseWriter) async {
        let stage = record.stage
        record.stage = .client
        await writer.flush()
        record.stage = stage
    }

    @inline(never) private func open(_ writer: inout ResponseWriter) {
        if writer.hasBegun { return }
        var head = HTTPResponse(status: .ok)
        head.fields.append("Content-Type", "\(Client.Encoder.contentType)")
        head.fields.append("Cache-Control", "no-cache")
        writer.begin(head)
        record.noteFirstByte()
        policy.openStreams += 1
        isStreamOpen = true
    }
}
