/// What one try is made of and what it comes to.
extension Exchange {
    // All of this is kept out of the asynchronous functions around it: large values would stand in frames that live as
    // long as the stream.

    @inline(never) func makeCall() async throws(ChatError) -> UpstreamCall {
        let (dialect, form) = (dialect, form.known)
        let adapted = dialect.adapted(plan.reminded(of: reminder), to: form)
        return upstream.call(
            try await LargeRequest.work(on: plan.request.size) { () throws(ChatError) in try dialect.encode(adapted, form: form) })
    }

    @inline(never) func makeIdentity() -> ReplyIdentity {
        var identity = ReplyIdentity.make()
        if client.countsPrompt, plan.request.isStreaming { identity.promptTokens = policy.tokens.tokens(of: plan.request) }
        return identity
    }

    @inline(never) func makeReply(_ identity: ReplyIdentity) -> Reply {
        let request = plan.request
        let adapted = dialect.adapted(plan, to: form.known)
        return Reply(
            decoder: dialect.makeDecoder(for: plan, form: form.known),
            encoder: request.isStreaming ? encoder ?? client.makeEncoder(for: request, reply: identity) : nil, for: adapted,
            policy: policy.toolCalls, memoryLimit: adapted.expectsThinking ? policy.reasoning.byteLimit : 0, spent: state.spent,
            mayAskAgain: state.mayAskForCall, takesThoughtCalls: hadThoughtCalls)
    }

    /// Upstream's refusal may hold the call that it could not read.
    @inline(never) func refuse(_ call: UpstreamCall, _ body: ByteBuffer, _ reply: Reply) {
        guard let head = call.head else { return }
        reply.refuse(dialect.decodeError(status: head.status, fields: head.fields, body: body))
    }

    /// Why a reply cannot be read, although its status is good.
    @inline(never) func rejection(of call: UpstreamCall) -> ChatError? {
        guard let coding = call.head?.fields["Content-Encoding"], coding.lowercased() != "identity" else { return nil }
        return ChatError(
            status: 502, "\(upstream.name) answered in the coding \(coding.prefix(50)), for which nobody asked", code: .upstreamInvalid)
    }

    @inline(never) func clientError(for failure: UpstreamFailure, _ reply: Reply, isClientGone: Bool) -> ChatError? {
        upstream.note(failure)
        // What follows the last word of a reply takes nothing back.
        guard reply.outcome == nil else { return self.failure(of: reply) }
        return policy.error(for: failure, of: upstream, isClientGone: isClientGone)
    }

    @inline(never) func failure(of reply: Reply) -> ChatError? { if case .failed(let error) = reply.outcome { error } else { nil } }

    // MARK: The end of a try

    /// What a try has come to, and what is kept of it.
    @inline(never) func conclude(_ call: UpstreamCall, _ reply: Reply, _ failure: ChatError?, hasBegun: Bool) -> ExchangeState.Verdict {
        record.note(reply.adjustments, reply.outcome)
        let failure = failure.map { dialect.explained($0, plan) }
        let isTold = reply.isStreaming && failure.map(client.tellsInStream) == true
        let isOpen = hasBegun || !reply.output.isEmpty || isTold
        let ending = ending(call, reply, failure)
        let verdict = state.conclude(
            ending, reply.isStreaming && reply.hasEmitted ? .content : isOpen ? .opening : .nothing, usage: reply.usage)
        learn(from: reply, ending)
        switch verdict {
        case .retry:
            if reply.isUndeclaredCall {
                let names = plan.request.offeredTools.map(\.name).joined(separator: ", ")
                reminder = "Call only tools that are declared: \(names)."
            }
            encoder = reply.encoder
            hadThoughtCalls = reply.endsInThoughtCalls
            record.noteRetry(because: failure?.label ?? reply.fault ?? "", spent: state.spent)
        case .deliver:
            reply.release()
            form.confirm(record)
            policy.remember(reply.transcript, to: plan)
            if state.isFirstTry { policy.learn(plan, reply.usage) }
        case .cut:
            reply.cut()
            record.note([], reply.outcome)
        case .failInStream(let error):
            record.error = error
            reply.fail(error)
            call.cancel()
        case .fail: break
        }
        return verdict
    }

    /// What the reply has shown of the model holds for others.
    private func learn(from reply: Reply, _ ending: ExchangeState.Ending) {
        var isLost = reply.isEmpty
        if case .unreadable = ending { isLost = true }
        let outcome = TryOutcome.reply(reply.rawTokens, counted: reply.stoppedTokens, isLost: isLost)
        // Tokens may be refused, and then there must be another try.
        guard let lesson = dialect.lesson(from: outcome, about: plan, form: form.known) else { return }
        form.learn(lesson.adjustment, holdsNow: state.mayAskAgain)
    }

    func ending(_ call: UpstreamCall, _ reply: Reply, _ failure: ChatError?) -> ExchangeState.Ending {
        guard let failure else { return .finished(isMissingCall: reply.fault != nil) }
        if failure == .clientGone || failure.code == .shuttingDown { return .cancelled(failure) }
        if let lesson = dialect.lesson(from: .failure(failure), about: plan, form: form.known) {
            form.take(lesson, from: failure, record)
            return .refused(failure)
        }
        let hasBegun = call.isSuccess && reply.hasBegun && plan.offersTools
        guard failure.code == .invalidToolCall || hasBegun && dialect.mayBeUnreadable(failure) else {
            return .failed(failure, status: call.head?.status)
        }
        // Where tokens came, their count has told.
        let mayBeCut = failure.mayBeCut && (plan.options.maxTokens ?? 0) > 0 && (reply.rawTokens?.count ?? 0) == 0
        return .unreadable(failure, mayBeCut: mayBeCut)
    }
}
