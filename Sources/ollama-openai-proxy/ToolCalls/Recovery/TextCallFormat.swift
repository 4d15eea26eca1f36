/// One way in which models write tool calls as text: a parser of one block, which begins with one of its markers.
///
/// It is resumable: it gets the block from its first byte each time, longer than before, and goes on where its cursor
/// stands, so that every byte is looked at a bounded number of times. What it decides depends only on the bytes before
/// its cursor and on the end of the reply, never on how the bytes were cut.
protocol TextCallFormat: Sendable {
    var cursor: BlockCursor { get set }

    /// Takes one step: returns the block's calls when it is over, at the cursor, and `nil` when another step follows.
    ///
    /// Throws `.more` when the step needs bytes that have not come; it is then taken again from its beginning, so it
    /// may have changed nothing but the cursor. Throws `.no` when this is not a block of the format, and `.refused` when
    /// it is one, but calls what is not declared.
    mutating func advance(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall]?

    /// The markup that ends a block as far as it has been read. All text before it is part of the block, also of one
    /// that was refused. Empty: nothing tells where the block ends.
    var closings: [StaticString] { get }
}

extension TextCallFormat {
    var closings: [StaticString] { [] }

    /// Takes all steps that the bytes allow.
    mutating func read(_ block: Span<UInt8>, _ catalog: ToolCatalog) throws(Unread) -> [TextCall] {
        while true {
            cursor.beginStep()
            do { if let calls = try advance(block, catalog) { return calls } } catch {
                cursor.restartStep()
                throw error
            }
        }
    }
}

/// Why a text is not what a reader looks for.
enum Unread: Error {
    /// Not yet: what has come may be its beginning.
    case more
    /// Never.
    case no
    /// Never: it is a block of calls, but one of them names no declared tool, or has arguments beside its arguments. All
    /// of it is text.
    case refused
}

/// A call that was written as text.
struct TextCall: Sendable, Equatable {
    /// The declared tool's own name, however the model spelled it.
    let name: String
    /// The argument text. Where the model wrote JSON it is what the model wrote, not repaired yet.
    let arguments: String
}

/// How the text of a reply ends.
enum TextCallEnding {
    /// The model said all it wanted. Formats that can do so accept a block that lacks only its closing markup.
    case complete
    /// It does not say why. What lacks nothing but its end counts too.
    case unstated
    /// Something cut it off, or something else follows. Only what is already whole counts.
    case cut
}
