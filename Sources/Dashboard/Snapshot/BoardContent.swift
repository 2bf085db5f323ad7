/// The data of one board.
public enum BoardContent: Equatable, Sendable {
}
