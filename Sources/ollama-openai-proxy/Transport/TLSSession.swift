/// One TLS connection of a client over a connected socket that does not block. It never waits: what would block says
/// for what, and is called again then. Writes to a socket whose peer is gone raise SIGPIPE, which must be ignored.
final class TLSSession {
    /// What a call came to.
    enum Outcome: Equatable {
        /// So many bytes were read or written; for a handshake, that it is done.
        case done(Int)
        case wouldBlock(Readiness)
        /// The peer has said that it sends nothing more. An end without that word has failed: who cuts a connection
        /// must not be able to make half a reply look whole.
        case end
        /// A number of the system's; `failure` has the words.
        case failed(Int32)
    }

    private let context: TLSContext
    private let host: String
    /// An SSL.
    private let pointer: OpaquePointer
    private var isEstablished = false
    /// What every further read comes to: after an end or an error OpenSSL must not be asked again.
    private var conclusion: Outcome?
    /// What a read or a write that would block waits for. It is seldom the other one: TLS has messages of its own.
    private(set) var readNeeds = Readiness.readable
    private(set) var writeNeeds = Readiness.writable
    /// Why a call has failed.
    private(set) var failure: String?

    private var library: TLSLibrary { context.library }

    /// - Parameter host: the name, or the address, that the certificate must be for.
    init(_ context: TLSContext, host: String, resuming earlier: TLSResumption?) throws(SystemError) {
        let library = context.library
        guard let pointer = library.new(context.pointer) else { throw SystemError(code: 0, action: "OpenSSL cannot make a connection") }
        self.context = context
        self.host = host
        self.pointer = pointer
        guard Self.demand(host, of: pointer, library) else {
            throw SystemError(code: 0, action: "no certificate can be checked for the host name \(host)")
        }
        if let earlier { _ = library.setSession(pointer, earlier.pointer) }
    }

    deinit { library.free(pointer) }

    /// RFC 9525: a name must be among the certificate's DNS names, and only a whole label may be a wildcard; an address
    /// must be among its addresses. RFC 6066 section 3: only names are told to the server beforehand (SNI).
    private static func demand(_ host: String, of pointer: OpaquePointer, _ library: TLSLibrary) -> Bool {
        if SocketAddress.numeric(host: host, port: 0) != nil { return library.setAddress(library.parameters(pointer), host) == 1 }
        let noPartialWildcards: UInt32 = 4
        let neverTheSubject: UInt32 = 0x20
        library.setHostFlags(pointer, noPartialWildcards | neverTheSubject)
        let setHostName: Int32 = 55
        let isTold = host.withCString { library.control(pointer, setHostName, 0, UnsafeMutableRawPointer(mutating: $0)) }
        return isTold == 1 && library.setHost(pointer, host) == 1
    }

    /// Once, before the handshake.
    func attach(to descriptor: Int32) { _ = library.setDescriptor(pointer, descriptor) }

    /// Goes on with the handshake.
    func handshake() -> Outcome {
        if let conclusion { return conclusion }
        library.clearErrors()
        let result = library.connect(pointer)
        isEstablished = result == 1
        return isEstablished ? .done(0) : outcome(of: result)
    }

    /// Fills the buffer as far as that takes no waiting. Something that comes only with the next read may be left in
    /// here, not in the socket: wait after `wouldBlock`, never before.
    func read(into buffer: UnsafeMutableBufferPointer<UInt8>) -> Outcome {
        if let conclusion { return conclusion }
        var count = 0
        repeat {
            let rest = UnsafeMutableBufferPointer(rebasing: buffer[count...])
            library.clearErrors()
            let result = library.read(pointer, rest.baseAddress, Int32(clamping: rest.count))
            guard result > 0 else {
                let outcome = outcome(of: result)
                if case .wouldBlock(let events) = outcome { readNeeds = events }
                return count > 0 ? .done(count) : outcome
            }
            count += Int(result)
        } while buffer.count - count >= Self.longestRecord && library.hasPending(pointer) == 1
        return .done(count)
    }

