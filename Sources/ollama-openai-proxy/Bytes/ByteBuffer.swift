/// Growable bytes that are appended at the end and consumed from the front.
///
/// The unread bytes are `storage[head...]`. Consuming moves the cursor; the space is taken back when
/// everything has been read, or when an append finds more read than unread bytes in front.
struct ByteBuffer: Sendable {
    private(set) var storage: [UInt8]
    private(set) var head = 0

    init() { storage = [] }
    init(_ bytes: [UInt8]) { storage = bytes }
    init(_ text: String) { storage = Array(text.utf8) }

    /// The number of unread bytes.
    var count: Int { storage.count - head }
    var isEmpty: Bool { head == storage.count }

    /// The unread bytes as an array of their own; no copy when nothing has been consumed.
    var array: [UInt8] { head == 0 ? storage : Array(storage[head...]) }

    /// The unread bytes as text, invalid UTF-8 replaced by U+FFFD; for messages to people and for tests.
    var text: String { String(decoding: storage[head...], as: UTF8.self) }

    mutating func reserve(_ count: Int) { storage.reserveCapacity(storage.count + count) }

    mutating func append(_ byte: UInt8) { storage.append(byte) }

    mutating func append(_ bytes: Span<UInt8>) {
        makeRoom()
        bytes.withUnsafeBufferPointer { storage.append(contentsOf: $0) }
    }

    mutating func append(_ bytes: [UInt8]) {
        makeRoom()
        storage.append(contentsOf: bytes)
    }

    /// Appends text that is known at compile time, without building a `String`.
    mutating func append(_ text: StaticString) {
        storage.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    mutating func append(text: String) {
        makeRoom()
        var text = text
        text.withUTF8 { storage.append(contentsOf: $0) }
    }

    mutating func append(decimal number: Int) { append(text: String(number)) }

    /// Overwrites bytes that are already in the buffer; `offset` counts from the first unread byte.
    mutating func overwrite(at offset: Int, with byte: UInt8) { storage[head + offset] = byte }

    /// Drops all but the first `count` unread bytes.
    mutating func truncate(to count: Int) {
        precondition(count <= self.count, "truncated to more than there is")
        storage.removeLast(self.count - count)
    }

    /// Drops `count` bytes from the front.
    mutating func consume(_ count: Int) {
        precondition(count <= self.count, "consumed more than there is")
        head += count
        if head == storage.count { removeAll() }
    }

    /// Empties the buffer and keeps its memory, unless that has grown beyond `keeping` bytes.
    mutating func removeAll(keeping capacity: Int = 64 * 1024) {
        storage.removeAll(keepingCapacity: storage.capacity <= capacity)
        head = 0
    }

    /// Gives the unread bytes to `body` without a copy.
    func withSpan<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure) -> Result {
        try body(storage.span.extracting(head...))
    }

    private mutating func makeRoom() {
        guard head > 0, head >= storage.count - head else { return }
        storage.removeSubrange(..<head)
        head = 0
    }
}
