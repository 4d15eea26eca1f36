/// What the system says of this process, under the names that Prometheus' own libraries use (without our prefix).
///
/// Read from `/proc/self`, proc(5), when it is asked for; what cannot be read is left out, which on other systems than
/// Linux is everything.
struct ProcessStatistics: Sendable, Equatable {
    var residentBytes: UInt64?
    var openDescriptors: UInt64?
    var processorSeconds: Double?
    /// Since 1970.
    var startTime: Double?

    func write(to writer: inout ExpositionWriter) {
        let families: [(name: String, kind: ExpositionWriter.Kind, help: String, value: Double?)] = [
            ("process_resident_memory_bytes", .gauge, "Resident memory size in bytes.", residentBytes.map(Double.init)),
            ("process_open_fds", .gauge, "Number of open file descriptors.", openDescriptors.map(Double.init)),
            ("process_start_time_seconds", .gauge, "Start time of the process since unix epoch in seconds.", startTime),
            ("process_cpu_seconds_total", .counter, "Total user and system CPU time spent in seconds.", processorSeconds),
        ]
        for case (let name, let kind, let help, let value?) in families { writer.single(name, kind, help, value) }
    }
}

#if os(Linux)
    extension ProcessStatistics {
        static var current: ProcessStatistics {
            var statistics = ProcessStatistics()
            statistics.openDescriptors = countDescriptors()
            statistics.readMemory(fields(of: "/proc/self/statm"), pageSize: sysconf(Int32(_SC_PAGESIZE)))
            let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
            statistics.readTimes(
                fields(of: "/proc/self/stat"), ticksPerSecond: ticks, bootTime: seconds(CLOCK_REALTIME) - seconds(CLOCK_BOOTTIME))
            return statistics
        }

        /// The words of a small file; after the last parenthesis, if there is one: a program's name stands in
        /// parentheses and may hold spaces.
        private static func fields(of path: String) -> [Substring] {
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return [] }
            defer { close(descriptor) }
            let text = String(unsafeUninitializedCapacity: 4096) { max(0, read(descriptor, $0.baseAddress, $0.count)) }
            return text[(text.lastIndex(of: ")").map { text.index(after: $0) } ?? text.startIndex)...].split(
                whereSeparator: \.isWhitespace)
        }

        /// Without the one that is open for the counting.
        private static func countDescriptors() -> UInt64? {
            guard let directory = opendir("/proc/self/fd") else { return nil }
            defer { closedir(directory) }
            var count: UInt64 = 0
            while let entry = readdir(directory) { if entry.pointee.d_name.0 != CChar(bitPattern: UInt8(ascii: ".")) { count += 1 } }
            return count - min(count, 1)
        }

        private static func seconds(_ clock: clockid_t) -> Double {
            var time = timespec()
            clock_gettime(clock, &time)
            return Double(time.tv_sec) + Double(time.tv_nsec) / 1_000_000_000
        }
    }
#else
    extension ProcessStatistics { static var current: ProcessStatistics { ProcessStatistics() } }
#endif

extension ProcessStatistics {
    /// Takes the second field of `statm`: resident pages.
    mutating func readMemory(_ fields: [Substring], pageSize: Int) {
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return }
        let (bytes, overflow) = pages.multipliedReportingOverflow(by: UInt64(max(0, pageSize)))
        residentBytes = overflow ? nil : bytes
    }

    /// Takes the fields of `stat` from the third on: user and system time are the 14th and 15th, the start after the
    /// boot is the 22nd, all in ticks.
    mutating func readTimes(_ fields: [Substring], ticksPerSecond: Double, bootTime: Double) {
        guard fields.count > 19, let user = Double(fields[11]), let system = Double(fields[12]), let start = Double(fields[19]),
            ticksPerSecond > 0
        else { return }
        processorSeconds = (user + system) / ticksPerSecond
        // The clocks are read one after the other; whole hundredths hide that the difference is never quite the same.
        startTime = ((bootTime + start / ticksPerSecond) * 100).rounded() / 100
    }
}
