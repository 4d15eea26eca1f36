@testable import ollama_openai_proxy

/// What holds for any arguments of a tool with any schema.
enum ToolCallNormalizerLaws {
    static let all = [
        RandomLaw("Random texts and schemas never trap, and normalizing twice is doing it once") { seed in
            var random = SeededGenerator(seed: seed)
            for sample in SchemaCoercionCases.all {
                for _ in 0..<10 {
                    let schema = Bool.random(using: &random) ? mutated(sample.schema, &random) : sample.schema
                    let normalizer = ToolCallNormalizer(
                        catalog: ToolCatalog([Tool("t", schema)]), repairs: true, coerces: true)
                    let text = mutated(sample.arguments, &random)
                    guard let once = normalizer.normalize(name: "t", arguments: text, ended: true) else { continue }
                    let twice = normalizer.normalize(name: "t", arguments: once.arguments, ended: true)
                    guard (try? JSONDocument(parsing: once.arguments))?.root.kind == .object,
                        twice?.arguments == once.arguments, twice?.rules.isEmpty == true
                    else { return "\(schema) \(text)\n\(once)\n\(String(describing: twice))" }
                }
            }
            return nil
        }
    ]

    private static let alphabet = Array(#"{}[]"':, \0123truefalsenullabc-.e"#.utf8)

    private static func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, place + Int.random(in: 0...3, using: &random))
            bytes.replaceSubrange(place..<end, with: random.bytes(upTo: 3, from: alphabet))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
