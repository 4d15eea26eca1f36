extension StringProtocol where SubSequence == Substring {
    /// Without white space and line breaks at both ends.
    var trimmed: String {
        let scalars = self[...].unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// At most one letter is missing, too many, or another, or two have changed places.
    func isNear(_ other: some StringProtocol) -> Bool {
        let start = zip(utf8, other.utf8).prefix { $0 == $1 }.count
        let (rest, otherRest) = (utf8.dropFirst(start), other.utf8.dropFirst(start))
        return rest.dropFirst().elementsEqual(otherRest.dropFirst()) || rest.dropFirst().elementsEqual(otherRest)
            || rest.elementsEqual(otherRest.dropFirst())
            || rest.prefix(2).reversed() == Array(otherRest.prefix(2)) && rest.dropFirst(2).elementsEqual(otherRest.dropFirst(2))
    }
}
