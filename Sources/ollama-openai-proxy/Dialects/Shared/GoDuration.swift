/// Durations as Go writes them (`time.ParseDuration`): what Ollama takes as the text of `keep_alive`.
enum GoDuration {
    private static let unitsInNanoseconds: [String: Double] = [
        "ns": 1, "us": 1e3, "µs": 1e3, "μs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9,
    ]

    /// True for `5m`, `1h30m`, `-1m`, `1.5s` and `0`; false for a number without a unit and beyond about 292 years.
    static func isValid(_ text: String) -> Bool {
        var rest = text.unicodeScalars[...]
        if rest.first == "-" || rest.first == "+" { rest.removeFirst() }
        if rest.elementsEqual("0".unicodeScalars) { return true }
        guard !rest.isEmpty else { return false }
        var nanoseconds = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { "0"..."9" ~= $0 || $0 == "." }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !("0"..."9" ~= $0) && $0 != "." }
            rest = rest.dropFirst(unit.count)
            // Go takes `.5s` and `5.s`, which Swift does not read as numbers.
            guard number.contains(where: { $0 != "." }), let count = Double("0" + String(number) + (number.contains(".") ? "0" : "")),
                let nanosecondsInUnit = unitsInNanoseconds[String(unit)]
            else { return false }
            nanoseconds += count * nanosecondsInUnit
        }
        return nanoseconds < 9.2e18
    }
}
