/// The byte classes of HTTP's grammar (RFC 9110 section 5.6, RFC 5234 appendix B.1).
extension UInt8 {
    static let carriageReturn = UInt8(ascii: "\r")
    static let lineFeed = UInt8(ascii: "\n")

    /// `ALPHA` and `DIGIT`.
    var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: false
        }
    }

    /// `tchar`: what methods and field names are made of.
    var isHTTPToken: Bool {
        switch self {
        case _ where isAlphanumeric: true
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "^"),
            UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }

    /// `DIGIT`.
    var isHTTPDigit: Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= self }

    /// `SP` and `HTAB`, the optional white space around a field value.
    var isHTTPSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    /// `field-vchar`, `SP` and `HTAB`: everything but control bytes.
    var isHTTPText: Bool { self >= 0x20 && self != 0x7F || self == UInt8(ascii: "\t") }

    /// `VCHAR`: what a request target may hold at most.
    var isHTTPVisible: Bool { 0x21...0x7E ~= self }

    /// `uri-host [":" port]` (RFC 9110 section 7.2), without a look at how its parts are put together.
    var isHTTPHost: Bool { isHTTPToken ? !"#^`|".utf8.contains(self) : "[]:(),;=".utf8.contains(self) }

    /// The value of a `HEXDIG`; `nil` for any other byte.
    var hexDigitValue: Int? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(self) - 0x30
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(self) - 0x37
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(self) - 0x57
        default: nil
        }
    }

    /// An ASCII capital as its small letter, every other byte as it is.
    var asciiLowercased: UInt8 { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self ? self | 0x20 : self }
}
