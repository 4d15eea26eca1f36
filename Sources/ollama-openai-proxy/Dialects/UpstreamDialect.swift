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

    /// A reply that is no success: what it means, in the upstream's own words.
    func decodeError(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError

    /// The failure with what the operator can do about it, where the words do not say.
    func explained(_ error: ChatError, _ plan: RequestPlan) -> ChatError

    /// Nothing comes from the upstream while its model writes a call, however long that takes.
    var holdsCalls: Bool { get }

    /// A failure in the midst of a reply may mean that the upstream could not read what its model wrote.
    func mayBeUnreadable(_ error: ChatError) -> Bool

    /// What a reply that has ended says about how the model is to be asked from now on; `nil`: nothing new.
    ///
    /// - Parameters:
    ///   - counted: tokens of a reply that the model ended itself.
    ///   - isLost: a call seems to be lost, and the model is asked again.
    func lesson(from tokens: RawTokens?, counted: Int?, isLost: Bool, about plan: RequestPlan, form: Form) -> Adjustment?

    /// What is planned in that form.
    func adapted(_ plan: RequestPlan, to form: Form) -> RequestPlan

    /// What a failure says about what the model does not take; `nil`: nothing, and the error stands. Never what the form
    /// holds already, so that there is an end to lessons.
    func lesson(from error: ChatError, about plan: RequestPlan, form: Form) -> Lesson<Adjustment>?
}

extension UpstreamDialect {
    func explained(_ error: ChatError, _ plan: RequestPlan) -> ChatError { error.naming(mediaOf: plan) }

    func mayBeUnreadable(_ error: ChatError) -> Bool { error.code == .invalidToolCall }

    func lesson(from tokens: RawTokens?, counted: Int?, isLost: Bool, about plan: RequestPlan, form: Form) -> Adjustment? { nil }

    func adapted(_ plan: RequestPlan, to form: Form) -> RequestPlan { plan }
}

extension ChatError {
    /// The model takes no images or sounds, and got some.
    func isAbout(mediaOf plan: RequestPlan) -> Bool {
        self.status < 500 && plan.hasMedia && UpstreamErrorText(self.message, by: .vendor).means(.noMedia)
    }

    /// In the words on which Claude Code drops the image.
    func naming(mediaOf plan: RequestPlan) -> ChatError {
        guard isAbout(mediaOf: plan) else { return self }
        var error = self
        error.message = "Could not process image: " + self.message
        return error
    }
}

/// One thing that a model may turn out not to take, and what is done about it.
protocol RequestAdjustment: Hashable, Sendable {
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

    /// The body has ended. A stream that was not finished before fails now.
    mutating func finish(into events: inout [ChatEvent])
}

extension ChatEventDecoder { var rawTokens: RawTokens? { nil } }
