import Testing

@testable import ollama_openai_proxy

struct ByteBufferTests {
    @Test("Every way of appending appends at the end")
    func appends() {
        var buffer = ByteBuffer()
        #expect(buffer.isEmpty)
        buffer.append(UInt8(ascii: "a"))
        buffer.append("bc" as StaticString)
        buffer.append(text: "dé")
        buffer.append([0x66, 0x67])
        let more: [UInt8] = [0x68]
        buffer.append(more.span)
        buffer.append(decimal: -42)
        #expect(buffer.text == "abcdéfgh-42")
        #expect(buffer.count == 12)
    }

    @Test("Consumed bytes are gone from every view")
    func consumes() {
        var buffer = ByteBuffer("hello world")
        buffer.consume(6)
        #expect(buffer.text == "world")
        #expect(buffer.count == 5)
        #expect(buffer.array == Array("world".utf8))
        #expect(buffer.withSpan { $0.equals("world") })
        buffer.overwrite(at: 0, with: UInt8(ascii: "W"))
        #expect(buffer.text == "World")
        buffer.consume(5)
        #expect(buffer.isEmpty)
        #expect(buffer.head == 0)
    }

    @Test("An append takes the room of consumed bytes back")
    func reclaimsRoom() {
        var buffer = ByteBuffer([UInt8](repeating: 1, count: 100))
        buffer.consume(60)
        buffer.append([2])
        #expect(buffer.head == 0)
        #expect(buffer.array == [UInt8](repeating: 1, count: 40) + [2])
    }

    @Test("Appends and consumes in any order agree with a plain array", arguments: 0..<20 as Range<UInt64>)
    func agreesWithArray(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var buffer = ByteBuffer()
        var model: [UInt8] = []
        for _ in 0..<300 {
            if Bool.random(using: &random) {
                let bytes = random.bytes(upTo: 40, from: Array(0...255))
                if Bool.random(using: &random) { buffer.append(bytes) } else { buffer.append(bytes.span) }
                model += bytes
            } else {
                let count = Int.random(in: 0...model.count, using: &random)
                buffer.consume(count)
                model.removeFirst(count)
            }
            #expect(buffer.array == model)
            #expect(buffer.count == model.count)
            #expect(buffer.isEmpty == model.isEmpty)
        }
    }

    @Test("Emptying gives back memory that has grown large")
    func releasesMemory() {
        var buffer = ByteBuffer([UInt8](repeating: 0, count: 1_000_000))
        buffer.removeAll()
        #expect(buffer.isEmpty)
        #expect(buffer.storage.capacity < 1_000_000)
    }

    @Test("Invalid UTF-8 becomes U+FFFD in text for people")
    func invalidText() {
        #expect(ByteBuffer([0x61, 0xFF, 0x62]).text == "a\u{FFFD}b")
    }

    @Test("Server-sent events and comments end with a blank line")
    func serverSentEvents() {
        var buffer = ByteBuffer()
        buffer.append(": keep-alive\n\n")
        buffer.beginEvent()
        buffer.append("{}")
        buffer.endEvent()
        #expect(buffer.text == ": keep-alive\n\ndata: {}\n\n")
    }
}
