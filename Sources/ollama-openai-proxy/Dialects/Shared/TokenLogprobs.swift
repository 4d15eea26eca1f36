/// Log probabilities as both upstreams write them: `[{"token", "logprob", "bytes"?, "top_logprobs"?: [the same]}]`.
enum TokenLogprobs {
    /// Reads an array of tokens. What has no token or no number is skipped.
    ///
    /// - Parameter textsOnly: nothing but the tokens' texts is asked for.
    static func all(in bytes: Span<UInt8>, textsOnly: Bool = false) throws(JSONError) -> [TokenLogprob] {
        var scanner = JSONScanner()
        return try tokens(&scanner, bytes, textsOnly: textsOnly, withAlternatives: !textsOnly)
    }

    private static func tokens(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>, textsOnly: Bool = false, withAlternatives: Bool)
        throws(JSONError) -> [TokenLogprob]
    {
        var tokens: [TokenLogprob] = []
        guard try scanner.peek(bytes) == UInt8(ascii: "[") else {
            try scanner.skipValue(bytes)
            return []
        }
        try scanner.elements(bytes) { (scanner) throws(JSONError) in
            if let token = try token(&scanner, bytes, textsOnly, withAlternatives) { tokens.append(token) }
        }
        return tokens
    }

    private static func token(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>, _ textsOnly: Bool, _ withAlternatives: Bool)
        throws(JSONError) -> TokenLogprob?
    {
        var text: String?
        var logprob = textsOnly ? "" : nil
        var parts: [UInt8]?
        var alternatives: [TokenLogprob] = []
        try scanner.members(bytes) { (name, scanner) throws(JSONError) in
            switch name {
            case "token": text = try scanner.text(bytes).map { bytes.text($0) }
            case _ where textsOnly: try scanner.skipValue(bytes)
            case "logprob": logprob = try number(&scanner, bytes)
            case "bytes": parts = try byteArray(&scanner, bytes)
            case "top_logprobs" where withAlternatives: alternatives = try tokens(&scanner, bytes, withAlternatives: false)
            default: try scanner.skipValue(bytes)
            }
        }
        guard let text, let logprob else { return nil }
        return TokenLogprob(token: text, logprob: logprob, bytes: parts, alternatives: alternatives)
    }

    private static func number(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) -> String? {
        let first = try scanner.peek(bytes)
        let value = try bytes.extracting(scanner.skipValue(bytes))
        return first == UInt8(ascii: "-") || JSONScanner.isDigit(first) ? value.text : nil
    }

    /// `nil` unless it is an array of numbers from 0 to 255.
    private static func byteArray(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>) throws(JSONError) -> [UInt8]? {
        guard try scanner.peek(bytes) == UInt8(ascii: "[") else {
            try scanner.skipValue(bytes)
            return nil
        }
        var values: [UInt8?] = []
        try scanner.elements(bytes) { (scanner) throws(JSONError) in
            values.append(UInt8(try bytes.extracting(scanner.skipValue(bytes)).text))
        }
        return values.contains(nil) ? nil : values.compactMap(\.self)
    }
}

/// The same as OpenAI's APIs write it.
extension [TokenLogprob] {
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
