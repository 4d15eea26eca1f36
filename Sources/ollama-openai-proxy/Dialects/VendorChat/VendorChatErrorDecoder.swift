/// Says what a vendor's failure means. Its own words are kept, but for what looks like a key: some vendors quote part of
/// the one they were shown.
struct VendorChatErrorDecoder: Sendable {
    let vendor: String
    var speaker = UpstreamErrorText.Speaker.vendor

    /// An answer that is no success.
    func decode(status: HTTPStatus, fields: HTTPFields, body: ByteBuffer) -> ChatError {
        var error = error(body.text, status: status.rawValue)
        if let redirect = UpstreamErrorBody.redirect(status, fields) {
            error.message = masked("\(vendor) \(redirect)")
        } else if error.message.isEmpty {
            error.message = "\(vendor) answered \(status.rawValue) without a message."
        }
        if error.code == .invalidAPIKey { error.message += " (\(vendor) refuses the key that it is sent)" }
        error.retryAfter = fields["Retry-After"]
        return error
    }

    /// An error in a stream that began well. It has no status of its own, so its words must tell.
    func decode(_ data: Span<UInt8>) -> ChatError {
        var error = error(data.text, status: nil)
        if error.message.isEmpty { error.message = "\(vendor) broke off with an error it said nothing about." }
        return error
    }

    /// A failure that is ours to word, with the beginning of what came, if that matters.
    func failure(_ code: ChatError.Code, _ problem: String, quoting excerpt: String? = nil) -> ChatError {
        let quotation = excerpt.map { ": " + masked($0) } ?? "."
        return ChatError(status: 502, "\(vendor) \(problem)\(quotation)", code: code)
    }

    // MARK: Meaning

    private func error(_ text: String, status: Int?) -> ChatError {
        let body = UpstreamErrorBody(text)
        let root = body.root
        let details = root?["error"].flatMap { $0.kind == .object ? $0 : nil } ?? root
        // In a stream's error the code may be a status, as in our own.
        let code = details?["code"]?.string ?? details?["reason"]?.string ?? ""
        let text = UpstreamErrorText("\(code) \(details?["type"]?.string ?? "") \(body.message)", by: speaker)

        let said = (status ?? UpstreamErrorBody.failure(body.status)).map { UpstreamErrorBody.status($0, text) } ?? text.status
        var error = ChatError(status: UpstreamErrorBody.failure(said) ?? 502, masked(body.message))
        error.parameter = details?["param"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? Self.location(root?["detail"])
        if said != 429, text.isOverflow {
            error.status = 400
            error.code = .contextLengthExceeded
        } else if error.status == 402 || text.isQuota {
            error.status = 402
            error.code = .insufficientQuota
        } else if error.status < 500, text.means(.modelNotFound) {
            error.status = 404
            error.code = .modelNotFound
        } else if error.status == 429 {
            error.code = .rateLimitExceeded
        } else if error.status == 401 {
            // To the client it would say that its own key is wrong.
            error.status = 403
            error.code = .invalidAPIKey
        } else if !code.isEmpty, code.utf8.count <= 64, code.utf8.allSatisfy(Self.isWordByte) {
            error.code = ChatError.Code(rawValue: code)
        }
        return error
    }

    /// Where the first of FastAPI's mistakes is (vLLM, Mistral): `{"detail":[{"loc":["body","top_k"],"msg":"…"}]}`.
    private static func location(_ detail: JSONValue?) -> String? {
        guard let parts = detail?.elements.first(where: { _ in true })?["loc"]?.elements else { return nil }
        let path = parts.map { $0.string ?? $0.rawText }
        return path.count > 1 && path[0] == "body" ? path.dropFirst().joined(separator: ".") : nil
    }

    // MARK: Keys

    /// The text without words that look like a key or the rest of one: `sk-…`, `ab***yz`.
    private func masked(_ text: String) -> String {
        var masked = ""
        var word = ""
        func end() {
            masked += word.contains("***") || word.hasPrefix("sk-") ? "[key]" : word
            word = ""
        }
        for character in text {
            if character == "*" || character.utf8.allSatisfy(Self.isWordByte) {
                word.append(character)
            } else {
                end()
                masked.append(character)
            }
        }
        end()
        return masked
    }

    static func isWordByte(_ byte: UInt8) -> Bool {
        byte.isAlphanumeric || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
}
