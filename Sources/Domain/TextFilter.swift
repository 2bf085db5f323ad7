/// Takes out of a text what must not be kept; nil leaves the whole text out. It is told the field that the text was
/// read from.
public typealias TextFilter = @Sendable (_ text: String, _ field: FieldPath) -> String?
