/// What the metrics count of one request.
struct ExchangeFacts: Sendable {
    var route: Route
    /// 499: the client had gone. 0: nothing was sent.
    var status: Int
    var finish: FinishReason?
    /// As the client named it; `nil` where no chat request could be read.
    var model: String?
    var isStreaming = false
    var error: ChatError?
    var usage: Usage?
    var retries = 0
    var toolCalls = 0
    var rules: [ToolCallAdjustment.Rule] = []
    var omissions: [OmittedParameter] = []
    var leftOut: Set<String> = []
    /// From the end of the request to the first byte of the response.
    var firstByte: Duration?
    /// The same to the model's first word.
    var firstWord: Duration?
    /// What of that this program itself took.
    var overhead: Duration?
    var total = Duration.zero

    /// The client left before it had everything.
    var isCancelled: Bool { status == ChatError.clientGone.status }

    /// A response that is no error, to a client that took it.
    var isGood: Bool { 200..<300 ~= status && error == nil }

    /// What went wrong upstream: the error's code, or its status where it has none. `nil` for a client's own mistakes, and
    /// for what was refused by its head.
    var upstreamError: String? {
        guard let error, !route.isRefused, !isCancelled, error.status != ChatError.clientGone.status else { return nil }
        return error.code.map(ChatError.Code.clientMistakes.contains) == true ? nil : error.label
    }
}

extension ExchangeFacts {
    @EventLoop init(_ record: ExchangeRecord) {
        self.init(route: record.route, status: record.status ?? 0)
        finish = record.finishReason
        if case .chat = record.route { model = record.model }
        isStreaming = record.isStreaming ?? false
        error = record.error
        usage = record.usage
        retries = record.retries
        toolCalls = record.toolCalls
        rules = record.adjustments.map(\.rule)
        omissions = record.omissions
        leftOut = record.leftOut
        firstByte = record.firstByte
        firstWord = record.firstWord
        overhead = record.overhead
        total = record.total
    }
}

extension ChatError.Code {
    /// What is found out before upstream is asked.
    fileprivate static let clientMistakes: [ChatError.Code] = [
        .invalidJSON, .invalidType, .invalidValue, .missingParameter, .unsupportedValue, .invalidAPIKey, .unknownURL, .methodNotAllowed,
    ]
}
