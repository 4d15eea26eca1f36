import Foundation

@testable import ollama_openai_proxy

/// A certificate authority that tests make for themselves, in memory, with the OpenSSL that the program uses too.
enum TestAuthority {
    static let trusted = TestCertificate(subject: "Test authority", isAuthority: true)
    /// Signs just as well, but nobody trusts it.
    static let unknown = TestCertificate(subject: "Unknown authority", isAuthority: true)

    /// A client of the server on that port that trusts `trusted` and nobody else.
    static func client(
        port: Int, name: String? = "api.example.com", host: String = "127.0.0.1", resolver: Resolver? = nil,
        adjust: @Sendable (inout UpstreamLimits) -> Void = { _ in }
    ) async throws -> UpstreamClient {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).pem")
        try Data(trusted.pem.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var limits = UpstreamLimits.patient
        adjust(&limits)
        let path = file.path
        return try await onLoop { [limits] in
            Result { () throws(SystemError) in
                let endpoint = UpstreamEndpoint(host: host, port: port, isSecure: true, certificateName: name)
                return UpstreamClient(
                    endpoint, limits: limits, trust: try TLSContext(authorities: path), resolver: resolver ?? .shared)
            }
        }.get()
    }
}

/// A certificate and its key. Never freed: there are few of them.
///
/// Unchecked: nothing changes it after `init`.
final class TestCertificate: @unchecked Sendable {
    let certificate: OpaquePointer
    let key: OpaquePointer

    /// - Parameters:
    ///   - names: as OpenSSL writes them: `DNS:api.example.com`, `IP:127.0.0.1`.
    ///   - validity: in seconds from now.
    ///   - issuer: `nil` for a certificate that signs itself.
    init(
        subject: String, names: [String] = [], validity: ClosedRange<Int> = -86400...86400,
        issuer: TestCertificate? = nil, isAuthority: Bool = false
    ) {
        let key = Self.makeKey()
        let certificate = Functions.new()!
        _ = Functions.setVersion(certificate, 2)
        _ = Functions.setInteger(Functions.serial(certificate), Int.random(in: 1...0x7FFF_FFFF))
        _ = Functions.setTime(Functions.start(certificate), validity.lowerBound)
        _ = Functions.setTime(Functions.end(certificate), validity.upperBound)
        _ = Functions.addEntry(Functions.subject(certificate), "CN", 0x1001, subject, -1, -1, 0)
        _ = Functions.setIssuer(certificate, Functions.subject(issuer?.certificate ?? certificate))
        _ = Functions.setKey(certificate, key)
        if !names.isEmpty { Self.extend(certificate, 85, names.joined(separator: ",")) }
        if isAuthority { Self.extend(certificate, 87, "critical,CA:TRUE") }
        let isSigned = Functions.sign(certificate, issuer?.key ?? key, Functions.sha256())
        precondition(isSigned > 0, "OpenSSL does not sign")
        self.certificate = certificate
        self.key = key
    }

    /// For `subject`, or those names, by the authority that tests trust.
    static func trusted(_ names: String..., validity: ClosedRange<Int> = -86400...86400) -> TestCertificate {
        TestCertificate(subject: "server", names: names, validity: validity, issuer: TestAuthority.trusted)
    }

