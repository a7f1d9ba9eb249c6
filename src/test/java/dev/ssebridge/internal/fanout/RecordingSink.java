package dev.ssebridge.internal.fanout;

import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.ServerSentEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records what is written to it, as a client reads it; full when told so, or by a budget. */
final class RecordingSink implements Sink {
  private final List<ServerSentEvent> events = new ArrayList<>();
  private final List<String> comments = new ArrayList<>();
  private final List<Batch> batches = new ArrayList<>();
  private final EventDecoder decoder =
      EventDecoder.create(
          new EventDecoder.Listener() {
            @Override
            public void onEvent(ServerSentEvent event) {
              events.add(event);
            }

            @Override
            public void onComment(String text) {
              comments.add(text);
            }
          });

  private long budget = Long.MAX_VALUE;
  private long pending;
  private long progress;
  private @Nullable Error failure;
  private boolean ended;
  private boolean aborted;
  private Runnable onBatch = () -> {};

  /** Told of each batch, before it is taken. */
  void onBatch(Runnable listener) {
    onBatch = listener;
  }

  @Override
  public boolean isFull() {
    return budget <= 0;
  }

  @Override
  public void write(Batch batch) {
    onBatch.run();
    batches.add(batch);
    take(batch.bytes().getBytes());
  }

  @Override
  public void write(byte[] block) {
    take(block);
  }

  @Override
  public void end(byte @Nullable [] last) {
    failIfTold();
    requireOpen();
    if (last != null) {
      decoder.decode(last, 0, last.length);
    }
    ended = true;
  }

  @Override
  public void abort() {
    failIfTold();
    requireOpen();
    aborted = true;
  }

  @Override
  public long pendingBytes() {
    return pending;
  }

  @Override
  public long progress() {
    return progress;
  }

  /** Full after so many bytes more; whoever stops it has to tell the subscriber of room. */
  void takeOnly(long bytes) {
    budget = bytes;
  }

  /** The kernel holds so many bytes, of which it sends none. */
  void hold(long bytes) {
    pending = bytes;
  }

  /** Breaks the promise not to throw, whatever it is asked to do, until it is given none. */
  void failWith(@Nullable Error error) {
    failure = error;
  }

  /** The kernel sends. */
  void sendSome() {
    progress++;
  }

  List<ServerSentEvent> events() {
    return events;
  }

  List<String> comments() {
    return comments;
  }

  List<Batch> batches() {
    return batches;
  }

  String lastEventId() {
    return decoder.lastEventId();
  }

  boolean isEnded() {
    return ended;
  }

  boolean isAborted() {
    return aborted;
  }

  private void take(byte[] bytes) {
    failIfTold();
    requireOpen();
    if (isFull()) {
      throw new AssertionError("written to while full");
    }
    if (budget != Long.MAX_VALUE) {
      budget -= bytes.length;
    }
    decoder.decode(bytes, 0, bytes.length);
  }

  private void failIfTold() {
    if (failure != null) {
      throw failure;
    }
  }

  private void requireOpen() {
    if (ended || aborted) {
      throw new AssertionError("used after its end");
    }
  }
}
