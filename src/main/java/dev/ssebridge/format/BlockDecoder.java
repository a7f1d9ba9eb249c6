package dev.ssebridge.format;

import dev.ssebridge.format.EventDecoderOptions.Oversized;
import dev.ssebridge.format.EventDecoderOptions.OwnFields;
import dev.ssebridge.format.ParseOddity.Kind;
import dev.ssebridge.internal.eventstream.DataBuffer;
import dev.ssebridge.internal.eventstream.FieldLine;
import dev.ssebridge.internal.eventstream.LineDecoder;
import dev.ssebridge.internal.eventstream.Utf8Decoder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Interprets the lines of an event stream (WHATWG HTML, section 9.2.6): lines to fields, fields to
 * events. What may be held of an unfinished line is decided here as well, since only here is known
 * what the line is.
 */
final class BlockDecoder implements LineDecoder.Sink {

  /** No array is longer, whatever the limit. */
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 64;

  /** The most bytes of an unknown field's name that are kept to report it. */
  private static final int MAX_REPORTED_NAME = 64;

  private static final int BOM_BYTES = 3;

  // Set at construction.
  private final EventDecoder.Listener listener;
  private final EventDecoderOptions options;
  private final int maxEventBytes;
  private final boolean readOwnFields;
  private final Utf8Decoder utf8 = new Utf8Decoder();

  // Of all connections.
  private String lastEventId = "";

  // Of this connection.
  private long line;

  // Of this block: the standard's buffers, and the size of what was read into them.
  private final DataBuffer data = new DataBuffer();
  private @Nullable String type;
  private @Nullable String id;
  private long retry = -1;
  private @Nullable Map<String, String> fields;
  private long blockBytes;
  private boolean oversized;

  BlockDecoder(EventDecoder.Listener listener, EventDecoderOptions options) {
    this.listener = listener;
    this.options = new EventDecoderOptions(options);
    this.maxEventBytes =
        options.getMaxEventBytes() == 0
            ? MAX_ARRAY
            : (int) Math.min(MAX_ARRAY, options.getMaxEventBytes());
    this.readOwnFields = options.getOwnFields() == OwnFields.READ;
  }

  String lastEventId() {
    return lastEventId;
  }

  void lastEventId(String id) {
    lastEventId = id;
  }

  /** Makes a copy of what is still needed of the bytes that were handed over. */
  void keep() {
    data.keep();
  }

  long held() {
    return data.held() + length(type) + length(id) + length(lastEventId);
  }

  private static int length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  void discard() {
    data.clear();
    type = null;
    id = null;
    retry = -1;
    fields = null;
    blockBytes = 0;
    oversized = false;
  }

  void reset() {
    discard();
    line = 0;
  }

  void end(boolean withinLine) {
    if (withinLine || !data.isEmpty() || id != null || type != null || fields != null) {
      line += withinLine ? 1 : 0;
      report(Kind.UNFINISHED_BLOCK, "");
    }
  }

  @Override
  public void onLine(byte[] bytes, int offset, int length, long lineLength) {
    if (line++ == 0) {
      // "If the first three bytes are a byte order mark, they are ignored."
      int mark = byteOrderMark(bytes, offset, length);
      onField(bytes, offset + mark, length - mark, lineLength - mark);
    } else {
      onField(bytes, offset, length, lineLength);
    }
  }

  private void onField(byte[] bytes, int offset, int length, long lineLength) {
    switch (FieldLine.kind(bytes, offset, length)) {
      case FieldLine.BLANK -> onBlankLine();
      case FieldLine.COMMENT -> onComment(bytes, offset, length, lineLength);
      case FieldLine.DATA -> {
        if (fits(lineLength)) {
          int value = FieldLine.value(bytes, offset, length, 4);
          data.add(bytes, value, offset + length - value);
        }
      }
      case FieldLine.EVENT -> {
        if (fits(lineLength)) {
          int value = FieldLine.value(bytes, offset, length, 5);
          int size = offset + length - value;
          // "If the event type buffer is not the empty string": an empty one names no type.
          type = size == 0 ? null : checked(utf8.name(bytes, value, size));
        }
      }
      case FieldLine.ID -> {
        if (fits(lineLength)) {
          onId(bytes, FieldLine.value(bytes, offset, length, 2), offset + length);
        }
      }
      case FieldLine.RETRY -> {
        if (lineLength > maxEventBytes) {
          onOverflow(line);
        } else {
          onRetry(bytes, FieldLine.value(bytes, offset, length, 5), offset + length);
        }
      }
      default -> onOwnField(bytes, offset, length, lineLength);
    }
  }

  /** "If the line is empty (a blank line): dispatch the event." */
  private void onBlankLine() {
    if (oversized) {
      discard();
      return;
    }
    if (id != null) {
      // "Set the last event ID string of the event source to the value of the last event ID
      // buffer": also when there is no data, and only now.
      if (!id.equals(lastEventId)) {
        lastEventId = id;
        listener.onLastEventId(id);
      }
      id = null;
    }
    blockBytes = 0;
    // "If the data buffer is an empty string, set the data buffer and the event type buffer to the
    // empty string and return."
    if (!data.isEmpty()) {
      String text = checked(data.take(utf8));
      ServerSentEvent event =
          ServerSentEvent.received(
              lastEventId.isEmpty() ? null : lastEventId, type, text, retry, fields);
      type = null;
      retry = -1;
      fields = null;
      listener.onEvent(event);
    } else {
      type = null;
      retry = -1;
      fields = null;
    }
  }

