/// What is said to whom started the program.
enum Console {
    /// Prints one line to standard error.
    static func complain(_ text: String) { LogOutput.standardError.append(ByteBuffer("ollama-openai-proxy: \(text)\n")) }
}
