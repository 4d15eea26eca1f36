/// The unit tests' laws of random input: an input chooses the law and is its seed; one of digits chooses a long law.
extension RandomLaws {
    static func check(_ bytes: [UInt8]) {
        var choices = Choices(bytes)
        let number = Int(String(decoding: bytes, as: UTF8.self)) ?? -1
        let law = long.indices.contains(number) ? long[number] : all[choices.next(below: all.count)]
        let broken = law.broken(UInt64(choices.next(below: .max)))
        hold("a law of the unit tests", broken == nil, "\(law): \(broken ?? "")")
    }
}
