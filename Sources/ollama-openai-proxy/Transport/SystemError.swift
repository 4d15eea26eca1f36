/// What the system refused, in its own words.
struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The system's error number; 0 when `action` says it all.
    let code: Int32
    /// What was tried.
    let action: String

    /// For the last failed call of this thread.
    static func last(_ action: String) -> SystemError { SystemError(code: errno, action: action) }

    /// That this process or its machine has run out of something; it says nothing of who was to be reached.
    var isShortage: Bool { [EMFILE, ENFILE, ENOBUFS, ENOMEM, EAGAIN].contains(code) }

    static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

    var description: String { code == 0 ? action : "\(action): \(Self.text(code))" }
}
