/// A model that can be asked for.
struct ModelDescription: Sendable, Equatable {
    let name: String
    /// When it was last changed, in seconds since 1970; 0 when not known.
    var created = 0
    /// The part of the name before the last `/`, or `library`, as Ollama's own list says it.
    var owner: String {
        let parts = name.split(separator: "/")
        return parts.count > 1 ? String(parts[parts.count - 2]) : "library"
    }
}
