/// One setting: its environment variable, what is said of it, and how its text is read and bounded.
struct Setting<Value: Sendable>: AnySetting {
    let key: ConfigurationKey
    private let form: SettingForm<Value>

    /// - Parameters:
    ///   - standard: as it would be written; empty for none.
    ///   - help: what it does and its unit, in one line, behind what may be written.
    init(_ name: String, standard: String = "", _ form: SettingForm<Value>, isSecret: Bool = false, _ help: String) {
        let help = form.words.isEmpty ? help : "\(form.words): \(help)"
        key = ConfigurationKey(name: name, standard: standard, help: help, isSecret: isSecret)
        self.form = form
    }

    func value(in environment: [String: String]) throws(ConfigurationError) -> Value {
        let text = try key.text(in: environment)
        do throws(SettingMistake) { return try form.read(text) } catch {
            throw ConfigurationError(key: key.name, problem: error.problem)
        }
    }
}

/// A setting of any type.
protocol AnySetting: Sendable {
    associatedtype Value: Sendable

    var key: ConfigurationKey { get }

    /// Throws what is wrong with it there.
    func value(in environment: [String: String]) throws(ConfigurationError) -> Value
}

/// The variable of a setting, as text.
struct ConfigurationKey: Sendable {
    let name: String
    /// As it would be written; empty for none.
    let standard: String
    /// What may be written, what it does and its unit, in one line.
    let help: String
    /// Its value is never printed, and may stand in a file that the variable with `_FILE` behind its name names.
    let isSecret: Bool

    var fileName: String? { isSecret ? name + "_FILE" : nil }

    static let all = Settings.all.map { $0.key }

    /// A variable that is set to nothing counts as not set: compose files do that.
    func text(in environment: [String: String]) throws(ConfigurationError) -> String {
        let text = environment[name]?.trimmed ?? ""
        guard let fileName, let path = environment[fileName]?.trimmed, !path.isEmpty else { return text.isEmpty ? standard : text }
        func wrong(_ problem: String) -> ConfigurationError { ConfigurationError(key: fileName, problem: problem) }
        guard text.isEmpty else { throw wrong("is set, and so is \(name); set one of them") }
        guard let content = TextFile.read(path, limit: 64 * 1024)?.trimmed else { throw wrong("\(path) cannot be read") }
        guard !content.isEmpty else { throw wrong("\(path) is empty") }
        return content
    }

    /// How `--check` tells it.
    func shown(in environment: [String: String]) -> String {
        let value = environment[name]?.trimmed ?? ""
        if value.isEmpty { return "\(name)=\(isInFile(environment) ? "(in a file)" : "\(standard)  (default)")" }
        return "\(name)=\(isSecret ? "(set)" : value)"
    }

    func isInFile(_ environment: [String: String]) -> Bool { fileName.flatMap { environment[$0] }?.trimmed.isEmpty == false }

    /// The variable that somebody meant who has set one that differs from it by a letter, or by case.
    static func meant(by name: String) -> String? {
        let names = all.flatMap { [$0.name, $0.fileName].compactMap(\.self) }
        // HOST and PORT are near too many words.
        return names.contains(name) ? nil : names.first { $0.count > 5 && name.uppercased().isNear($0) }
    }
}

/// What is wrong with the configuration, in one line.
struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    let key: String
    let problem: String

    var description: String { "\(key): \(problem)" }
}
