/// Small files that are read once, at start.
enum TextFile {
    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// `nil` when the file cannot be read, or is larger than `limit` bytes.
    static func read(_ path: String, limit: Int) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count <= limit, ferror(file) == 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// Puts the text in the file's place at once, so that at any moment the old or the new one is there, for its owner only.
    static func write(_ text: String, to path: String) throws(SystemError) {
        let temporary = path + ".new"
        let number = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw .last("cannot write \(temporary)") }
        var isWritten = fchmod(number, 0o600) == 0
        let bytes = Array(text.utf8)
        if let file = fdopen(number, "w") {
            isWritten = isWritten && fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0 && fsync(number) == 0
            isWritten = fclose(file) == 0 && isWritten
        }
        guard isWritten, rename(temporary, path) == 0 else {
            let error = SystemError.last("cannot write \(path)")
            unlink(temporary)
            throw error
        }
    }
}
