extension SchemaLowering {
    /// Tells whether a schema is already in the form that Ollama takes and keeps, so that it can leave byte for byte.
    struct Subset {
        /// How many more members and elements may be looked at; below 0 the answer is always no.
        var steps: Int

        /// For the outermost schema, of which Ollama keeps less: `anyOf` and `enum` would be lost there.
        mutating func holds(parameters schema: JSONValue) -> Bool {
            var isObject = false
            var hasProperties = false
            for (key, value) in schema.members {
                switch SchemaKeyword(key) {
                case .type:
                    guard value.isString("object") else { return false }
                    isObject = true
                case .properties:
                    guard keeps(.properties, value, room: depthLimit) else { return false }
                    hasProperties = true
                case .description: guard value.kind == .string else { return false }
                case .required: guard isStrings(value) else { return false }
                default: return false
                }
            }
            return isObject && hasProperties
        }

        /// - Parameter room: how many levels of schemas may lie below this one.
        mutating func holds(_ schema: JSONValue, room: Int) -> Bool {
            guard schema.kind == .object else { return false }
            for (key, value) in schema.members {
                guard let keyword = SchemaKeyword(key), keeps(keyword, value, room: room) else { return false }
            }
            return true
        }

        private mutating func keeps(_ keyword: SchemaKeyword, _ value: JSONValue, room: Int) -> Bool {
            guard spend() else { return false }
            switch keyword {
            case .description: return value.kind == .string
            case .type:
                return JSONTypes(named: value) != .all
                    || isStrings(value) && !value.elements.isEmpty && value.elements.allSatisfy { JSONTypes(named: $0) != .all }
            case .required: return isStrings(value)
            case .enum: return value.kind == .array && isRepresentable(value)
            case .items: return room > 0 && holds(value, room: room - 1)
            case .anyOf: return value.kind == .array && room > 0 && value.elements.allSatisfy { spend() && holds($0, room: room - 1) }
            case .properties:
                guard value.kind == .object, room > 0 else { return false }
                for (_, schema) in value.members { guard spend(), holds(schema, room: room - 1) else { return false } }
                return true
            default: return false
            }
        }

        /// False when a number in the value is too large for a double: Go refuses to decode it (`enum` holds any value).
        mutating func isRepresentable(_ value: JSONValue) -> Bool {
            guard spend() else { return false }
            switch value.kind {
            // Hundreds of digits may lead beyond a double, too.
            case .number: return value.rawRange.count < 300 && value.isOfDigits || value.double != nil
            case .array: return value.elements.allSatisfy { isRepresentable($0) }
            case .object: return value.members.allSatisfy { isRepresentable($0.value) }
            default: return true
            }
        }

        private mutating func isStrings(_ value: JSONValue) -> Bool {
            value.kind == .array && value.elements.allSatisfy { spend() && $0.kind == .string }
        }

        private mutating func spend() -> Bool {
            steps -= 1
            return steps >= 0
        }
    }
}
