/// Finds where a value ends that begins with a bracket or a quote: JSON, or something that is meant to be JSON.
///
/// It counts brackets outside of strings and judges nothing else. Strings have double quotes, or, if it is loose, single ones
/// where a string may begin. Resumable: it goes on where the bytes ended.
struct ValueExtent: Sendable {
    enum End: Equatable {
        /// The place behind the closing bracket or quote.
        case closed(Int)
        /// The place of a `<` outside of strings, which JSON never has there: markup follows an unclosed value. Only if it is
        /// loose.
        case markup(Int)
    }

    /// Everything before it has been read.
    private(set) var place: Int
    private var depth = 0
    /// The quote that ends the string; 0 outside of strings.
    private var quote: UInt8 = 0
    /// The last byte outside of strings that is not white space.
    private var last = UInt8(ascii: ":")

    private let isLoose: Bool

    init(from start: Int, isLoose: Bool = true) {
        place = start
        self.isLoose = isLoose
    }

    /// `nil`: the value goes on.
    mutating func end(in block: Span<UInt8>) -> End? {
        while place < block.count {
            if quote != 0 {
                guard closeString(block) else { return nil }
                if depth == 0 { return .closed(place) }
                continue
            }
            let byte = block[place]
            switch byte {
            case UInt8(ascii: "<") where isLoose: return .markup(place)
            case UInt8(ascii: "\""): quote = byte
            case UInt8(ascii: "'") where isLoose && ":,[{".utf8.contains(last): quote = byte
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
            place += 1
            if depth == 0, quote == 0 { return .closed(place) }
            if !JSONScanner.isWhitespace(byte) { last = byte }
        }
        return nil
    }

    /// Goes behind the string's closing quote; false when it has not come. A backslash is taken with its byte only.
    private mutating func closeString(_ block: Span<UInt8>) -> Bool {
        while place < block.count {
            if quote == UInt8(ascii: "\"") { place = JSONScanner.plainRun(block, from: place) }
            guard place < block.count else { return false }
            let byte = block[place]
            if byte == UInt8(ascii: "\\") {
                guard place + 1 < block.count else { return false }
                place += 1
            }
            place += 1
            if byte == quote {
                quote = 0
                return true
            }
        }
        return false
    }
}
