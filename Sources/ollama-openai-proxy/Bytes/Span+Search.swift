extension Span<UInt8> {
    /// The first place at or after `start` that holds `byte`; `nil` when there is none.
    func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
        withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress, start < bytes.count, let found = memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return UnsafeRawPointer(found) - UnsafeRawPointer(base)
        }
    }

    /// True when the bytes are exactly `text`.
    func equals(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount
            && withUnsafeBufferPointer { $0.isEmpty || memcmp($0.baseAddress!, text.utf8Start, $0.count) == 0 }
    }

    /// For a switch over names.
    static func ~= (text: StaticString, bytes: Span<UInt8>) -> Bool { bytes.equals(text) }

    /// True when the bytes are those of the array.
    func equals(_ other: [UInt8]) -> Bool {
        count == other.count && withUnsafeBufferPointer { $0.isEmpty || memcmp($0.baseAddress!, other, $0.count) == 0 }
    }

    /// The bytes as text, invalid UTF-8 replaced by U+FFFD.
    var text: String { withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) } }

    /// The first place at or after `start` that holds no byte of a kind; the end when there is none.
    @inline(__always) func end(of isOfKind: (UInt8) -> Bool, from start: Int = 0) -> Int {
        var place = start
        while place < count, isOfKind(self[place]) { place += 1 }
        return place
    }

    /// Where the first sequence begins that is no UTF-8 (RFC 3629 section 4); `nil` when all is well formed.
    var firstInvalidByte: Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: self)
            return nil
        } catch { return error.byteOffsets.lowerBound }
    }

    enum LiteralMatch { case whole, partial, none }

    /// Whether the bytes from `start` on are the literal, or end as its beginning. `start` may be the end.
    func match(_ literal: StaticString, at start: Int) -> LiteralMatch {
        let length = literal.utf8CodeUnitCount
        let shared = Swift.min(length, count - start)
        for offset in 0..<shared where self[start + offset] != literal.utf8Start[offset] { return .none }
        return shared == length ? .whole : .partial
    }
}
