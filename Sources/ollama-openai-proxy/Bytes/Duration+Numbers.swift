extension Duration {
    /// Whole nanoseconds; the largest number for what does not fit (some 292 years).
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max : scaled &+ attoseconds / 1_000_000_000
    }

    var milliseconds: Int { Int(nanoseconds / 1_000_000) }

    /// Whole ones.
    var seconds: Int { milliseconds / 1000 }
}
