/// A method name (RFC 9110 section 9). Any token may come from outside; these are the ones that are served.
struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    let rawValue: String

    static let get = HTTPMethod(rawValue: "GET")
    static let head = HTTPMethod(rawValue: "HEAD")
    static let post = HTTPMethod(rawValue: "POST")
    static let delete = HTTPMethod(rawValue: "DELETE")
    static let options = HTTPMethod(rawValue: "OPTIONS")

    /// As the field `Allow` lists them.
    static func list(_ methods: [HTTPMethod]) -> String { methods.map(\.rawValue).joined(separator: ", ") }
}
