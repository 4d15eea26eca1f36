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
        case .http, .ndjson, .translator, .doors: []
        case .json: ArgumentRepairCases.all.map { Array($0.text.utf8) }
        case .schemas:
            SchemaCases.all.map { Array($0.schema.utf8) }
                + SchemaCoercionCases.all.map { Inputs.joined([$0.schema, $0.arguments]) }
        case .calls:
            ArgumentRepairCases.all.map { Array($0.text.utf8) }
                + ToolNameCases.all.map { Array("0||\($0.name)|{}".utf8) }
        case .random: RandomLaws.long.indices.map { Array("\($0)".utf8) }
        case .text: replies.map { Array($0.reply.utf8) } + ThinkTagCases.all.map { Array($0.reply.utf8) }
        }
    }

    private static let replies =
        RecoveryTagCases.all + RecoveryTokenCases.all + RecoveryProseCases.all
        + RecoveryThoughtCases.all
}
