/// A status code (RFC 9110 section 15), 100…999.
struct HTTPStatus: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral {
    let rawValue: Int

    init(rawValue: Int) { self.rawValue = rawValue }
    init(integerLiteral code: Int) { rawValue = code }

    var isSuccess: Bool { 200..<300 ~= rawValue }
    var isInformational: Bool { 100..<200 ~= rawValue }
    /// Such a response never has a body (RFC 9112 section 6.3).
    var isBodyless: Bool { isInformational || rawValue == 204 || rawValue == 304 }

    static let ok = HTTPStatus(rawValue: 200)
    static let badRequest = HTTPStatus(rawValue: 400)
    static let badGateway = HTTPStatus(rawValue: 502)
    static let serviceUnavailable = HTTPStatus(rawValue: 503)
}

extension HTTPStatus {
    /// The words behind the code in a status line; empty for a code without common ones (RFC 9112 section 4 allows that).
    var reasonPhrase: StaticString {
        switch rawValue {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 508: "Loop Detected"
        default: ""
        }
    }
}
