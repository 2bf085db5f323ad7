import Decoding
import Domain
import Settings

/// Reads a table of prices from a file.
enum PriceFile {
  /// The prices of a file over the built-in ones; the built-in ones where no file is named.
  ///
  /// - Throws: exit 66 when there is no such file, 78 when it holds no prices.
  static func table(_ path: String?) throws -> PriceTable {
    guard let path else { return .builtIn }
    let text = try InputFile.text(of: path, limit: 1 << 20)
    guard let document = YAMLDocument.json(text), let table = PriceTable(json: document) else {
      throw CommandFailure(
        .configuration,
        "\(path) holds no prices: write model names with input_per_mtok and output_per_mtok under them")
    }
    return table
  }
}
