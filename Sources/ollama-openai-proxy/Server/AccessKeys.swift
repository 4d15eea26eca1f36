/// The keys of which a client must show one; none: everybody is let in.
struct AccessKeys: Sendable {
    private let keys: [[UInt8]]

    init(_ keys: [String] = []) { self.keys = keys.map { Array($0.utf8) } }

    /// Nobody needs one.
    var isEmpty: Bool { keys.isEmpty }

    /// Accepts `Authorization: Bearer KEY` and `X-Api-Key: KEY`.
    func check(_ request: HTTPRequest, _ what: String = "A valid API key") throws(ChatError) {
        guard !keys.isEmpty else { return }
        for key in Self.all(in: request) where isKnown(Array(key.utf8)) { return }
        throw ChatError(
            status: 401, "\(what) is needed: send it as Authorization: Bearer KEY or X-Api-Key: KEY", code: .invalidAPIKey)
    }

    /// The key that a request shows, whether or not one is needed; `nil` when it shows none.
    static func shown(by request: HTTPRequest) -> String? { all(in: request).first }

    private static func all(in request: HTTPRequest) -> [String] {
        [request.fields["Authorization"].map(bearer), request.fields["X-Api-Key"]].compactMap { $0 }.filter { !$0.isEmpty }
    }

    private static func bearer(_ value: String) -> String {
        let scheme = "bearer "
        guard value.prefix(scheme.count).lowercased() == scheme else { return "" }
        return String(value.dropFirst(scheme.count).drop { $0 == " " })
    }

    /// Compares with every key, and every byte, whatever the first difference: the time tells nothing but lengths.
    private func isKnown(_ shown: [UInt8]) -> Bool {
        var isKnown = false
        for key in keys {
            var difference: UInt8 = key.count == shown.count ? 0 : 1
            for index in shown.indices { difference |= shown[index] ^ (key.isEmpty ? 0 : key[index % key.count]) }
            if difference == 0 { isKnown = true }
        }
        return isKnown
    }
}
