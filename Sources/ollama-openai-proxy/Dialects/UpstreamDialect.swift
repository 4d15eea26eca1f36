/// A language that a model's server speaks: requests are written in it from the canonical form, replies read into it.
protocol UpstreamDialect: Sendable {
    associatedtype Decoder: ChatEventDecoder
    associatedtype Adjustment: RequestAdjustment

    /// All that is known of what one model does not take; empty: it takes everything.
    typealias Form = Set<Adjustment>

    /// The request's bytes depend on nothing but the plan and the form: the same in every process, for the prompt cache's
    /// sake.
    func encode(_ plan: RequestPlan, form: Form) throws(ChatError) -> HTTPRequest

    func makeDecoder(for plan: RequestPlan, form: Form) -> Decoder

    /// In whose mouth its words mean something.
    static var speaker: UpstreamErrorText.Speaker { get }

    /// Keys and the like, which an upstream may quote.
    var secrets: [String] { get }

    /// A reply that is no success: what it means, in the upstream's own words. `decodeError` takes the secrets out.
    func readError(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError

    /// The failure with what the operator can do about it, where the words do not say.
    func advised(_ error: ChatError, _ plan: RequestPlan) -> ChatError

    /// Nothing comes from the upstream while its model writes a call, however long that takes.
    var holdsCalls: Bool { get }

    /// A failure in the midst of a reply may mean that the upstream could not read what its model wrote.
    func mayBeUnreadable(_ error: ChatError) -> Bool

    /// What is planned in that form.
    func adapted(_ plan: RequestPlan, to form: Form) -> RequestPlan

    /// What a try says about how the model is to be asked; `nil`: nothing new, and an error stands. Never what the form
    /// holds already, so that there is an end to lessons.
    func lesson(from outcome: TryOutcome, about plan: RequestPlan, form: Form) -> Lesson<Adjustment>?
}

/// What one try came to, as far as it may teach something.
enum TryOutcome {
    case failure(ChatError)
    /// There is a reply. `counted`: tokens of one that the model ended itself; `isLost`: a call seems to be lost, and the
    /// model is asked again.
    case reply(RawTokens?, counted: Int?, isLost: Bool)
}

extension UpstreamDialect {
    func advised(_ error: ChatError, _ plan: RequestPlan) -> ChatError { error }

    func mayBeUnreadable(_ error: ChatError) -> Bool { error.code == .invalidToolCall }

    func adapted(_ plan: RequestPlan, to form: Form) -> RequestPlan { omittingMedia(plan, form) }

    // MARK: Failures

    func decodeError(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        withoutSecrets(readError(status: status, fields: fields, body: body))
    }

    /// A failure as the client and the log are told it: of media in the words on which Claude Code drops the image.
    func explained(_ error: ChatError, _ plan: RequestPlan) -> ChatError {
        var told = advised(error, plan)
        if isAboutMedia(error, of: plan) { told.message = "Could not process image: " + told.message }
        return withoutSecrets(told)
    }

    /// A short key is no secret, and would be found everywhere.
    private func withoutSecrets(_ error: ChatError) -> ChatError {
        var error = error
        for secret in secrets where secret.utf8.count >= 8 { error.message = error.message.replacing(secret, with: "[key]") }
        return error
    }

    // MARK: Images and sounds

    /// The plan without them, where the model takes none and can do without.
    func omittingMedia(_ plan: RequestPlan, _ form: Form) -> RequestPlan {
        form.contains(.withoutMedia) && plan.mayOmitMedia ? plan.withoutMedia : plan
    }

    /// The next try does without them.
    func shallOmitMedia(after error: ChatError, _ plan: RequestPlan, _ form: Form) -> Bool {
        isAboutMedia(error, of: plan) && plan.mayOmitMedia && !form.contains(.withoutMedia)
    }

    /// The model takes none, and got some.
    private func isAboutMedia(_ error: ChatError, of plan: RequestPlan) -> Bool {
        error.status < 500 && plan.hasMedia && UpstreamErrorText(error.message, by: Self.speaker).means(.noMedia)
    }
}

/// One thing that a model may turn out not to take, and what is done about it.
protocol RequestAdjustment: Hashable, Sendable {
    /// The model takes neither images nor sounds.
    static var withoutMedia: Self { get }

    /// The parameter as the upstream calls it; for the log and the metrics.
    var parameter: String { get }
}

/// What a refusal teaches about a model.
enum Lesson<Adjustment: RequestAdjustment>: Equatable, Sendable {
    /// It does not take this value. Holds for the one request.
    case once(Adjustment)
    /// It does not take the parameter at all. Holds for every request, once the one without it has proved it.
    case always(Adjustment)

    var adjustment: Adjustment {
        switch self {
        case .once(let adjustment), .always(let adjustment): adjustment
        }
    }
}

/// Reads the bytes of one reply's body into events. A value machine: no clock, no I/O, and it never throws.
///
/// Whatever the bytes are, the events follow the grammar of `ChatEvent`: every failure is the one terminal event, and
/// after a terminal event nothing is appended.
protocol ChatEventDecoder: Sendable {
    mutating func feed(_ bytes: Span<UInt8>, into events: inout [ChatEvent])

    /// What the model itself wrote; `nil` where it was not asked for.
    var rawTokens: RawTokens? { get }

    /// It was said why the reply ends, though not yet that it does.
    var hasFinishReason: Bool { get }

    /// The body has ended. A stream that was not finished before fails now.
    mutating func finish(into events: inout [ChatEvent])
}

extension ChatEventDecoder {
    var rawTokens: RawTokens? { nil }
    var hasFinishReason: Bool { false }
}
