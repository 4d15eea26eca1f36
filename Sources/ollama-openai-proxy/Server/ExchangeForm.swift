/// The form of one request: what its model was known not to take, and what refusals have taught since.
///
/// What they teach is remembered for later requests only when it has proved true: the request without it was taken, or
/// refused for something else.
@EventLoop struct ExchangeForm<Dialect: UpstreamDialect> {
    private let upstream: UpstreamClient
    private let model: String
    private(set) var known: Dialect.Form
    private var lessons: [Lesson<Dialect.Adjustment>] = []

    /// - Parameter model: the upstream's own name.
    init(of model: String, at upstream: UpstreamClient) {
        self.upstream = upstream
        self.model = model
        known = upstream.forms.form(of: model, now: Reactor.shared.now)
    }

    /// The next try goes without what was refused with this error.
    mutating func take(_ lesson: Lesson<Dialect.Adjustment>, from error: ChatError, _ record: ExchangeRecord) {
        let isRepeated = lessons.map(\.adjustment.parameter).contains { error.parameter == $0 || error.message.contains($0) }
        if !isRepeated { confirm(record) }
        lessons.append(lesson)
        known.insert(lesson.adjustment)
    }

    /// Remembers what a reply has shown.
    ///
    /// - Parameter holdsNow: the next try goes by it, too.
    mutating func learn(_ adjustment: Dialect.Adjustment, holdsNow: Bool) {
        guard !known.contains(adjustment) else { return }
        if holdsNow { known.insert(adjustment) }
        _ = upstream.forms.learn(adjustment, of: model, now: Reactor.shared.now)
    }

    /// What was learnt has proved true.
    mutating func confirm(_ record: ExchangeRecord) {
        for lesson in lessons {
            var omission = OmittedParameter(
                upstream: upstream.name, model: model, parameter: lesson.adjustment.parameter, isRemembered: false)
            if case .always(let adjustment) = lesson {
                guard upstream.forms.learn(adjustment, of: model, now: Reactor.shared.now) else { continue }
                omission.isRemembered = true
            }
            record.omissions.append(omission)
        }
        lessons = []
    }
}
