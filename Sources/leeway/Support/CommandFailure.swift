import ArgumentParser
import Settings
import Storage

/// The exit codes of the contract.
enum ExitStatus: Int32 {
  case answerIsNo = 1
  case usage = 64
  case inputUnusable = 65
  case noSuchInput = 66
  case storeUnreachable = 69
  case inputOutput = 74
  case configuration = 78
}

/// A command that cannot go on: an exit code and one line that says what, where and what to do.
struct CommandFailure: Error {
  var code: ExitStatus
  /// Empty when everything has been said on standard output already.
  var message: String

  init(_ code: ExitStatus, _ message: String = "") {
    self.code = code
    self.message = message
  }

  /// Classifies an error; nil for those of the argument parser, which reports its own.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as StoreError: self.init(.storeUnreachable, error.description)
    case is ExitCode, is ValidationError, is CleanExit: return nil
    default:
      if "\(type(of: error))".contains("CommandError") || "\(type(of: error))".contains("ParserError") { return nil }
      self.init(.inputOutput, "\(error)")
    }
  }
}
