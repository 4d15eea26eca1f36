/// Why bytes are not a message that can be served, and the status to answer it with.
///
/// For a request the status is 400, 408, 413, 417, 431, 501 or 505; for an upstream response it is always 502. What
/// follows on the connection cannot be told apart any more, so it must be closed after the answer.
struct HTTPError: Error, Equatable, Sendable {
    let status: HTTPStatus
    /// One sentence for people; holds no bytes of the message.
    let message: String

    static func badRequest(_ message: String) -> HTTPError { HTTPError(status: .badRequest, message: message) }
}
