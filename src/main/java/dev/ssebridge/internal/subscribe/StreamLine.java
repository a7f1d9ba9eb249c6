package dev.ssebridge.internal.subscribe;

import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.fanout.Account;
import dev.ssebridge.spi.CloseReason;

/** The line of the access log for a stream that has ended. */
final class StreamLine {
  private StreamLine() {}

  /**
   * Logs it. On the loop of the stream.
   *
   * @param id of the stream
   * @param millis how long it was open
   */
  static void log(
      StreamRoute route, Wish wish, String id, long millis, Account account, CloseReason reason) {
    new AccessLine("stream")
        .put("route", route.name())
        .put("path", route.config().path().toString())
        .put("id", id)
        .put("remote", wish.remote())
        .by(wish.who(), wish.user())
        .put("duration", Math.max(0, millis))
        .put("events", account.delivered())
        .put("bytes", wish.context().response().bytesWritten())
        .put("missed", account.missed())
        .put("reason", reason.word())
        .log();
  }
}
