package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A stream of events made of a stream of bytes. What happens is put into an inbox and done one
 * thing after the other, on the context of the bytes once that is known: so methods may be called
 * from any thread, and a handler may wait on a virtual thread.
 */
public final class BytesToEvents implements ReadStream<ServerSentEvent> {
  private static final System.Logger LOG = System.getLogger(BytesToEvents.class.getName());
  private static final long NANOS_OF_A_TURN = TimeUnit.MILLISECONDS.toNanos(2);

  private final ReadStream<Buffer> bytes;

  // Guarded by the inbox.
  private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();
  private boolean working;

  private volatile boolean crowded;
  private volatile @Nullable ContextInternal context = ContextInternal.current();
  private volatile @Nullable Handler<ServerSentEvent> handler;
  private volatile @Nullable Handler<Throwable> exceptionHandler;
  private volatile @Nullable Handler<Void> endHandler;

  // Only where the inbox is worked off.
  private final Delivery delivery = new Delivery(new ToHandlers());
  private final DecodedStream stream;
  private @Nullable Throwable failure;
  private boolean paused;
  private boolean over;
  private boolean ended;

  private BytesToEvents(ReadStream<Buffer> bytes, EventDecoderOptions options) {
    this.bytes = bytes;
    stream = new DecodedStream(options, "", this::decoded);
    stream.begin(ContentCoding.IDENTITY);
  }

  /** The events in these bytes. */
  public static BytesToEvents read(ReadStream<Buffer> bytes, EventDecoderOptions options) {
    Objects.requireNonNull(bytes, "bytes");
    Objects.requireNonNull(options, "options");
    BytesToEvents events = new BytesToEvents(bytes, options);
    events.execute(() -> {});
    bytes
        .exceptionHandler(events::end)
        .endHandler(end -> events.end(null))
        .handler(events::arrived);
    return events;
  }

  /** Comments and the like have no way out of here. */
  private void decoded(ServerSentEvent event) {
    delivery.event(event);
  }

  private void arrived(Buffer chunk) {
    learnContext();
    if (isWorking()) {
      // A handler waits, or another context has not got round to it: no more until then.
      bytes.pause();
      crowded = true;
    }
    execute(() -> stream.add(chunk));
  }

  private boolean isWorking() {
    synchronized (inbox) {
      return working;
    }
  }

  private void end(@Nullable Throwable cause) {
    learnContext();
    execute(
        () -> {
          if (!over) {
            over = true;
            failure = cause;
          }
        });
  }

  private void learnContext() {
    if (context == null) {
      context = ContextInternal.current();
    }
  }

  private void execute(Runnable task) {
    synchronized (inbox) {
      inbox.add(task);
      if (working) {
        return;
      }
      working = true;
    }
    ContextInternal home = context;
    if (home == null || isOn(home)) {
      work();
    } else {
      VertxLoop.runSoon(home, this::work);
    }
  }

  private static boolean isOn(ContextInternal home) {
    ContextInternal current = ContextInternal.current();
    return current != null && current.unwrap() == home.unwrap() && home.inThread();
  }

  /** Works the inbox off, then delivers and decodes; after a while others have their turn. */
  private void work() {
    long begun = System.nanoTime();
    while (step()) {
      ContextInternal home = context;
      if (home != null && System.nanoTime() - begun > NANOS_OF_A_TURN) {
        VertxLoop.runSoon(home, this::work);
        return;
      }
    }
  }

  private boolean step() {
    Runnable task;
    synchronized (inbox) {
      task = inbox.poll();
    }
    if (task != null) {
      task.run();
      return true;
    }
    if (advance()) {
      return true;
    }
    settle();
    synchronized (inbox) {
      working = !inbox.isEmpty();
      return working;
    }
  }

  private boolean advance() {
    if (handler == null) {
      return false;
    }
    if (delivery.next()) {
      return true;
    }
    if (ended) {
      return false;
    }
    try {
      // At the end one piece more than is wanted: perhaps there is no event in it.
      if (stream.hasMore() && (over ? delivery.isEmpty() : delivery.isFlowing())) {
        stream.decode();
        return true;
      }
      if (over && !stream.hasMore()) {
        ended = true;
        stream.end();
        delivery.end();
        return true;
      }
      return false;
    } catch (EventSourceException unsound) {
      over = true;
      ended = true;
      failure = unsound.getCause();
      delivery.end();
      return true;
    }
  }

  /** The bytes flow while nothing of them waits, and what they hold is wanted. */
  private void settle() {
    boolean wanted = handler != null && delivery.isFlowing() && !stream.hasMore() && !ended;
    if (wanted && (paused || crowded)) {
      paused = false;
      crowded = false;
      bytes.resume();
    } else if (!wanted && !paused) {
      paused = true;
      bytes.pause();
    }
  }

  @Override
  public BytesToEvents handler(@Nullable Handler<ServerSentEvent> value) {
    handler = value;
    execute(() -> {});
    return this;
  }

  @Override
  public BytesToEvents pause() {
    execute(delivery::pause);
    return this;
  }

  @Override
  public BytesToEvents resume() {
    return fetch(Long.MAX_VALUE);
  }

  @Override
  public BytesToEvents fetch(long amount) {
    if (amount < 0) {
      throw new IllegalArgumentException("fetch: expected 0 or more, got " + amount);
    }
    execute(() -> delivery.fetch(amount));
    return this;
  }

  @Override
  public BytesToEvents exceptionHandler(@Nullable Handler<Throwable> value) {
    exceptionHandler = value;
    return this;
  }

  @Override
  public BytesToEvents endHandler(@Nullable Handler<Void> value) {
    endHandler = value;
    return this;
  }

  private void call(Runnable handling) {
    try {
      handling.run();
    } catch (Throwable e) {
      ContextInternal home = context;
      if (home == null) {
        LOG.log(System.Logger.Level.WARNING, "a handler of a stream of events threw", e);
      } else {
        home.reportException(e);
      }
    }
  }

  private final class ToHandlers implements Delivery.Target {
    @Override
    public void event(ServerSentEvent event) {
      Handler<ServerSentEvent> target = handler;
      if (target != null) {
        call(() -> target.handle(event));
      }
    }

    @Override
    public void end() {
      Throwable cause = failure;
      Handler<Throwable> failed = exceptionHandler;
      if (cause != null && failed != null) {
        call(() -> failed.handle(cause));
      }
      Handler<Void> done = endHandler;
      if (done != null) {
        call(() -> done.handle(null));
      }
    }
  }
}
