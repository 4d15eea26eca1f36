/// The functions of the system's OpenSSL that are used, found at run time: without an https upstream nothing of it is
/// needed. What they do, take and return is in OpenSSL's manual pages under the names in `init` (seen with 3.0).
final class TLSLibrary: Sendable {
    /// SSL_CTX, SSL, SSL_SESSION and X509_VERIFY_PARAM.
    typealias Object = OpaquePointer?
    typealias Text = UnsafePointer<CChar>?

    let clientMethod: @convention(c) @Sendable () -> Object
    let newContext: @convention(c) @Sendable (Object) -> Object
    let freeContext: @convention(c) @Sendable (Object) -> Void
    let controlContext: @convention(c) @Sendable (Object, Int32, Int, UnsafeMutableRawPointer?) -> Int
    let setOptions: @convention(c) @Sendable (Object, UInt64) -> UInt64
    let clearOptions: @convention(c) @Sendable (Object, UInt64) -> UInt64
    let setVerify: @convention(c) @Sendable (Object, Int32, UnsafeRawPointer?) -> Void
    let useSystemStore: @convention(c) @Sendable (Object) -> Int32
    let useAuthorities: @convention(c) @Sendable (Object, Text, Text) -> Int32
    let setProtocols: @convention(c) @Sendable (Object, UnsafePointer<UInt8>?, UInt32) -> Int32

    let new: @convention(c) @Sendable (Object) -> Object
    let free: @convention(c) @Sendable (Object) -> Void
    let control: @convention(c) @Sendable (Object, Int32, Int, UnsafeMutableRawPointer?) -> Int
    let setDescriptor: @convention(c) @Sendable (Object, Int32) -> Int32
    let setHost: @convention(c) @Sendable (Object, Text) -> Int32
    let setHostFlags: @convention(c) @Sendable (Object, UInt32) -> Void
    let parameters: @convention(c) @Sendable (Object) -> Object
    let setAddress: @convention(c) @Sendable (Object, Text) -> Int32
    let setSession: @convention(c) @Sendable (Object, Object) -> Int32
    let connect: @convention(c) @Sendable (Object) -> Int32
    let read: @convention(c) @Sendable (Object, UnsafeMutableRawPointer?, Int32) -> Int32
    let peek: @convention(c) @Sendable (Object, UnsafeMutableRawPointer?, Int32) -> Int32
    let hasPending: @convention(c) @Sendable (Object) -> Int32
    let write: @convention(c) @Sendable (Object, UnsafeRawPointer?, Int32) -> Int32
    let shutdown: @convention(c) @Sendable (Object) -> Int32

    let session: @convention(c) @Sendable (Object) -> Object
    let isResumable: @convention(c) @Sendable (Object) -> Int32
    let freeSession: @convention(c) @Sendable (Object) -> Void

    let errorKind: @convention(c) @Sendable (Object, Int32) -> Int32
    let verifyResult: @convention(c) @Sendable (Object) -> Int
    let verifyText: @convention(c) @Sendable (Int) -> Text
    let clearErrors: @convention(c) @Sendable () -> Void
    let firstError: @convention(c) @Sendable () -> UInt
    let reasonText: @convention(c) @Sendable (UInt) -> Text

    #if os(Linux)
        static let fileNames = ["libssl.so.3", "libssl.so"]
    #else
        static let fileNames = ["libssl.3.dylib"]
    #endif

    private static let loaded = Result { () throws(SystemError) in try TLSLibrary(fileNames) }

    /// The library, loaded once in the life of the process. Throws one line for the operator when there is none; call
    /// it at the start when an upstream is https.
    @discardableResult static func load() throws(SystemError) -> TLSLibrary { try loaded.get() }

    /// Takes the first of the files that can be loaded. It is never unloaded.
    init(_ files: [String]) throws(SystemError) {
        guard let handle = files.lazy.compactMap({ dlopen($0, RTLD_NOW | RTLD_LOCAL) }).first else {
            throw SystemError(
                code: 0, action: "https needs OpenSSL 3, but \(files[0]) cannot be loaded; it is in Debian's package libssl3")
        }
        /// Also finds what the library itself was linked with, which is libcrypto.
        func find<Function>(_ name: String) throws(SystemError) -> Function {
            guard let address = dlsym(handle, name) else {
                throw SystemError(code: 0, action: "https needs OpenSSL 3, and the one that was found has no \(name)")
            }
            return unsafeBitCast(address, to: Function.self)
        }
        let initialize: @convention(c) (UInt64, UnsafeRawPointer?) -> Int32 = try find("OPENSSL_init_ssl")
        // OPENSSL_INIT_NO_ATEXIT: `exit` may be called while the loop is inside of the library.
        guard initialize(0x80000, nil) == 1 else { throw SystemError(code: 0, action: "OpenSSL cannot be initialized") }
        clientMethod = try find("TLS_client_method")
        newContext = try find("SSL_CTX_new")
        freeContext = try find("SSL_CTX_free")
        controlContext = try find("SSL_CTX_ctrl")
        setOptions = try find("SSL_CTX_set_options")
        clearOptions = try find("SSL_CTX_clear_options")
        setVerify = try find("SSL_CTX_set_verify")
        useSystemStore = try find("SSL_CTX_set_default_verify_paths")
        useAuthorities = try find("SSL_CTX_load_verify_locations")
        setProtocols = try find("SSL_CTX_set_alpn_protos")
        new = try find("SSL_new")
        free = try find("SSL_free")
        control = try find("SSL_ctrl")
        setDescriptor = try find("SSL_set_fd")
        setHost = try find("SSL_set1_host")
        setHostFlags = try find("SSL_set_hostflags")
        parameters = try find("SSL_get0_param")
        setAddress = try find("X509_VERIFY_PARAM_set1_ip_asc")
        setSession = try find("SSL_set_session")
        connect = try find("SSL_connect")
        read = try find("SSL_read")
        peek = try find("SSL_peek")
        hasPending = try find("SSL_has_pending")
        write = try find("SSL_write")
        shutdown = try find("SSL_shutdown")
        session = try find("SSL_get1_session")
        isResumable = try find("SSL_SESSION_is_resumable")
        freeSession = try find("SSL_SESSION_free")
        errorKind = try find("SSL_get_error")
        verifyResult = try find("SSL_get_verify_result")
        verifyText = try find("X509_verify_cert_error_string")
        clearErrors = try find("ERR_clear_error")
        firstError = try find("ERR_peek_error")
        reasonText = try find("ERR_reason_error_string")
    }
}
