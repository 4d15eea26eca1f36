import Testing

@testable import ollama_openai_proxy

/// Every form in which upstreams send calls, and the whole calls that must come of it.
struct ToolCallGathererFormTests {
    struct Form: CustomTestStringConvertible {
        let testDescription: String
        let fragments: [ToolCallDelta]
        let calls: [String]

        init(_ description: String, _ fragments: [ToolCallDelta], _ calls: [String]) {
            testDescription = description
            self.fragments = fragments
            self.calls = calls
        }
    }

    static let single = [
        Form("one whole call", [fragment(0, id: "a", "f", #"{"x":1}"#)], [#"0 a f {"x":1}"#]),
        Form("a whole call without id and index", [fragment("f", #"{"x":1}"#)], [#"0 own1 f {"x":1}"#]),
        Form("an empty id counts as none", [fragment(0, id: "", "f", "{}")], ["0 own1 f {}"]),
        Form("white space around the object is trimmed", [fragment(0, id: "a", "f", " {\n} ")], ["0 a f {\n}"]),
        Form("arguments of nothing", [fragment(0, id: "a", "f", "")], ["0 a f {}"]),
        Form("blank arguments", [fragment(0, id: "a", "f", " \n")], ["0 a f {}"]),
        Form("arguments of null", [fragment(0, id: "a", "f", "null")], ["0 a f {}"]),
        Form(
            "a name first, then text",
            [fragment(0, id: "a", "f"), fragment(0, nil, #"{"x""#), fragment(0, nil, ":1}")], [#"0 a f {"x":1}"#]),
        Form(
            "id and name in the first fragment, the rest without any key",
            [fragment(id: "a", "f"), fragment(nil, #"{"x""#), fragment(nil, ":1}")], [#"0 a f {"x":1}"#]),
        Form(
            "everything repeated in every fragment",
            [fragment(0, id: "a", "f", "{"), fragment(0, id: "a", "f", "}"), fragment(0, id: "a", "f", "")],
            ["0 a f {}"]),
        Form(
            "the name repeated, also after the end, with the index only",
            [fragment(0, "f", "{"), fragment(0, "f", "}"), fragment(0, "f", ""), fragment(0, "f", " ")], ["0 own1 f {}"]
        ),
        Form(
            "the name repeated without any key",
            [fragment("f"), fragment("f", "{"), fragment("f", "}"), fragment("f")], ["0 own1 f {}"]),
        Form(
            "empty names and ids after the first fragment",
            [fragment(0, id: "a", "f"), fragment(0, id: "", "", "{"), fragment(0, id: "", "", "}")], ["0 a f {}"]),
        Form(
            "fragments keyed by id only",
            [fragment(id: "a", "f", "{"), fragment(id: "a", nil, "}")], ["0 a f {}"]),
        Form(
            "the index comes late", [fragment(id: "a", "f"), fragment(0, nil, "{"), fragment(0, nil, "}")], ["0 a f {}"]
        ),
        Form(
            "the id comes late", [fragment(0, "f"), fragment(0, id: "a", nil, "{"), fragment(0, nil, "}")], ["0 a f {}"]
        ),
        Form(
            "the name comes late", [fragment(0, id: "a"), fragment(0, nil, "{"), fragment(0, "f", "}")], ["0 a f {}"]),
        Form("the name comes last", [fragment(0, id: "a", nil, "{}"), fragment(0, "f")], ["0 a f {}"]),
        Form("the name comes last, without any key", [fragment(nil, "{}"), fragment("f")], ["0 own1 f {}"]),
        Form("keys and nothing else are no call", [fragment(0, id: "a"), fragment(1)], []),
        Form(
            "a whole call sent twice", [fragment(0, id: "a", "f", "{}"), fragment(0, id: "a", "f", "{}")], ["0 a f {}"]),
        Form(
            "a call gathered from fragments and then sent whole again",
            [fragment(0, id: "a", "f", #"{"x""#), fragment(0, nil, ":1}"), fragment(0, id: "a", "f", #"{"x":1}"#)],
            [#"0 a f {"x":1}"#]),
        Form(
            "markup after the end is left out",
            [fragment(0, id: "a", "f", "{}</tool_"), fragment(0, nil, "call>")], ["0 a f {}"]),
    ]

    @Test("One call comes whole out of every form", arguments: single)
    func singleCall(form: Form) {
        let reply = GatheredReply(form.fragments)
        #expect(reply.calls == form.calls)
        #expect(reply.reason == (form.calls.isEmpty ? .stop : .toolCalls))
    }

    static let several = [
        Form(
            "whole calls with index and id",
            [fragment(0, id: "a", "f", "{}"), fragment(1, id: "b", "g", #"{"y":2}"#)], ["0 a f {}", #"1 b g {"y":2}"#]),
        Form(
            "whole calls, all of index 0", [fragment(0, id: "a", "f", "{}"), fragment(0, id: "b", "f", "{}")],
            ["0 a f {}", "1 b f {}"]),
        Form(
            "identical whole calls without ids are two", [fragment(0, "f", "{}"), fragment(0, "f", "{}")],
            ["0 own1 f {}", "1 own2 f {}"]),
        Form(
            "identical whole calls without any key are two", [fragment("f", "{}"), fragment("f", "{}")],
            ["0 own1 f {}", "1 own2 f {}"]),
        Form(
            "an id used twice is renewed", [fragment(0, id: "a", "f", "{}"), fragment(1, id: "a", "g", "{}")],
            ["0 a f {}", "1 own1 g {}"]),
        Form(
            "an id used twice with other arguments, the same index",
            [fragment(0, id: "a", "f", #"{"x":1}"#), fragment(0, id: "a", "f", #"{"x":2}"#)],
            [#"0 a f {"x":1}"#, #"1 own1 f {"x":2}"#]),
        Form(
            "indexes that do not count from 0", [fragment(5, id: "a", "f", "{}"), fragment(9, id: "b", "g", "{}")],
            ["0 a f {}", "1 b g {}"]),
        Form(
            "fragments one call after another",
            [
                fragment(0, id: "a", "f"), fragment(0, nil, "{"), fragment(0, nil, "}"),
                fragment(1, id: "b", "g"), fragment(1, nil, #"{"y""#), fragment(1, nil, ":2}"),
            ], ["0 a f {}", #"1 b g {"y":2}"#]),
        Form(
            "fragments one call after another, all of index 0",
            [
                fragment(0, id: "a", "f"), fragment(0, nil, "{"), fragment(0, nil, "}"),
                fragment(0, id: "b", "f"), fragment(0, nil, "{"), fragment(0, nil, #""y":2}"#),
            ], ["0 a f {}", #"1 b f {"y":2}"#]),
        Form(
            "fragments one call after another, names only",
            [fragment("f"), fragment(nil, "{"), fragment(nil, "}"), fragment("g"), fragment(nil, "{}")],
            ["0 own1 f {}", "1 own2 g {}"]),
        Form(
            "interleaved by index",
            [
                fragment(0, id: "a", "f", "{"), fragment(1, id: "b", "g", "{"), fragment(0, nil, #""x":1"#),
                fragment(1, nil, #""y":2"#), fragment(0, nil, "}"), fragment(1, nil, "}"),
            ], [#"0 a f {"x":1}"#, #"1 b g {"y":2}"#]),
        Form(
            "interleaved by id, the second closing first",
            [
                fragment(id: "a", "f", "{"), fragment(id: "b", "g", "{"), fragment(id: "b", nil, "}"),
                fragment(id: "a", nil, "}"),
            ], ["0 b g {}", "1 a f {}"]),
        Form(
            "interleaved, the names of all before the text of any",
            [
                fragment(0, id: "a", "f"), fragment(1, id: "b", "g"), fragment(0, nil, #"{"x":1}"#),
                fragment(1, nil, "{}"),
            ],
            [#"0 a f {"x":1}"#, "1 b g {}"]),
        Form(
            "fragments without a key go to the call that was last heard of and is open",
            [fragment(0, "f", "{"), fragment(1, "g", "{}"), fragment(nil, #""x":1}"#)],
            ["0 own1 g {}", #"1 own2 f {"x":1}"#]),
        Form(
            "a call without arguments before another",
            [fragment(0, id: "a", "f"), fragment(1, id: "b", "g", #"{"y":2}"#)], ["0 a f {}", #"1 b g {"y":2}"#]),
        Form(
            "calls without arguments, all of index 0",
            [fragment(0, id: "a", "f"), fragment(0, id: "b", "f"), fragment(0, "g")],
            ["0 a f {}", "1 b f {}", "2 own1 g {}"]),
        Form(
            "calls of null without any key", [fragment("f", "null"), fragment("f", "null")],
            ["0 own1 f {}", "1 own2 f {}"]),
        Form(
            "an id of ours is never given twice", [fragment(0, "f", "{}"), fragment(1, id: "own1", "g", "{}")],
            ["0 own1 f {}", "1 own2 g {}"]),
    ]

    @Test("Several calls come whole, counted from 0, each with an id of its own", arguments: several)
    func severalCalls(form: Form) {
        let reply = GatheredReply(form.fragments)
        #expect(reply.calls == form.calls)
        #expect(reply.reason == .toolCalls)
    }

    @Test("Cutting the arguments anywhere changes nothing", arguments: single + several)
    func everyCutAgrees(form: Form) {
        let whole = GatheredReply(form.fragments)
        for place in form.fragments.indices {
            let call = form.fragments[place]
            for cut in call.arguments.unicodeScalars.indices.dropFirst() {
                var fragments = form.fragments
                fragments[place].arguments = String(call.arguments[..<cut])
                let rest = String(call.arguments[cut...])
                fragments.insert(ToolCallDelta(index: call.index, id: call.id, arguments: rest), at: place + 1)
                #expect(
                    GatheredReply(fragments).calls == whole.calls,
                    "\(form.testDescription), \(place) cut before \(rest)")
            }
        }
    }

    @Test("Arguments leave byte for byte, however they were cut")
    func bytesStay() {
        let text = #"{"z":1.00,"a":"\u00e9\/ 🙂 } \" ","n":12345678901234567890,"z":[{},{"k":null}]}"#
        let whole = GatheredReply([fragment(0, id: "a", "f", text)])
        #expect(whole.calls == ["0 a f \(text)"])
        #expect(whole.adjustments.isEmpty)
        for cut in text.unicodeScalars.indices {
            let halves = [String(text[..<cut]), String(text[cut...])]
            #expect(GatheredReply([fragment(0, id: "a", "f", halves[0]), fragment(0, nil, halves[1])]) == whole)
        }
        let singles = text.unicodeScalars.map { fragment(0, nil, String($0)) }
        #expect(GatheredReply([fragment(0, id: "a", "f")] + singles) == whole)
    }
}
