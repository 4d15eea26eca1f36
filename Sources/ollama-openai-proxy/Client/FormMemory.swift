/// What is known of what the models of one upstream do not take, by the upstream's own names of them.
///
/// It lives as long as its upstream, and of a model everything is learnt anew after an hour: vendors change.
struct FormMemory: Sendable {
    private static let life = Duration.seconds(3600)
    /// With more models than these, all are learnt anew: what it takes is one refusal.
    private static let modelLimit = 256

    /// A form is a set of the adjustments of the dialect that the upstream is spoken to in.
    private var forms: [String: (form: any Sendable, since: LoopTime)] = [:]

    func form<Adjustment: RequestAdjustment>(of model: String, now: LoopTime) -> Set<Adjustment> {
        guard let known = forms[model], now < known.since + Self.life else { return [] }
        return known.form as? Set<Adjustment> ?? []
    }

    /// False when it was known.
    mutating func learn<Adjustment: RequestAdjustment>(_ adjustment: Adjustment, of model: String, now: LoopTime) -> Bool {
        var form: Set<Adjustment> = form(of: model, now: now)
        guard form.insert(adjustment).inserted else { return false }
        if forms.count >= Self.modelLimit, forms[model] == nil { forms = [:] }
        forms[model] = (form, form.count > 1 ? forms[model]?.since ?? now : now)
        return true
    }
}
