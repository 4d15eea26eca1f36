/// Calls between tags, as Hermes, Qwen, GLM, MiniMax and their kin write them.
enum RecoveryTagCases {
    static let all = hermes + glm + qwenCoder + invoke

    static let hermes: [RecoveryCase] = [
        RecoveryCase(
            "Qwen prints its call as text",
            #"<tool_call>\#n{"name": "Bash", "arguments": {"command": "ls"}}\#n</tool_call>"#,
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "A sentence comes before the call",
            "Let me look.\n\n<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\"ls\"}}</tool_call>",
            .text("Let me look.\n\n"), .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "The closing tag is missing at the end", #"<tool_call>{"name":"Bash","arguments":{"command":"ls"}}"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "The closing tag is missing before the next call",
            #"<tool_call>{"name":"Bash","arguments":{"command":"a"}}\#n<tool_call>{"name":"Bash","arguments":{"command":"b"}}</tool_call>"#,
            .call("Bash", #"{"command":"a"}"#), .call("Bash", #"{"command":"b"}"#)),
        RecoveryCase(
            "Two calls in one block",
            #"<tool_call>{"name":"Bash","arguments":{"command":"a"}}\#n{"name":"get_time","arguments":{}}</tool_call>"#,
            .call("Bash", #"{"command":"a"}"#), .call("get_time", "{}")),
        RecoveryCase(
            "An array of calls in one block",
            #"<tool_call>[{"name":"Bash","arguments":{"command":"a"}}, {"name":"get_time","arguments":{}}]</tool_call>"#,
            .call("Bash", #"{"command":"a"}"#), .call("get_time", "{}")),
        RecoveryCase(
            "Two blocks with line breaks between them",
            "<tool_call>{\"name\":\"get_time\",\"arguments\":{}}</tool_call>\n\n<tool_call>{\"name\":\"get_time\",\"arguments\":{}}</tool_call>\n",
            .call("get_time", "{}"), .call("get_time", "{}")),
        RecoveryCase(
            "Text goes on behind the call", #"<tool_call>{"name":"get_time","arguments":{}}</tool_call>\#nDone."#,
            .call("get_time", "{}"), .text("Done.")),
        RecoveryCase(
            "The arguments come before the name",
            #"<tool_call>{"arguments":{"command":"ls"},"name":"Bash"}</tool_call>"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "The arguments are called parameters",
            #"<tool_call>{"name":"Bash","parameters":{"command":"ls"}}</tool_call>"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "The arguments are left out", #"<tool_call>{"name":"get_time"}</tool_call>"#, .call("get_time", "{}")),
        RecoveryCase(
            "The arguments are null", #"<tool_call>{"name":"get_time","arguments":null}</tool_call>"#,
            .call("get_time", "{}")),
        RecoveryCase(
            "The arguments are encoded twice, which the gatherer repairs",
            #"<tool_call>{"name":"Bash","arguments":"{\"command\":\"ls\"}"}</tool_call>"#,
            .call("Bash", #""{\"command\":\"ls\"}""#)),
        RecoveryCase(
            "The call has OpenAI's form",
            #"<tool_call>{"id":"c1","type":"function","function":{"name":"Bash","arguments":{"command":"ls"}}}</tool_call>"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "The outer bracket is missing", #"<tool_call>{"name":"Bash","arguments":{"command":"ls"}</tool_call>"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Both brackets are missing, which the gatherer repairs",
            #"<tool_call>{"name":"Bash","arguments":{"command":"ls"</tool_call>"#, .call("Bash", #"{"command":"ls""#)),
        RecoveryCase(
            "One bracket too many", #"<tool_call>{"name":"Bash","arguments":{"command":"ls"}}}</tool_call>"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Single quotes as in Python",
            "<tool_call>{'name': 'Bash', 'arguments': {'command': 'a } b', 'background': True}}</tool_call>",
            .call("Bash", "{'command': 'a } b', 'background': True}")),
        RecoveryCase(
            "Keys without quotes", #"<tool_call>{name: "Bash", arguments: {command: "ls"}}</tool_call>"#,
            .call("Bash", #"{command: "ls"}"#)),
        RecoveryCase(
            "A trailing comma", #"<tool_call>{"name":"Bash","arguments":{"command":"ls",},}</tool_call>"#,
            .call("Bash", #"{"command":"ls",}"#)),
        RecoveryCase(
            "A raw line break in a string",
            "<tool_call>{\"name\":\"Bash\",\"arguments\":{\"command\":\"a\nb\"}}</tool_call>",
            .call("Bash", "{\"command\":\"a\nb\"}")),
        RecoveryCase(
            "The closing tag inside a string is the string's",
            #"<tool_call>{"name":"Write","arguments":{"path":"a","content":"</tool_call><tool_call>"}}</tool_call>"#,
            .call("Write", #"{"path":"a","content":"</tool_call><tool_call>"}"#)),
        RecoveryCase(
            "An escaped quote before a bracket",
            #"<tool_call>{"name":"Bash","arguments":{"command":"echo \"}\\"}}</tool_call>"#,
            .call("Bash", #"{"command":"echo \"}\\"}"#)),
        RecoveryCase(
            "The name in lower case and with a prefix",
            #"<tool_call>{"name":"functions.bash","arguments":{"command":"ls"}}</tool_call>"#,
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Unknown members beside the call",
            #"<tool_call>{"thought":"hm","confidence":0.9,"name":"get_time","arguments":{}}</tool_call>"#,
            .call("get_time", "{}")),
        RecoveryCase(
            "Characters of many bytes in the arguments",
            #"<tool_call>{"name":"Bash","arguments":{"command":"echo 你好 🙂 é"}}</tool_call>"#,
            .call("Bash", #"{"command":"echo 你好 🙂 é"}"#)),
        RecoveryCase(
            text: "A declared argument beside the arguments",
            #"<tool_call>{"name":"Write","arguments":{"path":"a"},"content":"b"}</tool_call>"#),
        RecoveryCase(
            text: "A declared argument before the arguments",
            #"<tool_call>{"command":"ls","name":"Bash","arguments":{"timeout":5}}</tool_call>"#),
        RecoveryCase(
            text: "A declared argument beside the object that holds name and arguments",
            #"<tool_call>{"function":{"name":"Bash","arguments":{"command":"ls"}},"timeout":5}</tool_call>"#),
        RecoveryCase(
            text: "A declared argument beside the arguments holds another call",
            #"<tool_call>{"name":"Write","arguments":{"path":"a"},"content":"<function=get_time></function>"}</tool_call>"#
        ),
        RecoveryCase(
            text: "Arguments and parameters that differ",
            #"<tool_call>{"name":"Bash","arguments":{"command":"a"},"parameters":{"command":"b"}}</tool_call>"#),
        RecoveryCase(
            "Arguments that are empty before the parameters",
            #"<tool_call>{"name":"Bash","arguments":{},"parameters":{"command":"b"}}</tool_call>"#,
            .call("Bash", #"{"command":"b"}"#)),
        RecoveryCase(
            "The arguments stand beside the name",
            #"<tool_call>{"name":"Bash","command":"ls","timeout":5, "background": true}</tool_call>"#,
            .call("Bash", #"{"command":"ls","timeout":5,"background":true}"#)),
        RecoveryCase(
            "The arguments stand beside the name, in OpenAI's form",
            #"<tool_call>{"type":"function","function":{"name":"Write","path":"a","content":"{"}}</tool_call>"#,
            .call("Write", #"{"path":"a","content":"{"}"#)),
        RecoveryCase(
            text: "Beside the name stands what is not declared",
            #"<tool_call>{"name":"Bash","command":"ls","cwd":"/"}</tool_call>"#),
        RecoveryCase(
            text: "The arguments have a name that is not known",
            #"<tool_call>{"name":"Bash","input":{"command":"ls"}}</tool_call>"#),
        RecoveryCase(
            text: "The arguments stand beside the name and the last is cut",
            #"<tool_call>{"name":"TodoWrite","todos":[1, 2</tool_call>"#),
        RecoveryCase(
            text: "The arguments closed too early in the object",
            #"<tool_call>{"name":"Bash","arguments":{"command":"a"}}, "timeout": 5}</tool_call>"#),
        RecoveryCase(
            text: "A word and a colon behind a bracket in a value",
            #"<tool_call>{"name":"Bash","arguments":{"command":"tee "}/tmp: x"}}</tool_call>"#),
        RecoveryCase(
            text: "The same with a blank",
            #"<tool_call>{"name":"Bash","arguments":{"command":"tee "} && cd x: y"}}</tool_call>"#),
        RecoveryCase(
            text: "The same behind a comma",
            #"<tool_call>{"name":"Bash","arguments":{"command":"tee "}, x:1"}}</tool_call>"#),
        RecoveryCase(
            text: "A word like a key",
            #"<tool_call>{"name":"Bash","arguments":{"command":"tee "}fix: x"}}</tool_call>"#),
        RecoveryCase(
            text: "A word and a colon behind a bracket in Mistral's list",
            #"[TOOL_CALLS][{"name":"Bash","arguments":{"command":"tee "}/tmp: x"}}]"#),
        RecoveryCase(
            text: "A quote that is not escaped before a bracket in the object",
            #"<tool_call>{"name":"Bash","arguments":{"command":"printf "}" > a"}}</tool_call>"#),
        RecoveryCase(
            "MiniMax-M1 wraps its lines in tool_calls",
            "<tool_calls>\n{\"name\":\"get_time\",\"arguments\":{}}\n{\"name\":\"Read\",\"arguments\":{\"path\":\"a\"}}\n</tool_calls>",
            .call("get_time", "{}"), .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "White space before and behind the only call",
            "\n\n<tool_call>{\"name\":\"get_time\",\"arguments\":{}}</tool_call>\n\n", .call("get_time", "{}")),
        RecoveryCase(
            "The opening tag comes twice",
            #"<tool_call>\#n<tool_call>{"name":"get_time","arguments":{}}</tool_call>"#,
            .text("<tool_call>\n"), .call("get_time", "{}")),
        RecoveryCase(
            "A tag is mentioned before the call",
            #"I use <tool_call> now: <tool_call>{"name":"get_time","arguments":{}}</tool_call>"#,
            .text("I use <tool_call> now: "), .call("get_time", "{}")),
    ]

    static let glm: [RecoveryCase] = [
        RecoveryCase(
            "GLM prints its call as text",
            "<tool_call>Bash\n<arg_key>command</arg_key>\n<arg_value>ls -la</arg_value>\n</tool_call>",
            .call("Bash", #"{"command":"ls -la"}"#)),
        RecoveryCase(
            "GLM on one line with spaces between its tags",
            "Let me search: <tool_call>Read <arg_key>path</arg_key> <arg_value>backend</arg_value> </tool_call>",
            .text("Let me search: "), .call("Read", #"{"path":"backend"}"#)),
        RecoveryCase("GLM without arguments", "<tool_call>get_time</tool_call>", .call("get_time", "{}")),
        RecoveryCase("GLM without arguments and closing tag", "<tool_call>get_time\n", .call("get_time", "{}")),
        RecoveryCase(
            "GLM markup in the name", "<tool_call>get_time</arg_value></tool_call>", .call("get_time", "{}")),
        RecoveryCase(
            "GLM markup in the name and nothing behind it", "<tool_call>get_time</arg_value>", .call("get_time", "{}")),
        RecoveryCase(
            "GLM repeats the closing tag of a key",
            "<tool_call>Read<arg_key>path</arg_key></arg_key><arg_value>/x</arg_value></tool_call>",
            .call("Read", #"{"path":"/x"}"#)),
        RecoveryCase(
            "GLM repeats the opening tag of a key",
            "<tool_call>Read<arg_key><arg_key>path</arg_key><arg_value>/x</arg_value></tool_call>",
            .call("Read", #"{"path":"/x"}"#)),
        RecoveryCase(
            "GLM leaves out the first opening tag of a key",
            "<tool_call>Bashcommand</arg_key><arg_value>echo test</arg_value></tool_call>",
            .call("Bash", #"{"command":"echo test"}"#)),
        RecoveryCase(
            "GLM writes a space for the opening tag of a key",
            "<tool_call>Bash command</arg_key><arg_value>ls</arg_value></tool_call>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "GLM opens a call where a key should open",
            "<tool_call>Bash<tool_call>command</arg_key><arg_value>ls</arg_value></tool_call>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "GLM leaves out the last closing tag",
            "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls</arg_value>", .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            text: "GLM without its closing tag and without a required argument",
            "<tool_call>Write<arg_key>path</arg_key><arg_value>a</arg_value>"),
        RecoveryCase(
            "GLM writes one JSON object", "<tool_call>Bash\n{\"command\": \"ls\"}\n</tool_call>",
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "GLM values are typed by the schema",
            "<tool_call>Bash<arg_key>command</arg_key><arg_value>5</arg_value><arg_key>timeout</arg_key><arg_value>30</arg_value>"
                + "<arg_key>background</arg_key><arg_value>true</arg_value></tool_call>",
            .call("Bash", #"{"command":"5","timeout":30,"background":true}"#)),
        RecoveryCase(
            "GLM writes a list as JSON",
            "<tool_call>TodoWrite<arg_key>todos</arg_key><arg_value>[{\"a\": 1}]</arg_value></tool_call>",
            .call("TodoWrite", #"{"todos":[{"a": 1}]}"#)),
        RecoveryCase(
            "GLM writes a value that is no JSON where a number is meant",
            "<tool_call>Bash<arg_key>command</arg_key><arg_value>a</arg_value><arg_key>timeout</arg_key><arg_value>soon</arg_value></tool_call>",
            .call("Bash", #"{"command":"a","timeout":"soon"}"#)),
        RecoveryCase(
            "GLM writes quotes, backslashes and line breaks raw",
            "<tool_call>Write<arg_key>path</arg_key><arg_value>a</arg_value><arg_key>content</arg_key><arg_value>\"x\\\"\n\t</arg_value></tool_call>",
            .call("Write", #"{"path":"a","content":"\"x\\\"\n\t"}"#)),
        RecoveryCase(
            "GLM writes about its own tags",
            "<tool_call>Write<arg_key>path</arg_key><arg_value>a</arg_value><arg_key>content</arg_key>"
                + "<arg_value>a </tool_call> b </arg_value> c</arg_value></tool_call>",
            .call("Write", #"{"path":"a","content":"a </tool_call> b </arg_value> c"}"#)),
        RecoveryCase(
            "GLM leaves out the closing tag of a value",
            "<tool_call>Write<arg_key>path</arg_key><arg_value>a.md\n<arg_key>content</arg_key><arg_value>b</arg_value></tool_call>",
            .call("Write", #"{"path":"a.md","content":"b"}"#)),
        RecoveryCase(
            "GLM leaves out the closing tag of the last value",
            "<tool_call>Write<arg_key>path</arg_key><arg_value>a</arg_value><arg_key>content</arg_key><arg_value>b</tool_call>\n",
            .call("Write", #"{"path":"a","content":"b"}"#)),
        RecoveryCase(
            withheld: "GLM is cut off behind a value without its closing tag",
            "<tool_call>Bash<arg_key>command</arg_key><arg_value>ls</tool_call>"),
        RecoveryCase(
            "GLM leaves out the opening tag of a value",
            "<tool_call>Write<arg_key>path</arg_key>a</arg_value>\n<arg_key>content</arg_key> b</arg_value></tool_call>",
            .call("Write", #"{"path":"a","content":"b"}"#)),
        RecoveryCase(
            "GLM writes about keys that are not declared, or were given",
            "<tool_call>Write<arg_key>path</arg_key><arg_value>a</arg_value><arg_key>content</arg_key>"
                + "<arg_value><arg_key>zone</arg_key> <arg_key>path</arg_key> <arg_key>content</arg_key></arg_value></tool_call>",
            .call(
                "Write",
                #"{"path":"a","content":"<arg_key>zone</arg_key> <arg_key>path</arg_key> <arg_key>content</arg_key>"}"#)
        ),
        RecoveryCase(
            text: "GLM's object closes too early", #"<tool_call>Bash{"command":"a"}, "timeout": 5}</tool_call>"#),
        RecoveryCase(
            "GLM ends with a name on its own line", "Now:\n<tool_call>get_time", .text("Now:\n"),
            .call("get_time", "{}")),
        RecoveryCase(
            "GLM ends with a name on a line behind the tag", "Now: <tool_call>\nget_time", .text("Now: "),
            .call("get_time", "{}")),
        RecoveryCase(
            "GLM names an argument that is not declared",
            "<tool_call>get_time<arg_key>zone</arg_key><arg_value>CET</arg_value><arg_key>n</arg_key><arg_value>1</arg_value></tool_call>",
            .call("get_time", #"{"zone":"CET","n":1}"#)),
    ]

    static let qwenCoder: [RecoveryCase] = [
        RecoveryCase(
            "Qwen3-Coder prints its call as text",
            "<tool_call>\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Qwen3-Coder leaves out the opening tag",
            "I'll use Bash.\n\n<function=Bash>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>",
            .text("I'll use Bash.\n\n"), .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Qwen3-Coder leaves out both tags", "<function=Bash><parameter=command>ls</parameter></function>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Qwen3-Coder goes on talking", "<function=get_time></function>\nThere.", .call("get_time", "{}"),
            .text("There.")),
        RecoveryCase(
            "Qwen3-Coder keeps the line breaks inside a value",
            "<function=Write><parameter=path>\na\n</parameter><parameter=content>\n\n x\n\n</parameter></function>",
            .call("Write", #"{"path":"a","content":"\n x\n"}"#)),
        RecoveryCase(
            "Qwen3-Coder leaves out a parameter's closing tag",
            "<tool_call><function=Bash>\n<parameter=command>\nls\n<parameter=timeout>\n5\n</parameter>\n</function></tool_call>",
            .call("Bash", #"{"command":"ls","timeout":5}"#)),
        RecoveryCase(
            "Qwen3-Coder writes about a parameter that was given",
            "<function=Write><parameter=path>a</parameter><parameter=content><parameter=path> <parameter=content></parameter></function>",
            .call("Write", #"{"path":"a","content":"<parameter=path> <parameter=content>"}"#)),
        RecoveryCase(
            "Qwen3-Coder leaves out the last parameter's closing tag",
            "<tool_call><function=Bash>\n<parameter=command>\nls\n</function>\n</tool_call>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Qwen3-Coder leaves out the function's closing tag",
            "<tool_call><function=Bash><parameter=command>ls</parameter></tool_call>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Qwen3-Coder stops behind the last parameter",
            "<function=Bash><parameter=command>ls</parameter>", .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Qwen3-Coder writes two functions in one block",
            "<tool_call><function=get_time></function><function=Bash><parameter=command>a</parameter></function></tool_call>",
            .call("get_time", "{}"), .call("Bash", #"{"command":"a"}"#)),
        RecoveryCase(
            "Llama 3.1 writes JSON in a function tag", #"<function=Bash>{"command": "ls"}</function>"#,
            .call("Bash", #"{"command": "ls"}"#)),
        RecoveryCase(
            "Qwen3-Coder writes a list and Python's words",
            "<function=TodoWrite><parameter=todos>\n[\n  1\n]\n</parameter><parameter=note>\nNone\n</parameter></function>",
            .call("TodoWrite", "{\"todos\":[\n  1\n],\"note\":null}")),
        RecoveryCase(
            "Qwen3-Coder writes True for a Boolean",
            "<function=Bash><parameter=command>a</parameter><parameter=background>True</parameter></function>",
            .call("Bash", #"{"command":"a","background":true}"#)),
        RecoveryCase(
            "A property of several types takes the one that fits",
            "<function=set><parameter=value>[1]</parameter><parameter=level>1</parameter><parameter=any>7</parameter></function>",
            .call("set", #"{"value":[1],"level":"1","any":7}"#)),
        RecoveryCase(
            "A property that may be a string is one when nothing else fits",
            "<function=set><parameter=value>{\"a\":1}</parameter></function>", .call("set", #"{"value":"{\"a\":1}"}"#)),
        RecoveryCase(
            "Qwen3-Coder writes about its own tags",
            "<function=Write><parameter=path>a</parameter><parameter=content>\n</parameter> and <parameter=x>\n</parameter></function>",
            .call("Write", #"{"path":"a","content":"</parameter> and <parameter=x>"}"#)),
        RecoveryCase(
            text: "A repeated parameter may be a part of the value before it",
            "<function=Bash><parameter=command>a</parameter><parameter=command>b</parameter></function>"),
    ]

    static let invoke: [RecoveryCase] = [
        RecoveryCase(
            "MiniMax prints its call as text",
            "<minimax:tool_call>\n  <invoke name=\"Bash\">\n    <parameter name=\"command\">ls</parameter>\n  </invoke>\n</minimax:tool_call>",
            .call("Bash", #"{"command":"ls"}"#)),
        RecoveryCase(
            "Two invocations in one wrapper",
            "<function_calls><invoke name=\"get_time\"></invoke>\n<invoke name=\"Read\"><parameter name=\"path\">a</parameter></invoke></function_calls>",
            .call("get_time", "{}"), .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "An invocation without a wrapper",
            "Now:\n<invoke name=\"Read\"><parameter name=\"path\">a</parameter></invoke>", .text("Now:\n"),
            .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "Only the wrapper's closing tag",
            "<invoke name=\"Read\"><parameter name=\"path\">a</parameter></invoke>\n</minimax:tool_call>",
            .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "The wrapper's closing tag is missing",
            "<function_calls><invoke name=\"Read\"><parameter name=\"path\">a</parameter></invoke>",
            .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "The wrapper is that of another model",
            "<tool_call><invoke name=\"Read\"><parameter name=\"path\">a</parameter></invoke></tool_call>",
            .call("Read", #"{"path":"a"}"#)),
        RecoveryCase(
            "A last line break of a value is the value's",
            "<invoke name=\"Write\"><parameter name=\"path\">a</parameter><parameter name=\"content\">x\n</parameter></invoke>",
            .call("Write", #"{"path":"a","content":"x\n"}"#)),
        RecoveryCase(
            "Values in lines of their own",
            "<invoke name=\"Bash\">\n<parameter name=\"command\">\nls\n</parameter>\n<parameter name=\"timeout\">\n5\n</parameter>\n</invoke>",
            .call("Bash", #"{"command":"ls","timeout":5}"#)),
        RecoveryCase(
            "An invocation leaves out the closing tag of a value",
            "<invoke name=\"Write\"><parameter name=\"path\">a\n<parameter name=\"content\">b</parameter></invoke>",
            .call("Write", #"{"path":"a","content":"b"}"#)),
        RecoveryCase(
            "An invocation writes about parameters that are not declared, or were given",
            "<invoke name=\"Write\"><parameter name=\"path\">a</parameter><parameter name=\"content\">"
                + "<parameter name=\"zone\"><parameter name=\"path\"></parameter></invoke>",
            .call("Write", #"{"path":"a","content":"<parameter name=\"zone\"><parameter name=\"path\">"}"#)),
        RecoveryCase(
            "DeepSeek-V3.2 leaves out the closing tag of a value",
            "<｜DSML｜function_calls><｜DSML｜invoke name=\"Write\"><｜DSML｜parameter name=\"path\" string=\"true\">a"
                + "<｜DSML｜parameter name=\"content\" string=\"true\">b</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜function_calls>",
            .call("Write", #"{"path":"a","content":"b"}"#)),
        RecoveryCase(
            "A value that holds the tags of XML",
            "<invoke name=\"Write\"><parameter name=\"path\">a.xml</parameter><parameter name=\"content\"><parameter>1</parameter>\n<b/></parameter></invoke>",
            .call("Write", #"{"path":"a.xml","content":"<parameter>1</parameter>\n<b/>"}"#)),
        RecoveryCase(
            "DeepSeek-V3.2 prints its call as text",
            "<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"set\">\n<｜DSML｜parameter name=\"any\" string=\"true\">5</｜DSML｜parameter>\n"
                + "<｜DSML｜parameter name=\"level\" string=\"false\">5</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>",
            .call("set", #"{"any":"5","level":"5"}"#)),
        RecoveryCase(
            "DeepSeek-V4 has another wrapper",
            "杭州\n<｜DSML｜tool_calls><｜DSML｜invoke name=\"Bash\"><｜DSML｜parameter name=\"command\" string=\"true\">杭州</｜DSML｜parameter></｜DSML｜invoke></｜DSML｜tool_calls>",
            .text("杭州\n"), .call("Bash", #"{"command":"杭州"}"#)),
    ]
}
