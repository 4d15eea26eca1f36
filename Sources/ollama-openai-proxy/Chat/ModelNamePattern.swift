/// The name of a model, in which `*` stands for any text. Names are compared without case, as Ollama looks models up.
struct ModelNamePattern: Sendable, Equatable {
    private let pattern: [UInt8]

    init(_ text: some StringProtocol) { pattern = Self.folded(text) }

    /// True when it stands for one name only.
    var isName: Bool { !pattern.contains(UInt8(ascii: "*")) }

    /// A name without a tag and the same name with the tag `latest` are one model.
    func matches(_ model: String) -> Bool {
        let name = Self.folded(model)
        let latest = Array(":latest".utf8)
        if Self.matches(pattern, name) { return true }
        if name.count > latest.count, name.suffix(latest.count).elementsEqual(latest) {
            return Self.matches(pattern, Array(name.dropLast(latest.count)))
        }
        // A colon before the last slash belongs to a registry's port.
        let hasTag = name.reversed().prefix { $0 != UInt8(ascii: "/") }.contains(UInt8(ascii: ":"))
        return !hasTag && Self.matches(pattern, name + latest)
    }

    /// A sentence with names that are the same as another but for the tag, what a `*` stands for, or a letter; empty when there
    /// is none.
    static func hint(at names: [String], like name: String) -> String {
        let family = name.prefix { !":*".contains($0) }
        let similar = names.filter { name in
            let other = name.prefix { $0 != ":" }
            return other.hasPrefix(family) || family.hasPrefix(other) || other.isNear(family)
        }
        return similar.isEmpty ? "" : ". There is " + similar.prefix(5).joined(separator: ", ")
    }

    private static func folded(_ name: some StringProtocol) -> [UInt8] { name.utf8.map(\.asciiLowercased) }

    /// Goes back to the last `*` only, which is enough, so that the time stays within pattern × name.
    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var place = 0
        var at = 0
        var retry: (place: Int, at: Int)?
        while at < name.count {
            if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
                place += 1
                retry = (place, at)
            } else if place < pattern.count, pattern[place] == name[at] {
                place += 1
                at += 1
            } else if let last = retry {
                place = last.place
                at = last.at + 1
                retry = (place, at)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
