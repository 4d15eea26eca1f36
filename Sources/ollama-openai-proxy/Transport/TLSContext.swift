/// What all TLS connections to upstreams have in common: TLS 1.2 or newer, and whose certificates are trusted. Host name
/// and chain are always verified; there is no way around that.
final class TLSContext {
    let library: TLSLibrary
    /// An SSL_CTX.
    let pointer: OpaquePointer

    /// Trusts the system's store, or what SSL_CERT_FILE and SSL_CERT_DIR name. Made once: that store is read then.
    @EventLoop static let system = Result { () throws(SystemError) in try TLSContext() }

    /// - Parameter authorities: a PEM file of what is trusted, instead of the system's store.
    init(authorities: String? = nil) throws(SystemError) {
        library = try TLSLibrary.load()
        guard let pointer = library.newContext(library.clientMethod()) else {
            throw SystemError(code: 0, action: "OpenSSL cannot make a context")
        }
        self.pointer = pointer
        let isTrustSet =
            if let authorities { library.useAuthorities(pointer, authorities, nil) == 1 } else { library.useSystemStore(pointer) == 1 }
        guard isTrustSet, library.controlContext(pointer, Constant.setLowestVersion, Constant.version12, nil) == 1 else {
            throw SystemError(code: 0, action: "OpenSSL cannot set whom to trust")
        }
        library.setVerify(pointer, Constant.verifyPeer, nil)
        _ = library.controlContext(pointer, Constant.setMode, Constant.modes, nil)
        _ = library.controlContext(pointer, Constant.setReadAhead, 1, nil)
        _ = library.setOptions(pointer, Constant.noRenegotiation)
        _ = library.clearOptions(pointer, Constant.ignoreUnexpectedEnd)
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        _ = library.setProtocols(pointer, protocols, UInt32(protocols.count))
    }

    deinit { library.freeContext(pointer) }

    /// From ssl.h and tls1.h.
    private enum Constant {
        static let setMode: Int32 = 33
        static let setReadAhead: Int32 = 41
        static let setLowestVersion: Int32 = 123
        static let version12 = 0x0303
        static let verifyPeer: Int32 = 1
        /// SSL_MODE_ENABLE_PARTIAL_WRITE, ACCEPT_MOVING_WRITE_BUFFER and RELEASE_BUFFERS: an idle connection keeps no
        /// buffers of 16 KiB.
        static let modes = 1 | 2 | 0x10
        static let noRenegotiation: UInt64 = 1 << 30
        /// The system's openssl.cnf may have set it; with it, a reply that was cut off would look whole.
        static let ignoreUnexpectedEnd: UInt64 = 1 << 7
    }
}
