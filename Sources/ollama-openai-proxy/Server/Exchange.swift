/// The straight way of one chat request: client bytes to upstream, upstream bytes to the client.
///
/// A class, so that the frames on its way hold a reference and no dialects.
@EventLoop
final class Exchange<Client: ClientDialect, Upstream: UpstreamDialect> {
    let client: Client
    let upstream: Upstream
    let backend: UpstreamClient
    let policy: ExchangePolicy
    /// What is known of what the model does not take, and what this request's refusals teach, until it has proved true.
    private var form: Upstream.Form = []
    private var lessons: [Lesson<Upstream.Adjustment>] = []

    init(client: Client, upstream: Upstream, backend: UpstreamClient, policy: ExchangePolicy) {
        self.client = client
        self.upstream = upstream
        self.backend = backend
        self.policy = policy
    }

    private typealias Reply = Translator<Upstream.Decoder, Client.Encoder>

    /// Answers the request that was let in. Whatever happens, the client gets a reply or it is gone; throws what can
    /// still be told with a status of its own.
    func run(
        _ attempt: Attempt, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) {
        defer {
            attempt.ticket.leave()
            if record.isStreaming == true, writer.status == .ok { policy.load.streams -= 1 }
        }
        form = backend.forms.form(of: attempt.chat.upstreamName, now: Reactor.shared.now)
        while try await make(attempt, &writer, record) {}
    }

    // These and some further down are kept out of the asynchronous functions around them: their large values would stand
    // in frames that live as long as the stream.

    @inline(never)
    private func makeCall(_ attempt: Attempt) throws(ChatError) -> UpstreamCall {
        backend.call(try upstream.encode(upstream.adapted(attempt.chat, to: form), form: form))
    }

    @inline(never)
    private func makeReply(_ attempt: Attempt, _ identity: ReplyIdentity) -> Reply {
        let chat = upstream.adapted(attempt.chat, to: form)
        return Reply(
            decoder: upstream.makeDecoder(for: chat),
            filters: policy.filters(for: chat),
            encoder: chat.isStreaming ? client.makeEncoder(for: chat, reply: identity) : nil, spent: attempt.spent,
            demandsCall: chat.demandsCall, mayAskAgain: attempt.mayRetry(for: .call))
    }

    /// One call to upstream and the reply to the client. True when it came to nothing that the client has seen and shall
    /// be made once more; throws what can still be told with a status of its own.
    private func make(
        _ attempt: Attempt, _ writer: inout ResponseWriter, _ record: ExchangeRecord
    ) async throws(ChatError) -> Bool {
        let identity = ReplyIdentity.make()
        let call = try makeCall(attempt)
        writer.onHangUp {
            attempt.ticket.cancel()
            call.cancel()
        }
        defer { call.cancel() }
        let reply = makeReply(attempt, identity)
        let failure = await converse(attempt, call, reply, &writer, record)
        guard try settle(attempt, call, reply, failure, record, hasBegun: writer.hasBegun) else { return true }
        writer.onHangUp(nil)
        if reply.isStreaming {
            open(&writer, record)
            await writer.end(&reply.output)
        } else {
            await writer.send(client.encode(reply.response, for: attempt.chat, reply: identity))
        }
        if reply.isUpstreamFinished { await call.finish() }
        return false
    }

    /// What a conversation has come to. False: it shall be made once more.
    @inline(never)
    private func settle(
        _ attempt: Attempt, _ call: UpstreamCall, _ reply: Reply, _ failure: ChatError?, _ record: ExchangeRecord,
        hasBegun: Bool
    ) throws(ChatError) -> Bool {
        record.note(reply.receipts, reply.callIDs.count, reply.outcome)
        let lesson = failure.flatMap { upstream.lesson(from: $0, about: attempt.chat, form: form) }
        if let failure, let lesson { take(lesson, from: failure, attempt, record) }
        if shouldRetry(attempt, failure, reply, status: call.head?.status, isRefused: lesson != nil) {
            record.noteRetry(spent: attempt.spent)
            return false
        }
        if let failure {
            guard hasBegun || !reply.output.isEmpty else { throw failure }
            record.note(failure)
            reply.fail(failure)
            call.cancel()
        } else {
            reply.release()
            confirmLessons(attempt, record)
            policy.remember(reply.memorable, attempt)
            policy.learn(attempt, reply.usage)
        }
        return true
    }

    /// Whether there is reason to try again, while the client has seen nothing yet: in another form when upstream refused
    /// the request for its form; the same again when a call could not be used or is missing; the same after a moment when
    /// the failure may have passed by then.
    private func shouldRetry(
        _ attempt: Attempt, _ failure: ChatError?, _ reply: Reply, status: HTTPStatus?, isRefused: Bool
    ) -> Bool {
        guard !reply.hasTold || !reply.isStreaming else { return false }
        var chat = attempt.chat
        if isRefused { return attempt.retry(for: .form, chat, spent: reply.usage) }
        if reply.isUndeclaredCall || reply.isMissingCall || failure?.code == .invalidToolCall {
            let names = reply.isUndeclaredCall ? chat.offeredTools.map(\.name).joined(separator: ", ") : nil
            chat.reminder = names.map { "Call only tools that are declared: \($0)." }
            return attempt.retry(for: .call, chat, spent: reply.usage)
        }
        guard failure?.code == .upstreamIncomplete || status == .badGateway || status == .serviceUnavailable else {
            return false
        }
        // Of random length, so that requests that failed together do not come back together.
        let pause = Duration.milliseconds(Int.random(in: policy.recoveryPause))
        return attempt.retry(for: .transientFailure, chat, spent: reply.usage, after: pause)
    }

