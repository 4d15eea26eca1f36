/// Who is told of every request, and what it makes of that.
@EventLoop protocol ExchangeObserver: Sendable {
    /// After the last byte of a response.
    func observe(_ record: ExchangeRecord)

    /// While a request is being answered whose client has had nothing for long.
    func observe(waiting record: ExchangeRecord)

    /// What was refused before it was a request: bytes that are no HTTP, too many of them, or too slow ones.
    func observe(_ refusal: HTTPError, from peer: String)

    /// What a client does wrong and is served all the same.
    func warn(_ message: String)

    /// Counters in Prometheus' text format.
    var exposition: ByteBuffer { get }
}
