import Foundation
import Synchronization

/// A program in a process of its own, which inherits nothing but its standard descriptors: the sockets of tests that run
/// beside this one would otherwise stay open as long as it does, and their peers never see their end.
///
/// Not Foundation's `Process`: looking for descriptors to close, it reads behind the end of a buffer and, with many of
/// them open, dies of it (seen with Swift 6.3 on Linux).
final class ChildProcess: Sendable {
    let number: pid_t
    /// What it writes; nobody reads it unasked.
    let output = Pipe()
    let errors = Pipe()
    private let status = Mutex<Int32?>(nil)

    /// Starts `command`, whose first word is a path.
    ///
    /// - Parameter redirections: what a shell makes of its descriptors, e.g. `2>&-`.
    init(
        _ command: [String], _ environment: [String: String], folder: String = "/", redirections: String = ""
    ) throws {
        let rest = "for entry in /dev/fd/*; do n=${entry##*/}; ((n > 2)) && eval \"exec $n>&-\"; done"
        let command = ["/bin/bash", "-c", "\(rest); cd \"$0\" && exec \"$@\" \(redirections)", folder] + command
        var number: pid_t = 0
        let code = Self.withActions(output, errors) { actions, attributes in
            Self.withPointers(command) { command in
                Self.withPointers(environment.map { "\($0)=\($1)" }) { environment in
                    posix_spawn(&number, command[0]!, &actions, &attributes, command, environment)
                }
            }
        }
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
        self.number = number
        try output.fileHandleForWriting.close()
        try errors.fileHandleForWriting.close()
    }

    deinit {
        kill(number, SIGKILL)
        _ = end(within: 10)
    }

    /// The exit code, 128 and the number where a signal ended it; `nil` when it has not ended after so long.
    func end(within seconds: Double) -> Int32? {
        let deadline = Date(timeIntervalSinceNow: seconds)
        repeat {
            let ended = status.withLock { status in
                var word: Int32 = 0
                if status == nil, waitpid(number, &word, WNOHANG) == number {
                    status = word & 0x7F == 0 ? word >> 8 & 0xFF : 128 + word & 0x7F
                }
                return status
            }
            if let ended { return ended }
            Thread.sleep(forTimeInterval: 0.01)
        } while Date() < deadline
        return nil
    }

    private static func withActions(
        _ output: Pipe, _ errors: Pipe,
        _ spawn: (inout posix_spawn_file_actions_t, inout posix_spawnattr_t) -> Int32
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.fileHandleForWriting.fileDescriptor, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.fileHandleForWriting.fileDescriptor, 2)
        // A test's thread may block signals that the program waits for.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        return spawn(&actions, &attributes)
    }

    private static func withPointers<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        var pointers = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
    }
}
