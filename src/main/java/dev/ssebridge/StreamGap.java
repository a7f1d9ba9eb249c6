package dev.ssebridge;

import dev.ssebridge.spi.GapReason;
import io.vertx.codegen.annotations.DataObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of events that a stream cannot get any more, as it was told of it. Immutable, for any
 * thread.
 */
@DataObject
public final class StreamGap {
  private final StreamInfo stream;
  private final String from;
  private final String to;
  private final @Nullable Long missed;
  private final GapReason reason;

  private StreamGap(
      StreamInfo stream, String from, String to, @Nullable Long missed, GapReason reason) {
    this.stream = stream;
    this.from = from;
    this.to = to;
    this.missed = missed;
    this.reason = reason;
  }

  /** A gap, as a bridge tells it; for tests of a gap handler. */
  public static StreamGap of(
      StreamInfo stream, String from, String to, @Nullable Long missed, GapReason reason) {
    return new StreamGap(
        Objects.requireNonNull(stream, "stream"),
        Objects.requireNonNull(from, "from"),
        Objects.requireNonNull(to, "to"),
        missed,
        Objects.requireNonNull(reason, "reason"));
  }

  /** The stream, which counts these events as missed. */
  public StreamInfo stream() {
    return stream;
  }

  /**
   * The id of the last event that it had; where the client came back with it, as the client has
   * sent it.
   */
  public String from() {
    return from;
  }

  /** The id after which it goes on. */
  public String to() {
    return to;
  }

  /**
   * How many events it missed; {@code null} where nobody can tell, as the id is not of this
   * channel, or events may have been lost on their way here.
   */
  public @Nullable Long missed() {
    return missed;
  }

  /** Why. */
  public GapReason reason() {
    return reason;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof StreamGap that
        && stream.equals(that.stream)
        && from.equals(that.from)
        && to.equals(that.to)
        && Objects.equals(missed, that.missed)
        && reason == that.reason;
  }

  @Override
  public int hashCode() {
    return Objects.hash(stream, from, to, missed, reason);
  }

  /** The facts in one line, for a log; what the client has sent is left out. */
  @Override
  public String toString() {
    return "gap before "
        + to
        + ", "
        + (missed == null ? "nobody can tell how many" : missed)
        + " missed ("
        + reason.word()
        + "), of "
        + stream;
  }
}
