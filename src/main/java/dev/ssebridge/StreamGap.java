package dev.ssebridge;

import dev.ssebridge.spi.GapReason;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of events that a stream cannot get any more, as it was told of it. Immutable, for any
 * thread.
 *
 * @param stream the stream, which counts these events as missed
 * @param from the id of the last event that it had; where the client came back with it, as the
 *     client has sent it
 * @param to the id after which it goes on
 * @param missed how many events it missed; {@code null} where nobody can tell, as the id is not of
 *     this channel, or events may have been lost on their way here
 * @param reason why
 */
public record StreamGap(
    StreamInfo stream, String from, String to, @Nullable Long missed, GapReason reason) {

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
