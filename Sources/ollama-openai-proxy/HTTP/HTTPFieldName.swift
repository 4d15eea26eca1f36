/// A field name in the letters that its standard uses; names are compared without case.
struct HTTPFieldName: Sendable, ExpressibleByStringLiteral {
    let rawValue: String

    init(stringLiteral name: String) { rawValue = name }

    static let accept: HTTPFieldName = "Accept"
    static let acceptEncoding: HTTPFieldName = "Accept-Encoding"
    static let accessControlAllowHeaders: HTTPFieldName = "Access-Control-Allow-Headers"
    static let accessControlAllowMethods: HTTPFieldName = "Access-Control-Allow-Methods"
    static let accessControlAllowOrigin: HTTPFieldName = "Access-Control-Allow-Origin"
    static let accessControlRequestHeaders: HTTPFieldName = "Access-Control-Request-Headers"
    static let allow: HTTPFieldName = "Allow"
    static let authorization: HTTPFieldName = "Authorization"
    static let cacheControl: HTTPFieldName = "Cache-Control"
    static let connection: HTTPFieldName = "Connection"
    static let contentEncoding: HTTPFieldName = "Content-Encoding"
    static let contentLength: HTTPFieldName = "Content-Length"
    static let contentType: HTTPFieldName = "Content-Type"
    static let date: HTTPFieldName = "Date"
    static let expect: HTTPFieldName = "Expect"
    static let host: HTTPFieldName = "Host"
    static let origin: HTTPFieldName = "Origin"
    static let retryAfter: HTTPFieldName = "Retry-After"
    /// `false`: the SDKs of OpenAI and Anthropic, and so Claude Code (2.1.329), do not try again.
    static let shouldRetry: HTTPFieldName = "X-Should-Retry"
    static let transferEncoding: HTTPFieldName = "Transfer-Encoding"
    static let upgrade: HTTPFieldName = "Upgrade"
    static let vary: HTTPFieldName = "Vary"
    static let via: HTTPFieldName = "Via"
    static let requestID: HTTPFieldName = "X-Request-Id"
    static let apiKey: HTTPFieldName = "X-Api-Key"
}
