import Testing

/// Runs a value machine over the same bytes whole, cut at every place, and byte by byte, and expects one output.
///
/// `run` gets the pieces in order, feeds a fresh machine with each of them, finishes it and returns all it put out.
func expectEverySplitAgrees<Output: Equatable>(
    _ bytes: [UInt8], sourceLocation: SourceLocation = #_sourceLocation, run: ([[UInt8]]) throws -> Output
) rethrows {
    guard let difference = try RandomLaws.difference(bytes, from: run([bytes]), run: run) else { return }
    Issue.record("\(difference)", sourceLocation: sourceLocation)
}
