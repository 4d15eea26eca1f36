/// How often an observed value was not larger than each of a few bounds.
struct Histogram: Sendable {
    let name: String
    let help: String
    /// Ascending.
    let bounds: [Double]
    /// One more than bounds: the last is for what is larger than all of them.
    private var counts: [UInt64]
    private var sum = 0.0

    init(_ name: String, _ help: String, bounds: [Double]) {
        self.name = name
        self.help = help
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// What is not a number or infinite is left out: it would spoil the sum for good.
    mutating func observe(_ value: Double) {
        guard value.isFinite else { return }
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    mutating func observe(_ duration: Duration) { observe(duration.inSeconds) }

    /// Buckets are cumulative, the last one holds everything.
    func write(to writer: inout ExpositionWriter) {
        writer.family(name, .histogram, help)
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < bounds.count ? ExpositionWriter.text(bounds[index]) : "+Inf"
            writer.sample("\(name)_bucket", Double(total), [("le", bound)])
        }
        writer.sample("\(name)_sum", sum)
        writer.sample("\(name)_count", Double(total))
    }
}

extension Duration { var inSeconds: Double { Double(nanoseconds) / 1_000_000_000 } }
