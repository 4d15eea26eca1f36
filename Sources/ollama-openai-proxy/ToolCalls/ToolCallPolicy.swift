/// What the operator lets be done to tool calls; each of these is noted as an adjustment.
struct ToolCallPolicy: Sendable, Equatable {
    /// Arguments that are no JSON object are repaired where that is certain.
    var repairs = true
    /// Arguments that do not fit the tool's schema are fitted where that is certain.
    var coerces = true
    /// Calls that the model wrote as text become calls.
    var recovers = true
    /// How often a model is asked again, while nothing has reached the client, when its call could not be read or a
    /// demanded call is missing.
    var retries = 1
}

/// When models are asked for their own tokens: once a call was lost and for an hour then, always, or never.
enum RawTokenRule: Sendable { case auto, on, off }
