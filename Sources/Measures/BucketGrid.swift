/// The fixed grid of value buckets that all distributions share, so that any two of them can be added and compared.
///
/// A positive bucket holds a range of magnitudes `(lower, upper]` whose ends are at most a factor of 1.01/0.99 apart,
/// so that its representative is within 1 % of every value in it (Masson, Rim and Lee, "DDSketch", VLDB 2019). Negative
/// buckets mirror the positive ones. The logarithm is replaced by the exponent and a cubic in the mantissa, which is
/// monotone and never flatter than the logarithm needs it to be: the 1 % holds by construction, for 1 % more buckets.
///
/// Bucket numbers ascend with the values: -3,501 to -1, zero for magnitudes below 2^-40, then 1 to 3,501. Magnitudes of
/// 2^60 and more share the last bucket, so that one absurd value cannot push any other out of its place.
public enum BucketGrid {
  /// The relative accuracy of a bucket's representative.
  public static var relativeAccuracy: Double { 0.01 }
  /// The number of the bucket with the largest values.
  @inlinable public static var last: Int16 { 3_501 }

  // ln(1.01 / 0.99) by its series 2 (a + a^3/3 + a^5/5 + a^7/7).
  @inlinable static var logGamma: Double { 2 * (0.01 + 1e-6 / 3 + 1e-10 / 5 + 1e-14 / 7) }
  // The cubic's slope times the mantissa is at least 10/7, reached at mantissas 1 and 5/3.
  @inlinable static var scale: Double { 0.7 / logGamma }
  // ceil(-40 * scale) is -1,399: the smallest magnitudes get bucket 1 or 2.
  @inlinable static var offset: Int { 1_400 }
  @inlinable static var smallest: Double { 0x1p-40 }
  @inlinable static var largest: Double { 0x1p60 }

  /// The bucket of a value; NaN counts as zero.
  @inlinable
  public static func bucket(of value: Double) -> Int16 {
    let magnitude = value.magnitude
    guard magnitude >= smallest else { return 0 }
    guard magnitude < largest else { return value > 0 ? last : -last }
    let bits = magnitude.bitPattern
    let exponent = Double(Int(truncatingIfNeeded: bits >> 52) &- 1_023)
    let part = Double(bitPattern: (bits & 0x000F_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000) - 1
    let position = (exponent + cubic(part)) * scale
    // Within ±2,200 by the guards above; rounded up without a call.
    var key = Int(position)
    if Double(key) < position { key &+= 1 }
    let number = Int16(truncatingIfNeeded: key &+ offset)
    return value > 0 ? number : 0 &- number
  }

  @inlinable
  static func cubic(_ part: Double) -> Double {
    ((6.0 / 35 * part - 3.0 / 5) * part + 10.0 / 7) * part
  }

  /// The largest value of a bucket (for negative buckets, the end nearer to zero); infinity for the last bucket.
  public static func upperBound(_ bucket: Int16) -> Double {
    if bucket >= last { return .infinity }
    if bucket > 0 { return magnitude(upTo: Int(bucket)) }
    if bucket == 0 { return smallest }
    return -magnitude(upTo: -Int(bucket) - 1)
  }

  /// The smallest value of a bucket; minus infinity for the lowest one.
  public static func lowerBound(_ bucket: Int16) -> Double { bucket == .min ? -.infinity : -upperBound(-bucket) }

  /// The value within 1 % of every value of a bucket: the harmonic mean of its ends.
  public static func representative(_ bucket: Int16) -> Double {
    if bucket == 0 { return 0 }
    let number = min(Int(bucket.magnitude), Int(last))
    let lower = magnitude(upTo: number - 1)
    let upper = magnitude(upTo: number)
    let middle = 2 * lower / (lower + upper) * upper
    return bucket > 0 ? middle : -middle
  }

  private static func magnitude(upTo number: Int) -> Double {
    let position = Double(number - offset) / scale
    let exponent = position.rounded(.down)
    let wanted = position - exponent
    // Newton's steps on the cubic, whose slope stays between 0.72 and 1.43.
    var part = wanted
    for _ in 0..<6 {
      let slope = (18.0 / 35 * part - 6.0 / 5) * part + 10.0 / 7
      part -= (cubic(part) - wanted) / slope
    }
    return Double(sign: .plus, exponent: Int(exponent), significand: 1 + part)
  }
}
