package dev.ssebridge.bench.fanout;

import java.util.Locale;

/** What is asked of a server. */
enum Workload {
  /** A busy channel, whose messages may be written together. */
  W1("1,000 subscribers, 100 B, 16 in flight", 1000, 0, 100, Pace.closedLoop(3, 16, 4)),
  /** The same with larger messages. */
  W1K("1,000 subscribers, 1 KiB, 16 in flight", 1000, 0, 1024, Pace.closedLoop(3, 16, 4)),
  /** Nothing that could be written together. */
  W1S("1,000 subscribers, 100 B, one in flight", 1000, 0, 100, Pace.closedLoop(3, 1, 1)),
  /** A large audience: how long until the last one has it. */
  W2("9,000 subscribers, 100 B, 10 messages/s", 9000, 0, 100, Pace.rate(10, 10)),
  /** A burst. */
  W4("1,000 messages of 100 B at once, 1,000 subscribers", 1000, 0, 100, Pace.burst(1000)),
  /** Stalled subscribers: what the others feel, and what they cost. */
  W5(
      "200 subscribers, 20 of them stalled, 1 KiB, 500 messages/s",
      180,
      20,
      1024,
      Pace.rate(20, 500)),
  /** The same without the stalled ones. */
  W5R("180 subscribers, none stalled, 1 KiB, 500 messages/s", 180, 0, 1024, Pace.rate(20, 500)),
  /** The memory of an idle subscriber. */
  W3("9,000 idle subscribers", 9000, 0, 100, Pace.burst(0));

  private final String title;
  private final int readers;
  private final int stalled;
  private final int messageLength;

  @SuppressWarnings("ImmutableEnumChecker") // a record of numbers
  private final Pace pace;

  Workload(String title, int readers, int stalled, int messageLength, Pace pace) {
    this.title = title;
    this.readers = readers;
    this.stalled = stalled;
    this.messageLength = messageLength;
    this.pace = pace;
  }

  String title() {
    return title;
  }

  String option() {
    return name().toLowerCase(Locale.ROOT);
  }

  int readers() {
    return readers;
  }

  int stalled() {
    return stalled;
  }

  int messageLength() {
    return messageLength;
  }

  Pace pace() {
    return pace;
  }

  /** How the server is warmed up, with the subscribers of the measurement. */
  Pace warmUp(double seconds) {
    return pace.rate() > 0
        ? Pace.rate(seconds, pace.rate())
        : Pace.closedLoop(seconds, Math.min(16, pace.window()), 4);
  }

  /** Whether memory is what this is about. */
  boolean measuresMemory() {
    return stalled > 0 || this == W5R || this == W3;
  }
}
