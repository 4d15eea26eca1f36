@testable import ollama_openai_proxy

/// Argument texts as models really wrote them, and the object that each must become.
enum ArgumentRepairCases {
    struct Case: Sendable {
        let symptom: String
        let text: String
        /// The model ended the text by itself.
        let ended: Bool
        /// `nil`: it must not be made an object.
        let object: String?
        let rules: [ToolCallAdjustment.Rule]

        init(
            _ symptom: String, _ text: String, _ object: String? = nil, _ rules: [ToolCallAdjustment.Rule] = [],
            ended: Bool = false
        ) {
            self.symptom = symptom
            self.text = text
            self.ended = ended
            self.object = object
            self.rules = rules
        }
    }

    static let all = valid + marked + filled + spelled + wrapped + unclosed + hopeless

    static let valid = [
        Case("an object", #"{"a":1}"#, #"{"a":1}"#),
        Case("number text, escapes, repeated keys and space stay", valued, valued),
        Case("quotes, brackets and apostrophes in a string stay", tricky, tricky),
    ]
    private static let valued = #"{ "z" : 1.00, "a":"\u00e9\/ 🙂", "n":12345678901234567890, "z":[ {} , null ] }"#
    private static let tricky = #"{"command":"echo 'it''s' \"}\" ],} // None ```"}"#

    static let filled = [
        Case("a comment behind a member", "{\"a\":1, // \"b\":2\n\"c\":3}", #"{"a":1,  "c":3}"#, [.comment]),
        Case("a comment in stars", #"{/* it's } */"a":1}"#, #"{ "a":1}"#, [.comment]),
        Case("Python's comment", "{\"a\":1 # one\n}", #"{"a":1  }"#, [.comment]),
        Case("a comment that no line's end closes", #"{"a":1 // "b":2}"#, ended: true),
        Case("a comment that is not closed", #"{"a":1 /* "b":2}"#, ended: true),
        Case("signs of comments in a string", #"{'a':'x // y # z'}"#, #"{"a":"x // y # z"}"#, [.singleQuotes]),
        Case("typographic quotes", #"{“a”: “x "y" 'z' “w”}"#, #"{"a": "x \"y\" 'z' “w"}"#, [.singleQuotes]),
        Case("typographic quotes inside each other", "{“a”: “x “y” z”}"),
        Case("a closing quote for an opening one", "{”a”: 1}"),
        Case("a space that does not break", "{\"a\":\u{A0}1,\u{3000}\"b\":2}", #"{"a": 1, "b":2}"#, [.escapedSpace]),
        Case("such a space in a string", "{'a':'\u{A0}'}", "{\"a\":\"\u{A0}\"}", [.singleQuotes]),
        Case("every quote escaped", #"{\"a\": \"b \\\"c\\\"\"}"#, #"{"a": "b \"c\""}"#, [.doubleEncoded]),
        Case("some quotes escaped", #"{\"a": 1}"#),
        Case("escaped and cut", #"{\"a\": 1"#, ended: true),
        Case("literals in capitals", #"{"a":TRUE,"b":NULL}"#, #"{"a":true,"b":null}"#, [.pythonLiteral]),
    ]

    static let marked = [
        Case("a code fence", "```json\n{\"a\":1}\n```", #"{"a":1}"#, [.codeFence, .specialToken]),
        Case("a code fence without a language", "```\n{\"a\":1}\n```\n", #"{"a":1}"#, [.codeFence, .specialToken]),
        Case("a code fence on one line", "```{\"a\":1}```", #"{"a":1}"#, [.codeFence, .specialToken]),
        Case("a code fence that is not closed", "```json\n{\"a\":1}\n", #"{"a":1}"#, [.codeFence]),
        Case("a fence in a string stays", "{'a':'```'}", #"{"a":"```"}"#, [.singleQuotes]),
        Case("ChatML's end token", #"{"a":1}<|im_end|>"#, #"{"a":1}"#, [.specialToken]),
        Case("Llama's end token", #"{"a":1}<|eot_id|>"#, #"{"a":1}"#, [.specialToken]),
        Case("Harmony's call token", #"{"a":1} <|call|>"#, #"{"a":1}"#, [.specialToken]),
        Case("DeepSeek's end token", #"{"a":1}<｜tool▁call▁end｜>"#, #"{"a":1}"#, [.specialToken]),
        Case("Hermes' closing tag", "{\"a\":1}\n</tool_call>", #"{"a":1}"#, [.specialToken]),
        Case("closing tags of a Claude-like format", "{\"a\":1}</parameter>\n</invoke>", #"{"a":1}"#, [.specialToken]),
        Case("a sentence's end token", #"{"a":1}</s>"#, #"{"a":1}"#, [.specialToken]),
        Case("several tokens", "{\"a\":1}</tool_call><|im_end|>\n", #"{"a":1}"#, [.specialToken]),
        Case("a token in a string stays", #"{"a":"<|im_end|>",}"#, #"{"a":"<|im_end|>" }"#, [.trailingComma]),
        Case("a fence closed by a token", "```json\n{\"a\":1}<|im_end|>", #"{"a":1}"#, [.codeFence, .specialToken]),
    ]

    static let spelled = [
        Case("a comma before the end of the object", #"{"a":1,}"#, #"{"a":1 }"#, [.trailingComma]),
        Case("a comma before the end of an array", #"{"a":[1,2,],"b":3}"#, #"{"a":[1,2 ],"b":3}"#, [.trailingComma]),
        Case("a comma, a line break, the end", "{\n \"a\":1,\n}", "{\n \"a\":1 \n}", [.trailingComma]),
        Case("commas at every end", "{\"a\":[{\"b\":1,},],}", "{\"a\":[{\"b\":1 } ] }", [.trailingComma]),
        Case("a comma before a bracket in a string stays", #"{'a':",}"}"#, #"{"a":",}"}"#, [.singleQuotes]),
        Case("single quotes", "{'command': 'ls -la'}", #"{"command": "ls -la"}"#, [.singleQuotes]),
        Case("single quotes around double ones", #"{'c': 'echo "hi"'}"#, #"{"c": "echo \"hi\""}"#, [.singleQuotes]),
        Case("an escaped apostrophe", #"{'c': 'it\'s'}"#, #"{"c": "it's"}"#, [.singleQuotes]),
        Case("an escaped apostrophe in double quotes", #"{"c": "it\'s"}"#, #"{"c": "it's"}"#, [.singleQuotes]),
        Case("escaped double quotes in single ones", #"{'c': 'a\"b'}"#, #"{"c": "a\"b"}"#, [.singleQuotes]),
        Case("Python's mixed quotes", #"{'c': "it's", "d": 'x'}"#, #"{"c": "it's", "d": "x"}"#, [.singleQuotes]),
        Case("brackets in single quotes", "{'c': '}]{['}", #"{"c": "}]{["}"#, [.singleQuotes]),
        Case("backslashes in single quotes", #"{'c': 'a\\'}"#, #"{"c": "a\\"}"#, [.singleQuotes]),
        Case("keys without quotes", #"{command: "ls", $t_1: 2}"#, #"{"command": "ls", "$t_1": 2}"#, [.unquotedKey]),
        Case("a key with a hyphen", "{a-b: 1}", #"{"a-b": 1}"#, [.unquotedKey]),
        Case("a key that is a literal", "{true: 1, null: 2}", #"{"true": 1, "null": 2}"#, [.unquotedKey]),
        Case("Python's True", #"{"a": True}"#, #"{"a": true}"#, [.pythonLiteral]),
        Case("Python's False and None", "{\"a\":False,\"b\":[None]}", #"{"a":false,"b":[null]}"#, [.pythonLiteral]),
        Case("Python's words in strings stay", "{'a': 'True None'}", #"{"a": "True None"}"#, [.singleQuotes]),
        Case(
            "a Python dictionary", "{'a': True, 'b': None, 'c': [1, 'x'],}",
            #"{"a": true, "b": null, "c": [1, "x"] }"#, [.singleQuotes, .pythonLiteral, .trailingComma]),
        Case("a line break in a string", "{\"a\":\"x\ny\"}", #"{"a":"x\ny"}"#, [.controlCharacter]),
        Case("a tab and a carriage return", "{\"a\":\"x\ty\r\n\"}", #"{"a":"x\ty\r\n"}"#, [.controlCharacter]),
        Case("a terminal's escape character", "{\"a\":\"\u{1B}[0m\"}", #"{"a":"\u001b[0m"}"#, [.controlCharacter]),
        Case("a zero byte", "{\"a\":\"\u{0}\"}", #"{"a":"\u0000"}"#, [.controlCharacter]),
        Case("a line break in a key", "{\"a\nb\":1}", #"{"a\nb":1}"#, [.controlCharacter]),
        Case(
            "a line break in single quotes", "{'a':'x\ny'}", #"{"a":"x\ny"}"#, [.singleQuotes, .controlCharacter]),
        Case(
            "Qwen3.5: a written line break between values", #"{"path":"a","range": \n[1, 2]\n\n}"#,
            #"{"path":"a","range":  [1, 2]  }"#, [.escapedSpace]),
    ]

    static let wrapped = [
        Case("the object in a string", #""{\"a\":1}""#, #"{"a":1}"#, [.doubleEncoded]),
        Case("the object in a string in a string", #""\"{\\\"a\\\":1}\"""#, #"{"a":1}"#, [.doubleEncoded]),
        Case("a string with escapes inside", #""{\"a\":\"x\\ny\"}""#, #"{"a":"x\ny"}"#, [.doubleEncoded]),
        Case(
            "a string whose inner line break was escaped once only", #""{\"a\":\"x\ny\"}""#, #"{"a":"x\ny"}"#,
            [.doubleEncoded, .controlCharacter]),
        Case("a Python dictionary in a string", #""{'a': 1}""#, #"{"a": 1}"#, [.doubleEncoded, .singleQuotes]),
        Case("a string in single quotes", #"'{"a":1}'"#, #"{"a":1}"#, [.singleQuotes, .doubleEncoded]),
        Case("a string and a token", #""{\"a\":1}"</tool_call>"#, #"{"a":1}"#, [.specialToken, .doubleEncoded]),
        Case("an array of one object", #"[{"a":1}]"#, #"{"a":1}"#, [.arrayWrapped]),
        Case("an array of one object, with space", "[ {\"a\": 1} ]", #"{"a": 1}"#, [.arrayWrapped]),
        Case("an array and a comma", #"[{"a":1},]"#, #"{"a":1}"#, [.trailingComma, .arrayWrapped]),
        Case("an array in a string", #""[{\"a\":1}]""#, #"{"a":1}"#, [.doubleEncoded, .arrayWrapped]),
        Case(
            "an array in a fence", "```\n[{'a':1}]\n```", #"{"a":1}"#,
            [.codeFence, .singleQuotes, .specialToken, .arrayWrapped]),
    ]

    static let unclosed = [
        Case("one bracket missing", #"{"a":{"b":1}"#, #"{"a":{"b":1}}"#, [.missingBrackets], ended: true),
        Case("all brackets missing", #"{"a":[{"b":"x""#, #"{"a":[{"b":"x"}]}"#, [.missingBrackets], ended: true),
        Case(
            "brackets missing before a token", "{\"a\":1\n</tool_call>", "{\"a\":1\n}",
            [.specialToken, .missingBrackets], ended: true),
        Case(
            "brackets missing before a fence", "```json\n{\"a\":1\n```", "{\"a\":1\n}",
            [.codeFence, .specialToken, .missingBrackets], ended: true),
        Case("the array's bracket missing", #"[{"a":1}"#, #"{"a":1}"#, [.missingBrackets, .arrayWrapped], ended: true),
        Case("an object that has just begun", "{", "{}", [.missingBrackets], ended: true),
        Case("one bracket missing, but the text was cut", #"{"a":{"b":1}"#),
        Case("an array's bracket missing, but the text was cut", #"[{"a":1}"#),
        Case("a number that may go on", #"{"a":{"b":12"#, ended: true),
        Case("a number in a list that may go on", #"{"a":[1,2"#, ended: true),
        Case("a number that is over", "{\"a\":12\n", "{\"a\":12\n}", [.missingBrackets], ended: true),
        Case("a string that is not closed", #"{"command":"rm -rf /"#, ended: true),
        Case("a string in single quotes that is not closed", "{'command':'rm -rf /", ended: true),
        Case("a string that ends in a backslash", #"{"a":"x\"#, ended: true),
        Case("a string that ends in half an escape", #"{"a":"\u00"#, ended: true),
        Case("a comma and then nothing", #"{"a":1,"#, ended: true),
        Case("a comma in an array and then nothing", #"{"a":[1,"#, ended: true),
        Case("a key and then nothing", #"{"a":1,"b""#, ended: true),
        Case("a colon and then nothing", #"{"a":"#, ended: true),
        Case("half a literal", #"{"a":tru"#, ended: true),
        Case("half a number", #"{"a":1."#, ended: true),
        Case("a token in the place of a value", #"{"a":</tool_call>"#, ended: true),
        Case("half an object in a string", #""{\"a\":1""#, ended: true),
        Case("an object in quotes that were not escaped", #""{"a":1}""#, ended: true),
    ]

    static let hopeless = [
        Case("nothing", "", ended: true),
        Case("words", "ls -la", ended: true),
        Case("a number", "42", ended: true),
        Case("a literal", "true", ended: true),
        Case("an empty array", "[]", ended: true),
        Case("an array of two objects", "[{},{}]", ended: true),
        Case("an array of text", #"["a"]"#, ended: true),
        Case("an array of an array", #"[[{"a":1}]]"#, ended: true),
        Case("text in a string", #""ls""#, ended: true),
        Case("a blank string", #""""#, ended: true),
        Case("brackets that do not match", #"{"a":[1}"#, ended: true),
        Case("a bracket too many", #"{'a':1}}"#, ended: true),
        Case("two objects", "{'a':1}{'b':2}", ended: true),
        Case("text after the object", "{'a':1} and more", ended: true),
        Case("text after the fence", "```\n{}\n```\nDone.", ended: true),
        Case("text before the object", #"Arguments: {"a":1}"#, ended: true),
        Case("a value without quotes", "{a: ls}", ended: true),
        Case("an apostrophe in single quotes", "{'a':'it's'}", ended: true),
        Case("quotes that were not escaped", #"{"a":"say "hi""}"#, ended: true),
        Case("a comma missing", #"{"a":1 "b":2}"#, ended: true),
        Case("a colon missing", #"{"a" 1}"#, ended: true),
        Case("two commas", #"{"a":1,,"b":2}"#, ended: true),
        Case("a comma first", #"{,"a":1}"#, ended: true),
        Case("an escape that JSON does not know", #"{"path":"C:\Users"}"#, ended: true),
        Case("a number that JSON does not know", #"{"a":+5}"#, ended: true),
        Case("a number with a zero first", #"{"a":05}"#, ended: true),
        Case("JavaScript's undefined", #"{"a":undefined}"#, ended: true),
        Case("not a number", #"{"a":NaN}"#, ended: true),
        Case("an opening tag after the object", "{'a':1}<tool_call>", ended: true),
        Case("a key that is a number", "{1: 2}", ended: true),
    ]
}

extension ArgumentRepairCases.Case: CustomStringConvertible {
    var description: String { symptom }
}
