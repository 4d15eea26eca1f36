import Synchronization

/// Writes lines to a descriptor from a thread of its own: a pipe or a terminal that nobody reads blocks that thread and
/// nothing else. Beyond `limit` bytes that wait, lines are dropped whole.
///
/// The descriptor stays blocking: O_NONBLOCK would hold for every process that shares it.
final class LogOutput: Sendable {
    /// File descriptor 2. What waits at the end of the program gets a second to be written.
    static let standardError: LogOutput = {
        atexit { LogOutput.standardError.flush(milliseconds: 1000) }
        return LogOutput(2)
    }()

    private struct Lines {
        /// What is being written is not among them.
        var waiting = ByteBuffer()
        /// The thread writes or was told to.
        var isBusy = false
        var dropped = 0
        /// What of `dropped` no line has told yet.
        var untold = 0
    }

    private let lines = Mutex(Lines())
    private let descriptor: Int32
    private let limit: Int
    /// The ends of a pipe; the thread waits for a byte in it.
    private let alarm: [Int32]

    init(_ descriptor: Int32, limit: Int = 1024 * 1024) {
        self.descriptor = descriptor
        self.limit = limit
        var ends: [Int32] = [-1, -1]
        precondition(pipe(&ends) == 0, "the system gives no pipe")
        alarm = ends
        do throws(SystemError) { try SystemThread.start { [self] in writeForEver() } } catch {
            preconditionFailure("no thread for the log: \(error)")
        }
    }

    /// Lines dropped since the start.
    var dropped: Int { lines.withLock { $0.dropped } }

    /// Takes a line with its line break, and returns at once.
    ///
    /// - Parameter notice: makes the line that tells how many were dropped, once there is room again; without it the next
    ///   one tells.
    func append(_ line: ByteBuffer, notice: ((Int) -> ByteBuffer)? = nil) {
        let isFirst = lines.withLock { lines in
            guard lines.waiting.count + line.count <= limit else {
                lines.dropped += 1
                lines.untold += 1
                return false
            }
            if lines.untold > 0, let notice {
                notice(lines.untold).withSpan { lines.waiting.append($0) }
                lines.untold = 0
            }
            line.withSpan { lines.waiting.append($0) }
            defer { lines.isBusy = true }
            return !lines.isBusy
        }
        // Never more than one byte is in the pipe, so this does not block.
        if isFirst { write(alarm[1], "\n", 1) }
    }

    /// Returns when everything is written, at the latest after so long.
    func flush(milliseconds: Int) { for _ in 0..<milliseconds where lines.withLock({ $0.isBusy }) { usleep(1000) } }

    private func writeForEver() -> Never {
        Signals.block()
        var taken = ByteBuffer()
        while true {
            lines.withLock { lines in
                swap(&lines.waiting, &taken)
                lines.isBusy = !taken.isEmpty
            }
            var byte: UInt8 = 0
            while taken.isEmpty, read(alarm[0], &byte, 1) < 0 {}
            put(&taken)
        }
    }

    /// What the descriptor does not take, because its other end is closed, is lost.
    private func put(_ bytes: inout ByteBuffer) {
        while !bytes.isEmpty {
            let count = bytes.withSpan { $0.withUnsafeBufferPointer { write(descriptor, $0.baseAddress, $0.count) } }
            if count > 0 {
                bytes.consume(count)
            } else if errno == EAGAIN {
                // Another process has made it non-blocking.
                var event = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&event, 1, -1)
            } else if errno != EINTR {
                bytes.removeAll()
            }
        }
    }
}
