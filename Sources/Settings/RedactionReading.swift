import Domain
import Expressions
import Redaction

extension ConfigurationReading {
  /// `off`, or a list of redactions.
  mutating func redaction(_ section: inout SectionReader) -> RedactionPolicy {
    var policy = RedactionPolicy()
    guard let element = section.element("redact") else { return policy }
    if case .scalar("off", _) = element.content {
      policy.masksStandardPatterns = false
      return policy
    }
    guard case .sequence(let elements) = element.content else {
      problems.error(element.position, "'redact' is \(Scalars.shown(element))", expected: "off, or a list, […]")
      return policy
    }
    policy.rules = elements.compactMap { rule($0) }
    return policy
  }

  private mutating func rule(_ element: Element) -> RedactionRule? {
    guard var section = SectionReader(element, ConfigurationSchema.redaction, &problems) else { return nil }
    let field = section.field("field", lines, &problems)
    let pattern = section.element("pattern")
    let target = pattern.flatMap { known($0) } ?? field.map(RedactionRule.Target.field)
    let actions = RedactionAction.allCases.map(\.rawValue)
    let action = section.requiredChoice("action", actions, &problems).flatMap(RedactionAction.init(rawValue:))
    if pattern != nil, section.element("field") != nil {
      problems.error(section.position, "a redaction has both 'field' and 'pattern'", expected: "one of them")
    } else if pattern == nil, section.element("field") == nil {
      problems.error(section.position, "a redaction has neither 'field' nor 'pattern'", expected: "one of them")
    }
    section.finish(&problems)
    guard let target, let action else { return nil }
    return RedactionRule(target, action)
  }

  private mutating func known(_ element: Element) -> RedactionRule.Target? {
    guard let text = Scalars.text(element, "'pattern'", &problems) else { return nil }
    guard text.hasPrefix("/"), text.count > 1 else {
      let names = SensitivePattern.allCases.map(\.rawValue)
      return Scalars.choice(element, "'pattern'", names + ["/…/"], &problems)
        .flatMap(SensitivePattern.init(rawValue:)).map { .pattern($0) }
    }
    guard text.hasSuffix("/") else {
      problems.error(element.position, "'pattern' has no closing '/'", expected: "/regular expression/")
      return nil
    }
    let expression = String(text.dropFirst().dropLast())
    do {
      _ = try TextPattern(expression)
      return .expression(expression)
    } catch {
      problems.error(
        element.position, "'pattern': \(error)", expected: "a POSIX extended regular expression")
      return nil
    }
  }
}
