package dev.ssebridge.format;

import io.vertx.codegen.annotations.DataObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something in a stream that the standard tells a reader to pass over in silence, though the sender
 * hardly meant it. The stream goes on; its operator may want to know. Immutable.
 */
@DataObject
public final class ParseOddity {
  private final Kind kind;
  private final long line;
  private final String text;

  /** What may be odd. */
  public enum Kind {
    /** A field with a name the standard does not know, where own fields are not read. */
    UNKNOWN_FIELD("unknown field, ignored"),
    /** A {@code retry} with anything but ASCII digits; ignored. */
    RETRY_NOT_A_NUMBER("retry is not made of ASCII digits, ignored"),
    /** A {@code retry} larger than a {@code long}; taken as {@link Long#MAX_VALUE}. */
    RETRY_TOO_LARGE("retry is larger than any clock, taken as the largest number"),
    /** An {@code id} that holds NUL; ignored, the id before it stays. */
    ID_WITH_NUL("id holds NUL, ignored"),
    /** Bytes that are no UTF-8; replaced by U+FFFD. */
    MALFORMED_UTF8("bytes are not UTF-8, replaced by U+FFFD"),
    /** A comment over {@link EventDecoderOptions#getMaxCommentBytes()}; not reported. */
    COMMENT_TOO_LONG("comment is longer than maxCommentBytes, dropped"),
    /** An event over {@link EventDecoderOptions#getMaxEventBytes()}; skipped, its id with it. */
    EVENT_TOO_LARGE("event is larger than maxEventBytes, skipped"),
    /** The stream ended within a line or before the blank line of a block; discarded. */
    UNFINISHED_BLOCK("stream ended before the blank line, discarded");

    private final String sentence;

    Kind(String sentence) {
      this.sentence = sentence;
    }
  }

  private ParseOddity(Kind kind, long line, String text) {
    this.kind = Objects.requireNonNull(kind, "kind");
    this.line = line;
    this.text = Objects.requireNonNull(text, "text");
  }

  /** An oddity, as a decoder reports it; for tests of those who are told of them. */
  public static ParseOddity of(Kind kind, long line, String text) {
    return new ParseOddity(kind, line, text);
  }

  /** What is odd. */
  public Kind kind() {
    return kind;
  }

  /** The number of the line in this connection's stream, from 1. */
  public long line() {
    return line;
  }

  /** The field name, field value or the like that is odd, possibly cut; may be empty. */
  public String text() {
    return text;
  }

  /** One line for a log: where, what, and the text in question with control characters escaped. */
  public String message() {
    StringBuilder message = new StringBuilder(64);
    message.append("line ").append(line).append(": ").append(kind.sentence);
    if (!text.isEmpty()) {
      message.append(": \"");
      text.chars().limit(80).forEach(c -> appendVisible(message, (char) c));
      message.append('"');
    }
    if (kind == Kind.UNKNOWN_FIELD) {
      appendSuggestion(message);
    }
    return message.toString();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ParseOddity that
        && kind == that.kind
        && line == that.line
        && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return Objects.hash(kind, line, text);
  }

  @Override
  public String toString() {
    return kind + ", " + message();
  }

  private static void appendVisible(StringBuilder message, char c) {
    if (Character.isISOControl(c) || c == '\uFEFF' || c == '\u2028' || c == '\u2029') {
      message.append(String.format("\\u%04x", (int) c));
    } else {
      message.append(c);
    }
  }

  private void appendSuggestion(StringBuilder message) {
    for (String name : new String[] {"data", "event", "id", "retry"}) {
      if (text.replace("\uFEFF", "").strip().equalsIgnoreCase(name)) {
        message.append(", did you mean \"").append(name).append("\"?");
      }
    }
  }
}
