/// Well-formed UTF-8 as RFC 3629 section 4 defines it.
enum UTF8Validity {
    /// Where the first ill-formed sequence begins; `nil` when all is well formed. ASCII goes eight bytes a step.
    static func firstInvalidByte(_ bytes: Span<UInt8>) -> Int? {
        bytes.withUnsafeBufferPointer { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            var at = 0
            while at < raw.count {
                while at + 8 <= raw.count, raw.loadUnaligned(fromByteOffset: at, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
                    at += 8
                }
                guard at < raw.count else { return nil }
                if raw[at] < 0x80 {
                    at += 1
                    continue
                }
                guard let length = sequenceLength(raw, at: at) else { return at }
                at += length
            }
            return nil
        }
    }

    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Int? {
        func isTail(_ offset: Int, _ range: ClosedRange<UInt8> = 0x80...0xBF) -> Bool {
            start + offset < bytes.count && range.contains(bytes[start + offset])
        }
        switch bytes[start] {
        case 0xC2...0xDF: return isTail(1) ? 2 : nil
        case 0xE0: return isTail(1, 0xA0...0xBF) && isTail(2) ? 3 : nil
        case 0xED: return isTail(1, 0x80...0x9F) && isTail(2) ? 3 : nil
        case 0xE1...0xEF: return isTail(1) && isTail(2) ? 3 : nil
        case 0xF0: return isTail(1, 0x90...0xBF) && isTail(2) && isTail(3) ? 4 : nil
        case 0xF1...0xF3: return isTail(1) && isTail(2) && isTail(3) ? 4 : nil
        case 0xF4: return isTail(1, 0x80...0x8F) && isTail(2) && isTail(3) ? 4 : nil
        default: return nil
        }
    }
}
