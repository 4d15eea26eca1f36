/// How many tokens a prompt is likely to have, learnt from what upstreams counted: the size of what the model reads in
/// bytes, divided by the bytes that a token of that model has had on average.
struct TokenEstimate: Sendable {
    /// Where nothing has been learnt: between prose (about 4) and code or schemas (about 3).
    private static let usual = 3.5
    /// Bytes a token. What lies outside is no tokenizer's doing: some versions of Ollama leave the part of a prompt
    /// that was cached out of their count, and a prompt that is too long is cut.
    private static let plausible = 1.5...8.0
    /// Models beyond this number are not learnt.
    private static let modelLimit = 256
    /// In bytes; of a smaller prompt too much is the template's.
    private static let smallestSample = 1000
    /// The weight of the newest sample.
    private static let weight = 0.2
    /// A count may leave out tokens but never holds too many: a sample with more bytes a token than what was learnt
    /// counts as at most so much more.
    private static let largestRise = 1.1
    /// What a picture counts as, in bytes: about 1,000 tokens.
    private static let mediumSize = 3500
    /// The marks around a turn, in bytes.
    private static let turnSize = 16

    /// Bytes a token, by the client's name of the model.
    private var ratios: [String: Double] = [:]

    /// Learns from a request that an upstream has counted; what cannot be right, or says little, is left out.
    mutating func note(_ request: ChatRequest, promptTokens: Int) {
        let size = Self.size(of: request)
        // What a picture takes differs too much between models to say anything about text.
        guard size >= Self.smallestSample, promptTokens > 0, request.messages.allSatisfy(\.media.isEmpty) else { return }
        let sample = Double(size) / Double(promptTokens)
        guard Self.plausible.contains(sample) else { return }
        guard let ratio = ratios[request.model] else {
            if ratios.count < Self.modelLimit { ratios[request.model] = sample }
            return
        }
        ratios[request.model] = ratio + Self.weight * (min(sample, ratio * Self.largestRise) - ratio)
    }

    /// At least 1.
    func tokens(of request: ChatRequest) -> Int {
        let ratio = ratios[request.model] ?? Self.usual
        return max(1, Int((Double(Self.size(of: request)) / ratio).rounded(.up)))
    }

    /// Of what the model reads, in bytes. Earlier reasoning is left out, as most templates and Anthropic's own count do.
    static func size(of request: ChatRequest) -> Int {
        var size = 0
        for message in request.messages {
            size += turnSize + message.text.byteCount + message.media.count * mediumSize
            for call in message.toolCalls { size += call.name.utf8.count + call.arguments.utf8.count }
        }
        for tool in request.offeredTools {
            size += turnSize + tool.name.utf8.count + (tool.description?.byteCount ?? 0)
            size += tool.parameters?.rawRange.count ?? 0
        }
        return size
    }
}
