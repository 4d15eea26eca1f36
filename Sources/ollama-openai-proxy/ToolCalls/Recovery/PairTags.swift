/// The tags of `PairCalls` as one kind of model writes them.
struct PairTags: Sendable {
    var wrappers: [StaticString] = []
    var wrapperEnds: [StaticString] = []
    var needsWrapper = false
    /// What stands around each call inside the wrapper.
    var before: [StaticString] = []
    var after: [StaticString] = []
    let invoke: StaticString
    var nameEnd: StaticString = "\">"
    let invokeEnd: StaticString
    let parameter: StaticString
    /// Attributes may follow it, unless it ends the tag.
    var keyEnd: StaticString = "\""
    let parameterEnd: StaticString
    /// What may follow a value, besides another one and what ends a call.
    var sequels: [StaticString] = []
    /// The template puts a line break on both sides of a value. A value's closing tag may be missing before the call's.
    var isLoose = false
    /// A call's closing tags are needed, all parameters declared and none twice; values may be XML's CDATA.
    var isStrict = false

    var openings: [StaticString] { needsWrapper ? wrappers : wrappers + [invoke] }

    static let all: [PairTags] = [
        // Claude's old form, MiniMax-M2.
        PairTags(
            wrappers: ["<function_calls>", "<minimax:tool_call>", "<tool_calls>", "<tool_call>"],
            wrapperEnds: ["</function_calls>", "</minimax:tool_call>", "</tool_calls>", "</tool_call>"], invoke: "<invoke name=\"",
            invokeEnd: "</invoke>", parameter: "<parameter name=\"", parameterEnd: "</parameter>"),
        // Qwen3-Coder and 3.5, Nemotron 3, Step 3.5, MiMo; Seed-OSS.
        PairTags(
            wrappers: ["<tool_call>"], wrapperEnds: ["</tool_call>"], invoke: "<function=", nameEnd: ">", invokeEnd: "</function>",
            parameter: "<parameter=", keyEnd: ">", parameterEnd: "</parameter>", isLoose: true),
        PairTags(
            wrappers: ["<seed:tool_call>"], wrapperEnds: ["</seed:tool_call>"], needsWrapper: true, invoke: "<function=", nameEnd: ">",
            invokeEnd: "</function>", parameter: "<parameter=", keyEnd: ">", parameterEnd: "</parameter>"),
        // DeepSeek V3.2 and V4; V4.1; with ASCII bars. They say with `string="true"` that a value is text.
        PairTags(
            wrappers: ["<｜DSML｜function_calls>", "<｜DSML｜tool_calls>"],
            wrapperEnds: ["</｜DSML｜function_calls>", "</｜DSML｜tool_calls>"], invoke: "<｜DSML｜invoke name=\"",
            invokeEnd: "</｜DSML｜invoke>", parameter: "<｜DSML｜parameter name=\"", parameterEnd: "</｜DSML｜parameter>"),
        PairTags(
            wrappers: ["<｜DSML｜ calls>"], wrapperEnds: ["</｜DSML｜ calls>"], invoke: "<｜DSML｜ invoke name=\"",
            invokeEnd: "</｜DSML｜ invoke>", parameter: "<｜DSML｜ parameter name=\"", parameterEnd: "</｜DSML｜ parameter>"),
        PairTags(
            wrappers: ["<|DSML|function_calls>", "<|DSML|tool_calls>"],
            wrapperEnds: ["</|DSML|function_calls>", "</|DSML|tool_calls>"], invoke: "<|DSML|invoke name=\"",
            invokeEnd: "</|DSML|invoke>", parameter: "<|DSML|parameter name=\"", parameterEnd: "</|DSML|parameter>"),
        // Step 3: its chat template.
        PairTags(
            wrappers: ["<｜tool_calls_begin｜>"], wrapperEnds: ["<｜tool_calls_end｜>"], needsWrapper: true,
            before: ["<｜tool_call_begin｜>", "function", "<｜tool_sep｜>"], after: ["<｜tool_call_end｜>"],
            invoke: "<steptml:invoke name=\"", invokeEnd: "</steptml:invoke>", parameter: "<steptml:parameter name=\"",
            parameterEnd: "</steptml:parameter>"),
        // MiniCPM 5, and its tokenizer's space as servers leave it or lose it: vLLM's parser.
        PairTags(
            invoke: "<function name=\"", invokeEnd: "</function>", parameter: "<param name=\"", parameterEnd: "</param>", isStrict: true
        ),
        PairTags(
            invoke: "<functionĠname=\"", invokeEnd: "</function>", parameter: "<paramĠname=\"", parameterEnd: "</param>", isStrict: true
        ),
        PairTags(
            invoke: "<functionname=\"", invokeEnd: "</function>", parameter: "<paramname=\"", parameterEnd: "</param>", isStrict: true),
    ]
}
