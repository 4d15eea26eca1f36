#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The unit tests' tables of cases, as inputs to begin with.
enum Seeds {
    static func write(of target: FuzzTarget, to folder: String) {
        for (place, bytes) in inputs(for: target).enumerated() {
            guard let file = fopen("\(folder)/case-\(place)", "w") else { fatalError("\(folder) cannot be written") }
            fwrite(bytes, 1, bytes.count, file)
            fclose(file)
        }
    }

    private static func inputs(for target: FuzzTarget) -> [[UInt8]] {
        switch target {
        case .http, .ndjson: []
        case .json: ArgumentRepairCases.all.map { Array($0.text.utf8) }
        case .schemas:
            SchemaCases.all.map { Array($0.schema.utf8) }
                + SchemaCoercionCases.all.map { Inputs.joined([$0.schema, $0.arguments]) }
        case .calls:
            ArgumentRepairCases.all.map { Array($0.text.utf8) }
                + ToolNameCases.all.map { Array("0||\($0.name)|{}".utf8) }
        case .translator:
            ["chat-completions-to-ollama", "chat-completions-to-ollama-more"].flatMap { golden($0) }
        case .apis:
            ["chat-completions", "responses", "messages", "ollama-chat"].enumerated().flatMap { place, client in
                golden("\(client)-to-ollama").map { [UInt8(2 * place)] + $0 }
                    + golden("\(client)-to-vendor").map { [UInt8(2 * place + 1)] + $0 }
            }
        case .random: RandomLaws.long.indices.map { Array("\($0)".utf8) }
        case .text: replies.map { Array($0.reply.utf8) } + ThinkTagCases.all.map { Array($0.reply.utf8) }
        }
    }

    private static let replies =
        RecoveryTagCases.all + RecoveryTokenCases.all + RecoveryProseCases.all + RecoveryThoughtCases.all

    /// The exchanges of a golden conversation: the client's request and the body of the upstream's answer.
    private static func golden(_ name: String) -> [[UInt8]] {
        let path = "Tests/ProxyTests/Golden/\(name).txt"
        guard let file = fopen(path, "r") else { fatalError("\(path) cannot be read") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.removeLast(bytes.count - fread(&bytes, 1, bytes.count, file))
        return GoldenConversation(String(decoding: bytes, as: UTF8.self)).exchanges.map {
            Inputs.joined([$0[.clientRequest].body, $0[.upstreamReply].body])
        }
    }
}
