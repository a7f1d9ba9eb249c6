package dev.ssebridge.internal.client;

import dev.ssebridge.EventDecoder;
import dev.ssebridge.EventSourceException;
import dev.ssebridge.EventSourceOptions;
import dev.ssebridge.EventSourceReason;
import dev.ssebridge.EventSourceRequest;
import dev.ssebridge.EventSourceRequestSupplier;
import dev.ssebridge.EventSourceState;
import dev.ssebridge.EventSourceTransition;
import dev.ssebridge.EventTooLargeException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows one event stream over any number of connections (WHATWG HTML, section 9.2.3): the state
 * machine between the wire ({@link Exchange}) and the application ({@link StreamObserver}).
 *
 * <p>Everything happens on one context: calls must come from it, and call-backs are made on it.
 * Every method may be called from within a call-back.
 */
public final class StreamFollower {
  /** A stream that stayed open this long was a good one, even if it delivered nothing. */
  private static final long GOOD_MILLIS = 60_000;

  // Set at construction.
  private final EventSourceOptions options;
  private final Exchange.Opener opener;
  private final Timers timers;
  private final StreamObserver observer;
  private final Backoff backoff;
  private final ResponsePolicy policy;
  private final Delivery delivery;
  private final DecodedStream stream;
  private final FollowerCounters counters = new FollowerCounters();

  // Only on the context.
  private @Nullable EventSourceState state;
  private @Nullable Connection connection;
  private Timers.@Nullable Timer timer;
  private @Nullable EventSourceException lastFailure;
  private @Nullable Promise<Void> closing;
  private Map<String, java.util.List<String>> responseHeaders = Map.of();
  private long attempt;
  private int failures;
  private long goodAt;
  private boolean refreshed;

  StreamFollower(
      EventSourceOptions options,
      Exchange.Opener opener,
      Timers timers,
      DoubleSupplier chance,
      StreamObserver observer) {
    this.options = options;
    this.opener = opener;
    this.timers = timers;
    this.observer = observer;
    this.policy = new ResponsePolicy(options.isStrict());
    this.backoff =
        new Backoff(
            options.reconnectDelay().toMillis(),
            options.maxReconnectDelay().toMillis(),
            options.jitter(),
            chance);
    this.delivery = null;
    this.stream = null;
  }
}
