/// Images inside URLs (RFC 2397): `data:image/png;base64,…`.
enum DataURL {
    /// The payload as standard base64, not copied when it is that already.
    ///
    /// Throws for URLs that would have to be fetched: the proxy opens no connections that a client chooses.
    static func imagePayload(_ url: Parameter) throws(ChatError) -> JSONText {
        guard url.value.kind == .string else { throw url.wrongType("a string") }
        let document = url.value.document
        let content = url.value.contentRange
        let comma = document.withBytes(content) { $0.firstIndex(of: UInt8(ascii: ",")) } ?? content.count
        let header = document.withBytes(content.lowerBound..<content.lowerBound + min(comma, headerLimit)) {
            JSONEscapes.decode($0).lowercased()
        }
        guard header.hasPrefix("data:"), comma < content.count else {
            let isRemote = remote(url) != nil
            let problem = isRemote ? "is a remote URL: remote images are not fetched" : "is not a data URL"
            throw url.mistake(
                problem + ". Send the image itself as a data URL: data:image/png;base64,…",
                code: isRemote ? .unsupportedValue : .invalidValue)
        }
        guard comma <= headerLimit, header.hasSuffix(";base64") else {
            throw url.mistake("must be a data URL with base64: data:image/png;base64,…")
        }
        let mediaType = header.dropFirst("data:".count).prefix { $0 != ";" }
        guard mediaType.isEmpty || mediaType.hasPrefix("image/") else {
            throw url.mistake("must be an image, not \(mediaType).", code: .unsupportedValue)
        }
        let payload = content.lowerBound + comma + 1..<content.upperBound
        guard let base64 = Base64.standard(payload, of: document) else { throw url.mistake("is not valid base64.") }
        return base64
    }

    /// The URL of an image that lies elsewhere, itself or as the member `url`.
    static func remote(_ image: Parameter) -> JSONText? {
        let value = image.value.kind == .object ? image.value["url"] : image.value
        guard let text = value.flatMap({ JSONText($0) }) else { return nil }
        let beginning = text.beginning(headerLimit).lowercased()
        return beginning.hasPrefix("http://") || beginning.hasPrefix("https://") ? text : nil
    }

    /// Far more than a media type with its parameters needs, in bytes.
    private static let headerLimit = 256
}
