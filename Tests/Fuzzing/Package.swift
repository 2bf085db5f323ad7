// swift-tools-version: 6.2
import PackageDescription

// A package of its own, since fuzzing needs compiler flags that the product must not have. Its modules are links to the
// product's sources. Build and run it with run.sh.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
  name: "leeway-fuzzing",
  targets: [
    .target(name: "CPosix"),
    .target(name: "CByteVector"),
    .target(name: "CFuzzer"),
    .target(name: "Domain", swiftSettings: settings),
    .target(name: "Expressions", dependencies: ["Domain", "CPosix"], swiftSettings: settings),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "Compression", dependencies: ["CZlib"], swiftSettings: settings),
    .target(
      name: "Decoding", dependencies: ["Domain", "Expressions", "Compression", "CByteVector"],
      swiftSettings: settings),
    .executableTarget(
      name: "Fuzz", dependencies: ["Domain", "Expressions", "Compression", "Decoding", "CFuzzer"],
      swiftSettings: settings),
  ]
)
