import Testing

@testable import ollama_openai_proxy

struct JSONWriterTests {
    @Test("Members and elements get their commas, and nothing else")
    func structure() throws {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("a")
        (-1).write(into: &writer)
        writer.name("b")
        writer.beginArray()
        writer.beginArray()
        writer.endArray()
        writer.beginObject()
        writer.endObject()
        true.write(into: &writer)
        false.write(into: &writer)
        RawJSON.null.write(into: &writer)
        writer.endArray()
        writer.name(escaping: "c\"")
        writer.string("t\n")
        writer.name("d")
        writer.raw(text: "1.50")
        writer.endObject()
        let text = writer.buffer.text
        #expect(text == #"{"a":-1,"b":[[],{},true,false,null],"c\"":"t\n","d":1.50}"#)
        #expect(throws: Never.self) { try JSONDocument(parsing: text) }
    }

    @Test("Closures give the same text, with what is missing as null or not at all")
    func shape() throws {
        let number = try JSONDocument(parsing: "1.50").root
        let text = JSONWriter.object { json in
            json.member("a", "x")
            json.object("b") { json in
                json.member("c", [1, 2])
                json.array("d") { json in
                    json.object { _ in }
                    json.array { _ in }
                }
            }
            json.members(["e": String?.none.orNull, "f": nil, "g": Bool?.some(true).orNull])
            json.member("f", ifAny: Int?.none)
            json.member("h", ifAny: JSONText("t\""))
            json.member("i", number)
            json.member("j", RawJSON("[0]"))
            json.object("k") { $0.members(["l": 1] + ["m": ["n": "o"] as JSONObject]) }
        }.text
        #expect(
            text == #"{"a":"x","b":{"c":[1,2],"d":[{},[]]},"e":null,"g":true,"h":"t\"","i":1.50,"j":[0],"#
                + #""k":{"l":1,"m":{"n":"o"}}}"#)
    }

    @Test("Keys and values of another text are written byte for byte")
    func raw() throws {
        let text = #"{"k\u00e9y":{ "n" : 1.00 },"s":"\/\ud800","e":[ ]}"#
        let root = try JSONDocument(parsing: text).root
        var writer = JSONWriter(reserving: 100)
        writer.beginObject()
        for member in root.members {
            writer.name(member.key)
            writer.raw(member.value)
        }
        writer.endObject()
        #expect(writer.buffer.text == text)
    }

    @Test("Every control character, quote and backslash is escaped, and nothing else is")
    func escapes() throws {
        for scalar in (0...0x2FF).compactMap(Unicode.Scalar.init) {
            var writer = JSONWriter()
            writer.string(String(scalar))
            let text = writer.buffer.text
            #expect(try JSONDocument(parsing: text).root.string == String(scalar))
            let isEscaped = text.utf8.count > 2 + UTF8.width(scalar)
            #expect(isEscaped == (scalar.value < 0x20 || scalar == "\"" || scalar == "\\"))
        }
        var writer = JSONWriter()
        writer.string("\u{0}\u{8}\t\n\u{B}\u{C}\r\u{1F}\"\\/")
        #expect(writer.buffer.text == #""\u0000\b\t\n\u000b\f\r\u001f\"\\/""#)
    }

    @Test("Long text with escapes anywhere reads back the same", arguments: 0..<10 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let bytes = random.bytes(upTo: 60, from: Array("ab\"\\\n\u{1}é🙂 ".utf8))
            let text = String(decoding: bytes, as: UTF8.self)
            var writer = JSONWriter()
            writer.string(JSONText(text))
            #expect(try JSONDocument(parsing: writer.buffer.array).root.string == text)
        }
    }
}
