package dev.ssebridge.internal.store.file;

import dev.ssebridge.spi.GapReason;
import dev.ssebridge.spi.HistoryRetention;
import dev.ssebridge.spi.StoredEvent;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The bodies of records: how they are written and read. */
final class Records {
  /** More events of the same append, or of the same move, come after it. */
  static final int MORE = 1;

  /** Copied from an older segment. */
  static final int MOVED = 2;

  private static final int LOST = 4;
  private static final int KEY = 8;
  private static final int LABEL = 16;
  private static final int MESSAGE_ID = 32;

  private Records() {}

  /**
   * A channel.
   *
   * @param number which its events have in these segments
   * @param head the sequence of its newest event
   * @param oldest that of the oldest one that is kept
   */
  record ChannelRecord(
      int number, String name, String epoch, long head, long oldest, HistoryRetention retention) {

    void write(Staging to, long salt) {
      to.begin(RecordType.CHANNEL);
      to.putInt(number);
      to.putLong(head);
      to.putLong(oldest);
      to.putLong(retention.events());
      to.putLong(retention.bytes());
      to.putLong(retention.ageMillis());
      to.putText(epoch);
      to.putText(name);
      to.end(salt);
    }

    /** After the type. */
    static ChannelRecord read(ByteBuffer body) {
      int number = body.getInt();
      long head = body.getLong();
      long oldest = body.getLong();
      HistoryRetention retention =
          new HistoryRetention(body.getLong(), body.getLong(), body.getLong());
      String epoch = Texts.decode(body);
      return new ChannelRecord(number, Texts.decode(body), epoch, head, oldest, retention);
    }
  }

  /**
   * A process that begins to write.
   *
   * @param boot the boot of the machine, as the kernel names it
   * @param always whether each append is forced onto the disk
   */
  record SessionRecord(String boot, boolean always, long time) {

    void write(Staging to, long salt) {
      to.begin(RecordType.SESSION);
      to.putByte(always ? 1 : 0);
      to.putLong(time);
      to.putText(boot);
      to.end(salt);
    }

    /** After the type. */
    static SessionRecord read(ByteBuffer body) {
      boolean always = body.get() == 1;
      long time = body.getLong();
      return new SessionRecord(Texts.decode(body), always, time);
    }
  }

  static void endOfTable(Staging to, int channels, long salt) {
    to.begin(RecordType.END_OF_TABLE);
    to.putInt(channels);
    to.end(salt);
  }

  static void closed(Staging to, long time, long salt) {
    to.begin(RecordType.CLOSED);
    to.putLong(time);
    to.end(salt);
  }

  /** An event; its first sequence. */
  static void event(
      Staging to, int channel, long sequence, StoredEvent event, int marks, long salt) {
    GapReason reason = event.reason();
    to.begin(RecordType.EVENT);
    to.putByte(
        marks
            | (reason == null ? 0 : LOST)
            | (event.key() == null ? 0 : KEY)
            | (event.label() == null ? 0 : LABEL)
            | (event.messageId() == null ? 0 : MESSAGE_ID));
    to.putInt(channel);
    to.putLong(sequence);
    to.putLong(event.time());
    if (reason != null) {
      to.putLong(event.lost());
      to.putText(reason.name());
    } else {
      to.putShort(event.source());
      putText(to, event.key());
      putText(to, event.label());
      putText(to, event.messageId());
      to.putBytes(event.frame());
    }
    to.end(salt);
  }

  private static void putText(Staging to, @Nullable String text) {
    if (text != null) {
      to.putText(text);
    }
  }

  /** What stands before the content of an event: all that an index needs. */
  record EventHead(int marks, int channel, long sequence, long time, ByteBuffer rest) {

    /** After the type. */
    static EventHead read(ByteBuffer body) {
      return new EventHead(body.get(), body.getInt(), body.getLong(), body.getLong(), body);
    }

    boolean hasMore() {
      return (marks & MORE) != 0;
    }

    boolean isMoved() {
      return (marks & MOVED) != 0;
    }

    boolean isLost() {
      return (marks & LOST) != 0;
    }

    /** How many sequences it takes. Before anything else of the rest is read. */
    long span() {
      return isLost() ? rest.getLong(rest.position()) : 1;
    }

    /** Its message id, and how many bytes its frame has; the rest is then used up. */
    Content content() {
      if (isLost()) {
        return new Content(null, 0);
      }
      rest.getShort();
      skip(KEY);
      skip(LABEL);
      String messageId = (marks & MESSAGE_ID) == 0 ? null : Texts.decode(rest);
      return new Content(messageId, rest.remaining());
    }

    private void skip(int mark) {
      if ((marks & mark) != 0) {
        int length = rest.getInt();
        rest.position(rest.position() + length);
      }
    }

    /** The event; the rest is then used up. */
    StoredEvent event() {
      if (isLost()) {
        return StoredEvent.lost(time, rest.getLong(), GapReason.valueOf(Texts.decode(rest)));
      }
      int source = rest.getShort();
      String key = text(KEY);
      String label = text(LABEL);
      String messageId = text(MESSAGE_ID);
      byte[] frame = new byte[rest.remaining()];
      rest.get(frame);
      return StoredEvent.of(time, frame, source, key, label, messageId);
    }

    private @Nullable String text(int mark) {
      return (marks & mark) == 0 ? null : Texts.decode(rest);
    }
  }

  /** What an index needs of the content. */
  record Content(@Nullable String messageId, int frameBytes) {}
}
