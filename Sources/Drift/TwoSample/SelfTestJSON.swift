public import Domain

extension DriftSelfTest {
  /// The column's entry under `self_test` of `leeway drift --self-test --json`.
  public func json(name: String) -> JSON {
    [
      "name": .string(name), "rows_reference": JSON(referenceRows), "rows_current": JSON(currentRows),
      "rounds": JSON(rounds), "false_warn_rate": JSON(falseWarnRate), "false_alarm_rate": JSON(falseAlarmRate),
      "false_tolerance_rate": JSON(falseToleranceRate),
      "e_detector": [
        "tick": JSON(DriftSelfTest.tick), "threshold": JSON(DriftSelfTest.threshold), "quiet_ticks": JSON(quietTicks),
        "false_alarms": JSON(quietAlarms),
      ],
      "detections": .array(
        detections.map {
          [
            "psi": JSON($0.psi), "warn_rate": JSON($0.warnRate), "alarm_rate": JSON($0.alarmRate),
            "e_detector_median_rows": JSON($0.medianDelay),
          ]
        }),
    ]
  }
}
