package dev.ssebridge.internal.fanout;

import dev.ssebridge.SlowPolicy;
import dev.ssebridge.internal.eventstream.FrameBuffer;
import dev.ssebridge.internal.log.EventLog;
import dev.ssebridge.internal.log.LogShape;
import dev.ssebridge.internal.log.Retention;
import dev.ssebridge.spi.CloseReason;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A channel on a manual loop, with recording sinks. */
final class FanoutFixture {
  static final Retention LARGE = new Retention(1_000_000, 1 << 30, 3_600_000);

  final ManualLoop loop = new ManualLoop();
  final StreamCounters counters = new StreamCounters();
  final Channel channel;
  final FanoutLoop fanout;

  private final FrameBuffer frame = new FrameBuffer(256);

  FanoutFixture(Retention retention, StreamPolicy policy) {
    this(retention, policy, LogShape.PLAIN, "epoch0", 1);
  }

  FanoutFixture(Retention retention, StreamPolicy policy, LogShape shape, String epoch, long seed) {
    EventLog log = new EventLog(epoch, retention, shape);
    this.channel = new Channel("test", log, policy, counters, loop::millis);
    this.fanout = new FanoutLoop(loop, new SplittableRandom(seed));
  }

  static StreamPolicy policy(SlowPolicy slow, LagLimits lag) {
    return new StreamPolicy(0, 0, "sse.gap", lag, slow, 1000);
  }

  void publish(String data) {
    publish(0, null, data);
  }

  void publish(int source, @Nullable String key, String data) {
    publish(source, key, null, data);
  }

  void publish(int source, @Nullable String key, @Nullable String label, String data) {
    EventLog log = channel.log();
    frame.clear().id(log.epoch(), log.head() + 1).data(data).end();
    channel.append(source, key, label, frame.array(), 0, frame.length());
  }

  Client connect(Start.From from) {
    return connect(from, EventFilter.ALL, Long.MAX_VALUE, 0);
  }

  Client connect(Start.From from, EventFilter filter, long maxEvents, long maxAge) {
    return connect(from, filter, maxEvents, maxAge, reason -> {});
  }

  /**
   * @param onClose told of the end, after the client
   */
  Client connect(
      Start.From from,
      EventFilter filter,
      long maxEvents,
      long maxAge,
      Consumer<CloseReason> onClose) {
    Client client = new Client();
    Consumer<CloseReason> closed = client.closed::add;
    Start start = channel.start(from, epoch -> false);
    Subscription subscription =
        new Subscription(filter, maxEvents, maxAge, -1, closed.andThen(onClose)::accept);
    Channel.Opening opening = channel.subscribe(fanout, start, subscription, client.sink);
    client.subscriber = opening.subscriber();
    client.start = start;
    opening.open();
    return client;
  }

  /** A subscriber and what its client saw. */
  static final class Client {
    final RecordingSink sink = new RecordingSink();
    final List<CloseReason> closed = new ArrayList<>();
    private @Nullable Subscriber subscriber;
    private @Nullable Start start;

    Subscriber subscriber() {
      if (subscriber == null) {
        throw new IllegalStateException("not connected");
      }
      return subscriber;
    }

    Start start() {
      if (start == null) {
        throw new IllegalStateException("not connected");
      }
      return start;
    }

    /** The socket takes bytes again. */
    void drain() {
      drain(Long.MAX_VALUE);
    }

    void drain(long bytes) {
      sink.takeOnly(bytes);
      subscriber().writable();
    }

    List<String> data() {
      return sink.events().stream().map(e -> String.valueOf(e.data())).toList();
    }
  }
}
