import GRDB

/// The tables, by migration; a migration that has shipped is never changed.
enum Schema {
  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE journal (
            seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, line BLOB NOT NULL);
          CREATE TRIGGER journal_is_append_only_update BEFORE UPDATE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
          CREATE TRIGGER journal_is_append_only_delete BEFORE DELETE ON journal
            BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
          CREATE TABLE series (
            id INTEGER PRIMARY KEY, metric TEXT NOT NULL, labels TEXT NOT NULL, UNIQUE (metric, labels));
          CREATE TABLE slot (
            series INTEGER NOT NULL, resolution INTEGER NOT NULL, start INTEGER NOT NULL, summary BLOB NOT NULL,
            amended INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (series, resolution, start)) WITHOUT ROWID;
          CREATE TABLE file (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, offset INTEGER NOT NULL,
            size INTEGER NOT NULL, state TEXT NOT NULL, checkpoint BLOB NOT NULL);
          CREATE TABLE gap (
            id INTEGER PRIMARY KEY, source TEXT NOT NULL, path TEXT NOT NULL, first INTEGER NOT NULL,
            last INTEGER NOT NULL, reason TEXT NOT NULL, at INTEGER NOT NULL);
          CREATE TABLE source (name TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
          CREATE TABLE signal (key TEXT PRIMARY KEY, record TEXT NOT NULL) WITHOUT ROWID;
          CREATE TABLE run (
            id TEXT PRIMARY KEY, source TEXT NOT NULL, agent TEXT NOT NULL, ended INTEGER NOT NULL, run TEXT NOT NULL);
          CREATE INDEX run_by_end ON run (ended);
          CREATE TABLE reference (
            name TEXT NOT NULL, metric TEXT NOT NULL, reference TEXT NOT NULL, PRIMARY KEY (metric, name)
          ) WITHOUT ROWID;
          CREATE TABLE document (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2") { database in
      try database.execute(
        sql: """
          CREATE TABLE span (
            id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, span TEXT NOT NULL, body TEXT NOT NULL,
            UNIQUE (run, span));
          CREATE TABLE finding (id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, body TEXT NOT NULL);
          CREATE INDEX finding_by_run ON finding (run);
          """)
    }
    migrator.registerMigration("3") { database in
      try database.execute(
        sql: """
          CREATE TABLE presence (
            session TEXT PRIMARY KEY, name TEXT NOT NULL, incident INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("4") { database in
      try database.execute(
        sql: """
          CREATE TABLE prediction (
            "join" TEXT NOT NULL, id INTEGER NOT NULL, at INTEGER NOT NULL, value TEXT NOT NULL, version TEXT,
            PRIMARY KEY ("join", id)) WITHOUT ROWID;
          CREATE INDEX prediction_by_time ON prediction ("join", at);
          """)
    }
    migrator.registerMigration("5") { database in
      try database.execute(sql: "ALTER TABLE prediction ADD COLUMN score REAL")
    }
    migrator.registerMigration("6") { database in
      try database.execute(
        sql: """
          CREATE TABLE erasable (
            seq INTEGER NOT NULL, member TEXT NOT NULL, salt BLOB NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY (seq, member)) WITHOUT ROWID;
          CREATE TABLE held_line (
            incident TEXT NOT NULL, sha256 TEXT NOT NULL, line BLOB NOT NULL, PRIMARY KEY (incident, sha256));
          """)
    }
    return migrator
  }()
}
