/// The value of the field Date, made once a second.
@EventLoop enum HTTPDate {
    private static var cached: (second: Int, text: String) = (0, "")

    static var now: String {
        let second = ReplyIdentity.secondsNow
        if second != cached.second { cached = (second, InternetTime.httpDate(second)) }
        return cached.text
    }
}
