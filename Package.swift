// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: settings)
}

let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let numerics: Target.Dependency = .product(name: "RealModule", package: "swift-numerics")

let package = Package(
  name: "leeway",
  products: [.executable(name: "leeway", targets: ["leeway"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-numerics", exact: "1.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    .target(name: "CPosix"),
    .target(name: "CByteVector"),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CSodium", linkerSettings: [.linkedLibrary("sodium")]),
    .target(name: "CNcurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    module("Domain"),
    module("Expressions", ["Domain", "CPosix"]),
    module("Tailing", ["Domain", "CPosix", "CZlib"]),
    module("Compression", ["CZlib"]),
    module("Redaction", ["Domain", "Expressions", "Assurance"]),
    module("Decoding", ["Domain", "Expressions", "Compression", "CByteVector"]),
    module("Measures", ["Domain", "Expressions"]),
    module("Drift", ["Domain", "Measures", numerics]),
    module("Traces", ["Domain", "Expressions", "CSodium", numerics]),
    module("Detection", ["Domain", "Expressions", "Measures"]),
    module("Incidents", ["Domain"]),
    module("Assurance", ["Domain", "Incidents", "CSodium"]),
    module("Settings", ["Domain", "Expressions", "Measures", "Detection", "Traces", "Incidents", "Redaction", yams]),
    module("Storage", ["Domain", "Measures", "Assurance", "CPosix", grdb, sqlite]),
    module(
      "Engine",
      [
        "Domain", "Expressions", "Tailing", "Decoding", "Measures", "Drift", "Traces", "Detection", "Incidents",
        "Assurance", "Redaction", "Settings", "Storage",
      ]),
    module("Screen"),
    module("Dashboard", ["Domain", "Screen"]),
    module("Terminal", ["Screen", "CNcurses"]),
    module("Rehearsal", ["Domain"]),
    .executableTarget(
      name: "leeway",
      dependencies: [
        "Domain", "Expressions", "Compression", "Tailing", "Decoding", "Measures", "Drift", "Traces", "Detection",
        "Incidents", "Assurance", "Redaction", "Settings", "Storage", "Engine", "Screen", "Dashboard", "Terminal",
        "Rehearsal", "CPosix", arguments,
      ],
      swiftSettings: settings),
    tests("Domain", ["Domain"]),
    tests("Expressions", ["Domain", "Expressions"]),
    tests("Tailing", ["Domain", "Tailing"]),
    tests("Compression", ["Compression"]),
    tests("Decoding", ["Domain", "Expressions", "Decoding"]),
    tests("Measures", ["Domain", "Expressions", "Measures"]),
    tests("Drift", ["Domain", "Measures", "Drift"]),
    tests("Traces", ["Domain", "Expressions", "Traces"]),
    tests("Detection", ["Domain", "Expressions", "Measures", "Detection"]),
    tests("Incidents", ["Domain", "Incidents"]),
    tests("Assurance", ["Domain", "Incidents", "Assurance"]),
    tests("Redaction", ["Domain", "Expressions", "Redaction"]),
    .testTarget(
      name: "SettingsTests",
      dependencies: [
        "Domain", "Expressions", "Measures", "Detection", "Traces", "Incidents", "Redaction",
        "Settings",
      ],
      exclude: ["Invalid"], swiftSettings: settings),
    tests("Screen", ["Screen"]),
    tests("Terminal", ["Terminal", "Screen"]),
    .testTarget(
      name: "DashboardTests", dependencies: ["Dashboard", "Domain", "Screen"], exclude: ["Goldens"],
      swiftSettings: settings),
    tests("Rehearsal", ["Domain", "Rehearsal"]),
    tests("Storage", ["Domain", "Measures", "Assurance", "Storage", grdb]),
    tests("Engine", ["Domain", "Detection", "Measures", "Incidents", "Settings", "Storage", "Engine"]),
    .testTarget(
      name: "EndToEnd", dependencies: ["Domain", "leeway", grdb], path: "Tests/EndToEnd", swiftSettings: settings),
  ]
)