  private void onComment(byte[] bytes, int offset, int length, long lineLength) {
    if (lineLength - 1 > options.getMaxCommentBytes()) {
      report(Kind.COMMENT_TOO_LONG, "");
    } else {
      listener.onComment(checked(utf8.text(bytes, offset + 1, length - 1)));
    }
  }

  private void onId(byte[] bytes, int from, int to) {
    String value = utf8.text(bytes, from, to - from);
    if (value.indexOf(0) >= 0) {
      // "If the field value does not contain U+0000 NULL ... Otherwise, ignore the field."
      report(Kind.ID_WITH_NUL, cut(bytes, from, to));
    } else {
      id = checked(value);
    }
  }

  private void onRetry(byte[] bytes, int from, int to) {
    long millis = FieldLine.digits(bytes, from, to);
    if (millis == FieldLine.NO_DIGITS) {
      report(Kind.RETRY_NOT_A_NUMBER, cut(bytes, from, to));
      return;
    }
    if (millis == FieldLine.TOO_MANY_DIGITS) {
      millis = Long.MAX_VALUE;
      report(Kind.RETRY_TOO_LARGE, cut(bytes, from, to));
    }
    retry = millis;
    listener.onRetry(millis);
  }

  private void onOwnField(byte[] bytes, int offset, int length, long lineLength) {
    if (!readOwnFields) {
      int head = Math.min(length, MAX_REPORTED_NAME);
      int name = FieldLine.nameLength(bytes, offset, head);
      report(Kind.UNKNOWN_FIELD, utf8.name(bytes, offset, name));
    } else if (fits(lineLength + EventDecoderOptions.OWN_FIELD_BYTES)) {
      int name = FieldLine.nameLength(bytes, offset, length);
      int value = FieldLine.value(bytes, offset, length, name);
      if (fields == null) {
        fields = new LinkedHashMap<>();
      }
      fields.put(
          checked(utf8.name(bytes, offset, name)),
          checked(utf8.text(bytes, value, offset + length - value)));
    }
  }

  @Override
  public int hold(byte[] bytes, int offset, int length) {
    data.keep();
    int mark = line == 0 ? byteOrderMark(bytes, offset, length) : 0;
    int size = length - mark;
    if (size < FieldLine.ENOUGH_TO_TELL) {
      return FieldLine.ENOUGH_TO_TELL + BOM_BYTES;
    }
    return switch (FieldLine.kind(bytes, offset + mark, size)) {
      case FieldLine.COMMENT -> mark + 1 + Math.min(options.getMaxCommentBytes(), MAX_ARRAY);
      case FieldLine.RETRY -> mark + holdAtMost(maxEventBytes, size);
      case FieldLine.DATA, FieldLine.EVENT, FieldLine.ID -> mark + holdAtMost(room(), size);
      default ->
          mark
              + (readOwnFields
                  ? holdAtMost(room() - EventDecoderOptions.OWN_FIELD_BYTES, size)
                  : MAX_REPORTED_NAME);
    };
  }

  /** One byte more than fits, so that the byte too many is noticed when it comes. */
  private int holdAtMost(long room, int size) {
    if (size > room) {
      onOverflow(line + 1);
      return FieldLine.ENOUGH_TO_TELL;
    }
    return (int) room + 1;
  }

  private long room() {
    return oversized ? 0 : maxEventBytes - blockBytes;
  }

  private boolean fits(long lineLength) {
    blockBytes += lineLength;
    if (blockBytes > maxEventBytes) {
      onOverflow(line);
    }
    return !oversized;
  }

  private void onOverflow(long atLine) {
    if (options.getOversized() == Oversized.FAIL) {
      throw new EventTooLargeException(maxEventBytes, atLine);
    }
    if (!oversized) {
      discard();
      oversized = true;
      listener.onOddity(ParseOddity.of(Kind.EVENT_TOO_LARGE, atLine, ""));
    }
  }

  /** The text that {@link #utf8} has just made, after reporting what was wrong with its bytes. */
  private String checked(String text) {
    if (utf8.malformed()) {
      report(Kind.MALFORMED_UTF8, "");
    }
    return text;
  }

  private String cut(byte[] bytes, int from, int to) {
    return utf8.text(bytes, from, Math.min(to - from, MAX_REPORTED_NAME));
  }

  private void report(Kind kind, String text) {
    listener.onOddity(ParseOddity.of(kind, line, text));
  }

  private static int byteOrderMark(byte[] bytes, int offset, int length) {
    return length >= BOM_BYTES
            && bytes[offset] == (byte) 0xEF
            && bytes[offset + 1] == (byte) 0xBB
            && bytes[offset + 2] == (byte) 0xBF
        ? BOM_BYTES
        : 0;
  }
}
