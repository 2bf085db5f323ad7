import Domain
import Screen

/// One metric's course at full height, with its limits and the deployments.
struct MetricChart {
  var context: ViewContext

  private var glyphs: Glyphs { context.glyphs }

  func draw(_ metric: MetricRow?, of panel: Panel? = nil, on surface: inout Surface, in rect: Rect) {
    guard let metric else {
      let body = context.title("Metric", of: panel, on: &surface, in: rect)
      context.hint("this is not about a metric", on: &surface, in: body)
      return
    }
    let text = MetricText(metric)
    var caption: [String] = []
    let seconds = metric.samples.count * max(1, min(metric.bucketSeconds, 86_400))
    if seconds > 0 { caption.append(TimeText.spaced(.seconds(seconds))) }
    caption.append("now \(text.now)")
    if !text.limit.isEmpty { caption.append("limit \(text.limit) \(glyphs.limitLine)") }
    let title = metric.title.truncated(toWidth: max(24, rect.width - 32), ellipsis: glyphs.ellipsis)
    // What fits beside the title: the limit is said last and kept longest.
    while caption.count > 1, DisplayWidth.of(title + caption.joined(separator: "   ")) + 8 > rect.width {
      caption.removeFirst()
    }
    let body = context.title(
      title, caption: caption.joined(separator: " \(glyphs.dot) "), of: panel, on: &surface, in: rect)
    guard metric.samples.contains(where: { $0 != nil }) else {
      context.hint("no rows in this window", on: &surface, in: body)
      return
    }
    chart(metric, text, rows: body.height - 2).draw(on: &surface, in: body, glyphs: glyphs)
  }

  private func chart(_ metric: MetricRow, _ text: MetricText, rows: Int) -> BrailleChart {
    let range = SampleGroups.range(of: metric)
    let top = range.map { text.bound($0.upperBound) } ?? ""
    let bottom = range.map { text.bound($0.lowerBound) } ?? ""
    let bounds = [metric.limit?.warn, metric.limit?.alarm].compactMap { $0 }.map { text.bound($0) }
    // All labels are equally wide, so that one that shares a row with another hides it whole.
    let width = ([top, bottom] + bounds).map { DisplayWidth.of($0) }.max() ?? 0
    func label(_ text: String) -> String { text.padded(toWidth: width, .right) }
    var limits: [BrailleChart.Limit] = []
    if let limit = metric.limit {
      if let warn = limit.warn { limits.append(.init(warn, label: label(text.bound(warn)), style: Style(.warn))) }
      if let alarm = limit.alarm { limits.append(.init(alarm, label: label(text.bound(alarm)), style: Style(.alarm))) }
      if let range {
        limits.removeAll { !range.contains($0.value) }
        // Two lines on one row would say the lesser limit's place with the greater one's number.
        let step = (range.upperBound - range.lowerBound) / Double(max(1, rows))
        if limits.count == 2, (limits[0].value - limits[1].value).magnitude < step { limits.removeFirst() }
      }
    }
    var breaches: Set<Int> = []
    for (index, value) in metric.samples.enumerated() {
      if let value, let limit = metric.limit, limit.health(of: value) != .ok { breaches.insert(index) }
    }
    return BrailleChart(
      values: metric.samples, range: range, limits: limits, deploys: deploys(metric), breaches: breaches,
      topLabel: label(top), bottomLabel: label(bottom),
      timeLabels: times(metric), style: Style(metric.aspect == .technical ? .sparkTechnical : .sparkBusiness),
      breachStyle: Style(metric.health == .alarm ? .alarm : .warn))
  }

  private func bucket(_ metric: MetricRow) -> Int64 { Int64(max(1, min(metric.bucketSeconds, 86_400))) * 1_000_000_000 }

  private func deploys(_ metric: MetricRow) -> [BrailleChart.Deploy] {
    guard let end = metric.end else { return [] }
    return context.snapshot.deploys.compactMap { deploy in
      let back = (end - deploy.since).nanoseconds
      guard back > 0 else { return nil }
      let index = Int64(metric.samples.count) - 1 - (back - 1) / bucket(metric)
      guard index >= 0 else { return nil }
      return BrailleChart.Deploy(
        index: Int(index), label: deploy.name.truncated(toWidth: 16, ellipsis: glyphs.ellipsis))
    }
  }

  private func times(_ metric: MetricRow) -> [String] {
    guard let end = metric.end else { return [] }
    let length = Duration.nanoseconds(bucket(metric) * Int64(min(metric.samples.count, 100_000)))
    let middle = end - .nanoseconds(length.nanoseconds / 2)
    return [TimeText.minutes(end - length), TimeText.minutes(middle), TimeText.minutes(end)]
  }
}
