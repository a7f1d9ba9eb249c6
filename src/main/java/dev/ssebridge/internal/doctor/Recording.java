package dev.ssebridge.internal.doctor;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ParseOddity;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.coding.Inflation;
import dev.ssebridge.internal.doctor.Heard.End;
import dev.ssebridge.internal.doctor.Heard.Seen;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what a stream brings, in bounded memory. The event loop of the connection writes,
 * another thread reads and waits; neither holds the lock for longer than a chunk takes.
 */
final class Recording {
  /** A stream that has brought this number of bytes is known well enough. */
  static final long MOST_BYTES = 64L << 20;

  private static final int MOST_EVENTS = 1000;
  private static final long MOST_EVENT_BYTES = 1 << 20;
  private static final int MOST_ID = 1024;
  private static final int PIECE = 16 << 10;

  // Set at construction.
  private final LongSupplier nanos;
  private final long start;
  private final String probes;
  private final EventDecoder decoder;
  private final @Nullable Inflation inflation;
  private final boolean readable;
  private final byte[] piece = new byte[PIECE];

  // Guarded by this.
  private final List<Seen> first = new ArrayList<>();
  private long firstByte = -1;
  private long lastByte = -1;
  private long longestGap;
  private long arrivals;
  private long bytes;
  private long inflated;
  private long events;
  private long comments;
  private boolean anyBlock;
  private @Nullable String openingId;
  private long retry = -1;
  private @Nullable String lastComment;
  private long oddities;
  private @Nullable String oddity;
  private End end = End.OPEN;
  private @Nullable String cause;
  private long endedAt;
  private Runnable hangUp = () -> {};

  /**
   * Begins now, with the head of the answer.
   *
   * @param probes the text by which probes are known, their number behind it
   */
  Recording(Coding coding, String probes, LongSupplier nanos) {
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.probes = probes;
    this.readable = coding != Coding.OTHER;
    this.inflation =
        switch (coding) {
          case GZIP -> Inflation.gzip();
          case DEFLATE -> Inflation.deflate();
          default -> null;
        };
    this.decoder =
        EventDecoder.create(
            new Listener(),
            new EventDecoderOptions()
                .setMaxEventBytes(MOST_EVENT_BYTES)
                .setOversized(EventDecoderOptions.Oversized.SKIP)
                .setOwnFields(EventDecoderOptions.OwnFields.READ));
  }

  /** What ends the connection. */
  synchronized void onFull(Runnable handler) {
    hangUp = handler;
  }

  /** Takes bytes of the body. */
  synchronized void add(Buffer chunk) {
    if (end != End.OPEN) {
      return;
    }
    long now = now();
    longestGap = Math.max(longestGap, now - Math.max(0, lastByte));
    firstByte = firstByte < 0 ? now : firstByte;
    lastByte = now;
    arrivals++;
    bytes += chunk.length();
    try {
      read(chunk);
    } catch (DataFormatException e) {
      over(End.CORRUPT, String.valueOf(e.getMessage()));
      hangUp.run();
    }
    if (end == End.OPEN && (bytes > MOST_BYTES || inflated > MOST_BYTES)) {
      over(End.FULL, null);
      hangUp.run();
    }
    notifyAll();
  }

  private void read(Buffer chunk) throws DataFormatException {
    if (inflation == null) {
      if (readable) {
        decoder.decode(chunk);
      }
      return;
    }
    inflation.give(chunk.getBytes());
    while (!inflation.isDry() && inflated <= MOST_BYTES) {
      int length = inflation.next(piece);
      inflated += length;
      decoder.decode(piece, 0, length);
    }
  }

  /** The stream has ended; null if in good order. */
  synchronized void end(@Nullable String why) {
    if (end == End.OPEN) {
      over(why == null ? End.ENDED : End.CUT, why);
      notifyAll();
    }
  }

  private void over(End how, @Nullable String why) {
    end = how;
    cause = why;
    endedAt = now();
    if (inflation != null) {
      inflation.close();
    }
  }

  private long now() {
    return nanos.getAsLong() - start;
  }

  /** The moment of the head, by the clock. */
  long start() {
    return start;
  }

  /** What was heard until now. */
  synchronized Heard heard() {
    return new Heard(
        end == End.OPEN ? now() : endedAt,
        firstByte,
        lastByte,
        longestGap,
        arrivals,
        bytes,
        events,
        comments,
        List.copyOf(first),
        openingId,
        decoder.lastEventId(),
        retry,
        lastComment,
        oddities,
        oddity,
        end,
        cause);
  }

  /**
   * Waits until the stream has ended, or what is wanted was heard, or the time is over.
   *
   * @param until by the clock, nanoseconds
   */
  synchronized Heard await(Predicate<Heard> wanted, long until) throws InterruptedException {
    Heard heard = heard();
    while (heard.end() == End.OPEN && !wanted.test(heard)) {
      long left = (until - nanos.getAsLong()) / 1_000_000;
      if (left <= 0) {
        break;
      }
      wait(left);
      heard = heard();
    }
    return heard;
  }

  /** What the decoder finds, within {@link #add}. */
  private final class Listener implements EventDecoder.Listener {
    @Override
    public void onEvent(ServerSentEvent event) {
      events++;
      anyBlock = true;
      if (first.size() < MOST_EVENTS) {
        boolean gap = event.fields().containsKey(SseHeaders.GAP);
        String id = event.id();
        boolean keep = id == null || id.length() <= MOST_ID;
        first.add(new Seen(keep ? id : null, gap, probe(String.valueOf(event.data())), now()));
      }
    }

    private int probe(String data) {
      int at = data.indexOf('"' + probes); // as a text of JSON
      int number = at < 0 ? at : at + 1 + probes.length();
      return number >= 0 && number < data.length() ? Character.digit(data.charAt(number), 10) : -1;
    }

    @Override
    public void onComment(String text) {
      comments++;
      if (!text.isBlank()) {
        lastComment = Text.of(text.strip());
      }
    }

    @Override
    public void onRetry(long millis) {
      retry = millis;
    }

    @Override
    public void onLastEventId(String id) {
      if (!anyBlock) {
        anyBlock = true;
        openingId = id.length() <= MOST_ID ? id : null;
      }
    }

    @Override
    public void onOddity(ParseOddity odd) {
      oddities++;
      if (oddity == null) {
        oddity = odd.message();
      }
    }
  }
}
