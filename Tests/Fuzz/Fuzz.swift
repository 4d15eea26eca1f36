#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The parts of the program that read bytes from outside, each with the laws that hold for any bytes whatsoever.
///
/// `FUZZ_TARGET` names the one to run.
enum FuzzTarget: String, CaseIterable {
    case http, json, ndjson, schemas, calls, text, translator, apis, random

    /// Runs one input. A broken law ends the process, as a trap does.
    func run(_ bytes: [UInt8]) {
        switch self {
        case .http: HTTPLaws.check(bytes)
        case .json: JSONLaws.check(bytes)
        case .ndjson: StreamLaws.check(bytes)
        case .schemas: SchemaLaws.check(bytes)
        case .calls: CallLaws.check(bytes)
        case .text: TextLaws.check(bytes)
        case .translator: TranslatorLaws.check(bytes)
        case .apis: ClientAPILaws.check(bytes)
        case .random: RandomLaws.check(bytes)
        }
    }

    /// The one that the environment names; ends the process when it names none.
    static let chosen: FuzzTarget = {
        if let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) { return target }
        fatalError("FUZZ_TARGET must be one of \(allCases.map(\.rawValue).joined(separator: ", "))")
    }()
}

/// Called by libFuzzer once, before anything else: with `FUZZ_SEEDS=FOLDER` the case tables of the unit tests are
/// written there as the target's seeds, and the process ends.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>
) -> CInt {
    if let folder = getenv("FUZZ_SEEDS") {
        Seeds.write(of: .chosen, to: String(cString: folder))
        exit(0)
    }
    return 0
}

/// Called by libFuzzer with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