    /// Writes one record at most. After `wouldBlock` the next call must begin with the same bytes.
    func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
        if let conclusion, conclusion != .end { return conclusion }
        guard !bytes.isEmpty else { return .done(0) }
        library.clearErrors()
        let result = library.write(pointer, bytes.baseAddress, Int32(clamping: bytes.count))
        guard result <= 0 else { return .done(Int(result)) }
        let outcome = outcome(of: result)
        switch outcome {
        case .wouldBlock(let events): writeNeeds = events
        // The socket takes nothing more. But what came before may be an answer, and can be read.
        case .failed(let code) where code != EPROTO: conclusion = nil
        default: break
        }
        return outcome
    }

    /// Takes up what TLS has to say for itself, as the tickets for a resumption, which come after the handshake.
    /// `wouldBlock` when there is nothing else; anything else is for a reader.
    func settle() -> Outcome {
        if let conclusion { return conclusion }
        var byte: UInt8 = 0
        library.clearErrors()
        let result = library.peek(pointer, &byte, 1)
        return result > 0 ? .done(0) : outcome(of: result)
    }

    /// Tells the peer that this is the end, if it can be told without waiting. Before the socket is closed.
    func close() {
        guard isEstablished, conclusion == nil || conclusion == .end else { return }
        library.clearErrors()
        _ = library.shutdown(pointer)
        isEstablished = false
    }

    /// For the next connection to the host; `nil` when the server allows none, or has not said so yet.
    var resumption: TLSResumption? { TLSResumption(library.session(pointer), library) }

    /// RFC 8446 section 5.1, in bytes.
    private static let longestRecord = 16 * 1024

    /// What a result that is no success means. The numbers are those of ssl.h: SSL_ERROR_WANT_READ, WANT_WRITE,
    /// ZERO_RETURN, SYSCALL, and SSL for the rest.
    private func outcome(of result: Int32) -> Outcome {
        let systemCode = errno
        switch library.errorKind(pointer, result) {
        case 2: return .wouldBlock(.readable)
        case 3: return .wouldBlock(.writable)
        case 6: return conclude(.end, "the connection ended")
        case 5 where systemCode != 0: return conclude(.failed(systemCode), SystemError.text(systemCode))
        case 5: return conclude(.failed(ECONNRESET), "the connection ended")
        default: return conclude(.failed(EPROTO), errorText)
        }
    }

    private func conclude(_ outcome: Outcome, _ reason: String) -> Outcome {
        conclusion = outcome
        if failure == nil { failure = isEstablished || isRefused ? reason : "the TLS handshake with \(host) failed: \(reason)" }
        return outcome
    }

    /// SSL_R_CERTIFICATE_VERIFY_FAILED is the error.
    private var isRefused: Bool { errorReason == 134 }

    private var errorReason: UInt { library.firstError() & 0x7F_FFFF }

    private var errorText: String {
        let text = library.reasonText(library.firstError()).map { String(cString: $0) } ?? "for no reason given"
        return switch errorReason {
        case 134: certificateProblem
        // SSL_R_UNEXPECTED_EOF_WHILE_READING
        case 294: "the connection ended"
        // SSL_R_WRONG_VERSION_NUMBER
        case 267: "\(text); is it plain HTTP?"
        default: text
        }
    }

    /// The numbers are those of x509_vfy.h.
    private var certificateProblem: String {
        let subject = "the certificate of \(host)"
        return switch library.verifyResult(pointer) {
        case 9: "\(subject) is not valid yet"
        case 10: "\(subject) has expired"
        case 62: "\(subject) is for another host name"
        case 64: "\(subject) is for another address"
        case let code: "\(subject) is not trusted: \(library.verifyText(code).map { String(cString: $0) } ?? "error \(code)")"
        }
    }
}
