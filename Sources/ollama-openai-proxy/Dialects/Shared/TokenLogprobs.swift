/// Log probabilities as upstreams and OpenAI's APIs write them: `[{"token", "logprob", "bytes"?, "top_logprobs"?: [the same]}]`.
extension [TokenLogprob] {
    /// Reads an array of tokens. What has no token or no number is skipped. They are no part of most streams.
    init(in bytes: Span<UInt8>) {
        let list = try? JSONDocument(parsing: bytes.text).root
        self = list?.elements.compactMap { TokenLogprob($0) } ?? []
    }

    /// - Parameter omitsAbsent: what a token does not have is left out, as Ollama does, and not null or empty.
    func objects(omitsAbsent: Bool = false, withAlternatives: Bool = true) -> [JSONObject] {
        map { token in
            let bytes = token.bytes?.map(Int.init)
            let hasAlternatives = withAlternatives && !(omitsAbsent && token.alternatives.isEmpty)
            return [
                "token": token.token, "logprob": RawJSON(token.logprob), "bytes": omitsAbsent ? bytes : bytes.orNull,
                "top_logprobs": hasAlternatives
                    ? token.alternatives.objects(omitsAbsent: omitsAbsent, withAlternatives: false) : nil,
            ]
        }
    }
}

extension TokenLogprob {
    fileprivate init?(_ value: JSONValue, withAlternatives: Bool = true) {
        guard let token = value["token"]?.string, let number = value["logprob"], number.kind == .number else { return nil }
        self.init(token: token, logprob: number.rawText)
        // Only an array of numbers from 0 to 255 is one.
        if let list = value["bytes"], list.kind == .array {
            let numbers = list.elements.map { $0.integer.flatMap(UInt8.init(exactly:)) }
            bytes = numbers.contains(nil) ? nil : numbers.compactMap(\.self)
        }
        guard withAlternatives, let others = value["top_logprobs"] else { return }
        alternatives = others.elements.compactMap { TokenLogprob($0, withAlternatives: false) }
    }
}
