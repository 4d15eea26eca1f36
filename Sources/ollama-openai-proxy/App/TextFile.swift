/// Small files that are read once, at start.
enum TextFile {
    static func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

    /// `nil` when the file cannot be read, or is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count <= limit, ferror(file) == 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