    var pem: String {
        let memory = Functions.newMemory(Functions.memoryKind())
        defer { _ = Functions.freeMemory(memory) }
        _ = Functions.writePEM(memory, certificate)
        var bytes = [CChar](repeating: 0, count: 65536)
        let count = Functions.readMemory(memory, &bytes, Int32(bytes.count))
        return String(decoding: bytes[..<Int(count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// An elliptic curve: quickly made.
    private static func makeKey() -> OpaquePointer {
        let maker = Functions.newKeyMaker(nil, "EC", nil)
        defer { Functions.freeKeyMaker(maker) }
        var key: OpaquePointer?
        let isMade =
            Functions.beginKey(maker) == 1 && Functions.setGroup(maker, "P-256") == 1
            && Functions.makeKey(maker, &key) == 1
        precondition(isMade, "OpenSSL makes no key")
        return key!
    }

    private static func extend(_ certificate: OpaquePointer, _ kind: Int32, _ value: String) {
        let isAdded = Functions.addExtension(certificate, Functions.makeExtension(nil, nil, kind, value), -1)
        precondition(isAdded == 1, "OpenSSL takes no \(value)")
    }

    private typealias Object = OpenSSL.Object
    private typealias Text = OpenSSL.Text

    private enum Functions {
        static let newKeyMaker: @convention(c) @Sendable (Object, Text, Text) -> Object = find(
            "EVP_PKEY_CTX_new_from_name")
        static let freeKeyMaker: @convention(c) @Sendable (Object) -> Void = find("EVP_PKEY_CTX_free")
        static let beginKey: @convention(c) @Sendable (Object) -> Int32 = find("EVP_PKEY_keygen_init")
        static let setGroup: @convention(c) @Sendable (Object, Text) -> Int32 = find("EVP_PKEY_CTX_set_group_name")
        static let makeKey: @convention(c) @Sendable (Object, UnsafeMutablePointer<Object>) -> Int32 = find(
            "EVP_PKEY_generate")
        static let new: @convention(c) @Sendable () -> Object = find("X509_new")
        static let setVersion: @convention(c) @Sendable (Object, Int) -> Int32 = find("X509_set_version")
        static let serial: @convention(c) @Sendable (Object) -> Object = find("X509_get_serialNumber")
        static let setInteger: @convention(c) @Sendable (Object, Int) -> Int32 = find("ASN1_INTEGER_set")
        static let start: @convention(c) @Sendable (Object) -> Object = find("X509_getm_notBefore")
        static let end: @convention(c) @Sendable (Object) -> Object = find("X509_getm_notAfter")
        static let setTime: @convention(c) @Sendable (Object, Int) -> Object = find("X509_gmtime_adj")
        static let subject: @convention(c) @Sendable (Object) -> Object = find("X509_get_subject_name")
        static let addEntry: @convention(c) @Sendable (Object, Text, Int32, Text, Int32, Int32, Int32) -> Int32 = find(
            "X509_NAME_add_entry_by_txt")
        static let setIssuer: @convention(c) @Sendable (Object, Object) -> Int32 = find("X509_set_issuer_name")
        static let setKey: @convention(c) @Sendable (Object, Object) -> Int32 = find("X509_set_pubkey")
        static let makeExtension: @convention(c) @Sendable (Object, Object, Int32, Text) -> Object = find(
            "X509V3_EXT_conf_nid")
        static let addExtension: @convention(c) @Sendable (Object, Object, Int32) -> Int32 = find("X509_add_ext")
        static let sha256: @convention(c) @Sendable () -> Object = find("EVP_sha256")
        static let sign: @convention(c) @Sendable (Object, Object, Object) -> Int32 = find("X509_sign")
        static let memoryKind: @convention(c) @Sendable () -> Object = find("BIO_s_mem")
        static let newMemory: @convention(c) @Sendable (Object) -> Object = find("BIO_new")
        static let freeMemory: @convention(c) @Sendable (Object) -> Int32 = find("BIO_free")
        static let writePEM: @convention(c) @Sendable (Object, Object) -> Int32 = find("PEM_write_bio_X509")
        static let readMemory: @convention(c) @Sendable (Object, UnsafeMutablePointer<CChar>, Int32) -> Int32 = find(
            "BIO_read")

        private static func find<Function>(_ name: String) -> Function { OpenSSL.find(name) }
    }
}

/// The functions of OpenSSL that only tests need.
enum OpenSSL {
    typealias Object = OpaquePointer?
    typealias Text = UnsafePointer<CChar>?

    static let isThere = (try? TLSLibrary.load()) != nil

    static func find<Function>(_ name: String) -> Function {
        guard let address = TLSLibrary.fileNames.lazy.compactMap({ dlsym(dlopen($0, RTLD_NOW), name) }).first else {
            preconditionFailure("OpenSSL has no \(name)")
        }
        return unsafeBitCast(address, to: Function.self)
    }
}
