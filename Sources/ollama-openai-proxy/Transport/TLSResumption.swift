/// What a later connection to the same host can take up, which spares it the certificate and a signature.
final class TLSResumption {
    private let library: TLSLibrary
    /// An SSL_SESSION.
    let pointer: OpaquePointer

    /// Takes the session over; `nil` when it cannot be resumed.
    init?(_ pointer: OpaquePointer?, _ library: TLSLibrary) {
        guard let pointer else { return nil }
        self.library = library
        self.pointer = pointer
        guard library.isResumable(pointer) == 1 else { return nil }
    }

    deinit { library.freeSession(pointer) }
}
