extension StringProtocol where SubSequence == Substring {
    /// Without white space and line breaks at both ends.
    var trimmed: String {
        let scalars = self[...].unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
