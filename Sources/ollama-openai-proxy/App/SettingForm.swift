/// How the text of a setting is read, and what it may be.
struct SettingForm<Value: Sendable>: Sendable {
    /// What may be written, for the help; empty where the help says it.
    let words: String
    let read: @Sendable (String) throws(SettingMistake) -> Value

    init(_ words: String = "", _ read: @escaping @Sendable (String) throws(SettingMistake) -> Value) {
        self.words = words
        self.read = read
    }

    /// One of these words.
    static func choice(_ choices: KeyValuePairs<String, Value>) -> SettingForm {
        let names = choices.map(\.key)
        return SettingForm(names.joined(separator: " | ")) { text throws(SettingMistake) in
            if let match = choices.first(where: { $0.key == text.lowercased() }) { return match.value }
            throw SettingMistake("is \"\(text)\", not one of \(names.joined(separator: ", "))")
        }
    }

    /// `nil` for an empty text.
    static func optional<Wrapped>(_ form: SettingForm<Wrapped>) -> SettingForm where Value == Wrapped? {
        SettingForm(form.words) { text throws(SettingMistake) in text.isEmpty ? nil : try form.read(text) }
    }
}

/// Why a text is no value, without the setting's name.
struct SettingMistake: Error {
    let problem: String

    init(_ problem: String) { self.problem = problem }
}

extension SettingForm where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> SettingForm {
        SettingForm("\(range.lowerBound)…\(range.upperBound)") { text throws(SettingMistake) in
            if let value = Int(text), range.contains(value) { return value }
            throw SettingMistake("is \"\(text)\", not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
    }
}

extension SettingForm where Value == Duration {
    static func seconds(_ range: ClosedRange<Int>) -> SettingForm {
        let form = SettingForm<Int>.integer(range)
        return SettingForm(form.words) { text throws(SettingMistake) in .seconds(try form.read(text)) }
    }
}

extension SettingForm where Value == Bool { static var flag: SettingForm { .choice(["1": true, "0": false]) } }

extension SettingForm where Value == String {
    static var text: SettingForm { SettingForm { $0 } }

    /// As Ollama takes it: whole seconds, or a duration as Go writes it.
    static var goDuration: SettingForm {
        SettingForm { text throws(SettingMistake) in
            if Int(text) != nil || GoDuration.isValid(text) { return text }
            throw SettingMistake("is \"\(text)\", not seconds or a duration like 5m")
        }
    }

    /// A secret that a header can carry; the error does not repeat it.
    static var token: SettingForm {
        SettingForm { text throws(SettingMistake) in
            if text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) { return text }
            throw SettingMistake("holds spaces or other characters no key can have")
        }
    }
}

extension SettingForm where Value == [String] {
    /// What stands between commas or, in a file, between line breaks. Where only these were written, as of `$A,$B` with
    /// both unset, something else was meant.
    static var list: SettingForm {
        SettingForm { text throws(SettingMistake) in
            let entries = text.split { $0 == "," || $0.isNewline }.map { $0.trimmed }.filter { !$0.isEmpty }
            if text.isEmpty || !entries.isEmpty { return entries }
            throw SettingMistake("is set, but holds nothing between its commas")
        }
    }

    /// Such a list, in small letters, that holds nothing else than these.
    private static func list(of what: String, _ isValid: @escaping @Sendable (String) -> Bool) -> SettingForm {
        SettingForm { text throws(SettingMistake) in
            let entries = try list.read(text.lowercased())
            if let entry = entries.first(where: { !isValid($0) }) { throw SettingMistake("holds \"\(entry)\", which is not \(what)") }
            return entries
        }
    }

    static var hosts: SettingForm {
        list(of: "the name of a host without a port, *.NAME or *") { entry in
            let name = entry.hasPrefix("*.") ? String(entry.dropFirst(2)) : entry
            return entry == "*" || HostName.of(name) == name
        }
    }

    static var remoteHosts: SettingForm { list(of: "HOST or HOST:PORT") { HostName.of($0) != nil } }

    static var origins: SettingForm {
        list(of: "an origin such as https://chat.example without a path, or *") { entry in
            guard let mark = entry.firstRange(of: "://") else { return entry == "*" || entry == "null" }
            let scheme = entry[..<mark.lowerBound]
            return !scheme.isEmpty && scheme.utf8.allSatisfy(\.isHTTPToken) && HostName.of(entry[mark.upperBound...]) != nil
        }
    }
}

extension SettingForm where Value == ThinkRules {
    static var thinkRules: SettingForm {
        SettingForm { text throws(SettingMistake) in
            _ = try SettingForm<[String]>.list.read(text)
            do { return try ThinkRules(text) } catch { throw SettingMistake("\(error)") }
        }
    }
}

extension SettingForm where Value == BaseURL {
    static var baseURL: SettingForm { SettingForm { text throws(SettingMistake) in try BaseURL(text) } }
}

extension SettingForm where Value == [ModelAlias] {
    static var modelAliases: SettingForm {
        SettingForm { text throws(SettingMistake) in
            var aliases: [ModelAlias] = []
            for entry in try SettingForm<[String]>.list.read(text) {
                let parts = entry.split(separator: "=", maxSplits: 1).map(\.trimmed)
                guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                    throw SettingMistake("entry \"\(entry)\" is not NAME=MODEL")
                }
                aliases.append(ModelAlias(name: parts[0], model: parts[1]))
            }
            return aliases
        }
    }
}