    /// The next try goes without what was refused. What was refused before has proved true when it is no longer what the
    /// upstream speaks of.
    private func take(
        _ lesson: Lesson<Upstream.Adjustment>, from error: ChatError, _ attempt: Attempt, _ record: ExchangeRecord
    ) {
        let isRepeated = lessons.map(\.adjustment.parameter).contains {
            error.parameter == $0 || error.message.contains($0)
        }
        if !isRepeated { confirmLessons(attempt, record) }
        lessons.append(lesson)
        form.insert(lesson.adjustment)
    }

    private func confirmLessons(_ attempt: Attempt, _ record: ExchangeRecord) {
        let model = attempt.chat.upstreamName
        for lesson in lessons {
            var omission = OmittedParameter(
                upstream: backend.name, model: model, parameter: lesson.adjustment.parameter, isRemembered: false)
            if case .always(let adjustment) = lesson {
                guard backend.forms.learn(adjustment, of: model, now: Reactor.shared.now) else { continue }
                omission.isRemembered = true
            }
            record.note(omission)
        }
        lessons = []
    }

    /// Sends the request and passes on the reply, up to its terminal event. Returns why there is no good one.
    private func converse(
        _ attempt: Attempt, _ call: UpstreamCall, _ reply: Reply, _ writer: inout ResponseWriter,
        _ record: ExchangeRecord
    ) async -> ChatError? {
        var patience = policy.patience(isStreaming: reply.isStreaming)
        do throws(UpstreamFailure) {
            while try await !attempt.mayBegin(until: patience.deadline(writer.lastWrite)) {
                if try !forward(reply, patience, &writer, record) { await writer.flush() }
            }
            if let rejection = backend.admit() { return rejection }
            patience.begin()
            try await call.send()
            backend.noteConnected()
            record.noteSent()
            while call.head == nil {
                try patience.note(await call.receiveHead(until: patience.deadline(writer.lastWrite)))
                if try !forward(reply, patience, &writer, record) { await writer.flush() }
            }
            record.noteAnswer()
            if !call.isWelcome {
                let body = try await call.collect(limit: policy.refusalLimit, until: patience.deadline(.never))
                refuse(call, body, reply)
            } else if let error = objection(to: call) {
                return error
            }
            while reply.outcome == nil {
                let reception = try await call.receive(until: patience.deadline(writer.lastWrite)) { reply.feed($0) }
                if reception == .end { reply.finish() }
                try patience.note(reception)
                if try !forward(reply, patience, &writer, record, hasAnswer: true) { await writer.flush() }
            }
        } catch {
            return meaning(of: error, reply, isClientGone: writer.isClientGone)
        }
        return failure(of: reply)
    }

    /// Upstream's refusal may hold the call that it could not read.
    @inline(never)
    private func refuse(_ call: UpstreamCall, _ body: ByteBuffer, _ reply: Reply) {
        guard let head = call.head else { return }
        let refusal = upstream.decodeError(status: head.status, fields: head.fields, body: body)
        reply.refuse(refusal)
    }

    @inline(never)
    private func objection(to call: UpstreamCall) -> ChatError? {
        call.head.flatMap { policy.objection(to: $0, from: backend) }
    }

    @inline(never)
    private func meaning(of failure: UpstreamFailure, _ reply: Reply, isClientGone: Bool) -> ChatError? {
        backend.note(failure)
        // What follows the last word of a reply takes nothing back.
        guard reply.outcome == nil else { return self.failure(of: reply) }
        return policy.error(for: failure, of: backend, isClientGone: isClientGone)
    }

    @inline(never)
    private func failure(of reply: Reply) -> ChatError? {
        if case .failed(let error) = reply.outcome { error } else { nil }
    }

    /// Sends what there is; when there is nothing and it is due, opens the stream and shows that it lives. The end of
    /// a reply is left to `make`, so that the last events and the end go out in one write. False when the client takes
    /// nothing now and the writer must be flushed. Throws when it is gone.
    ///
    /// - Parameter hasAnswer: the upstream's head has come, so that the stream can be opened.
    private func forward(
        _ reply: Reply, _ patience: Patience, _ writer: inout ResponseWriter, _ record: ExchangeRecord,
        hasAnswer: Bool = false
    ) throws(UpstreamFailure) -> Bool {
        guard reply.isStreaming, reply.outcome == nil else { return true }
        if writer.isBroken { throw .cancelled }
        if reply.output.isEmpty {
            guard hasAnswer && !writer.hasBegun || patience.isKeepAliveDue(writer.lastWrite) else { return true }
            reply.keepAlive()
        }
        open(&writer, record)
        return writer.writeNow(&reply.output)
    }

    private func open(_ writer: inout ResponseWriter, _ record: ExchangeRecord) {
        if writer.hasBegun { return }
        begin(&writer, record)
    }

    @inline(never)
    private func begin(_ writer: inout ResponseWriter, _ record: ExchangeRecord) {
        var head = HTTPResponse(status: .ok)
        head.fields.append(.contentType, "\(Client.Encoder.contentType)")
        head.fields.append(.cacheControl, "no-cache")
        writer.begin(head)
        record.noteFirstByte()
        policy.load.streams += 1
    }
}
