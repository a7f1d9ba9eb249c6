package dev.ssebridge.internal.subscribe;

import dev.ssebridge.StreamGap;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.auth.Access;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.auth.Ticket;
import dev.ssebridge.internal.fanout.Gap;
import dev.ssebridge.internal.fanout.Progress;
import dev.ssebridge.internal.fanout.Subscriber;
import dev.ssebridge.internal.fanout.Subscription;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.socket.ConnectionGate;
import dev.ssebridge.internal.socket.ConnectionGate.Sharing;
import dev.ssebridge.spi.CloseReason;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.auth.User;
import io.vertx.ext.web.RoutingContext;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream from its opening to its end. On its loop. */
final class OpenStream implements Subscription.Listener {
  private static final System.Logger LOG = System.getLogger(OpenStream.class.getName());

  /** The most characters that are kept of what a client says that it is. */
  private static final int MOST_OF_AGENT = 256;

  // set at construction
  private final Serving serving;
  private final LoopStreams streams;
  private final Wish wish;
  private final StreamOpening opening;
  private final long number;
  private final long openedAt;

  // its place among those whose lag is counted
  @Nullable OpenStream before;
  @Nullable OpenStream after;

  private @Nullable Subscriber subscriber;
  private @Nullable ConnectionGate gate;
  private @Nullable EndWarning warning;
  private @Nullable CloseReason reason;
  private boolean answered;

  /** What is done where another stream has its ticket; {@code null} where it has none. */
  private @Nullable Runnable endsWithTicket;

  // written by the loop, read by the thread that ends the response
  private volatile boolean over;

  /**
   * @param opening counts it off
   */
  OpenStream(Serving serving, LoopStreams streams, Wish wish, StreamOpening opening) {
    this.serving = serving;
    this.streams = streams;
    this.wish = wish;
    this.opening = opening;
    this.number = streams.number();
    this.openedAt = serving.hub().clock().getAsLong();
  }

  /** Unique on its loop. */
  long number() {
    return number;
  }

  /** Who has shown who he is; {@code null} where nobody had to. */
  @Nullable Identity who() {
    return wish.who();
  }

  StreamRoute route() {
    return serving.route();
  }

  /** Milliseconds since 1970. */
  long openedAt() {
    return openedAt;
  }

  /** The address of the client. */
  String remote() {
    return wish.remote();
  }

  /** Those that it gets events of. */
  List<String> addresses() {
    return wish.addresses();
  }

  /** Whose it is, as far as somebody says; {@code null} where nobody does. */
  @Nullable String subject() {
    Identity who = wish.who();
    if (who != null) {
      return who.subject();
    }
    User user = wish.user();
    return user == null ? null : user.subject();
  }

  private @Nullable String userAgent() {
    String told = wish.context().request().getHeader(HttpHeaders.USER_AGENT);
    return told == null || told.length() <= MOST_OF_AGENT ? told : told.substring(0, MOST_OF_AGENT);
  }

  /** What an operator sees of it. */
  StreamView view() {
    return new StreamView(
        info(null),
        subscriber().behind(),
        subscriber().waitingBytes(),
        subscriber().sinceLastWrite(),
        userAgent());
  }

  /** Where its history is kept. */
  String store() {
    return serving.route().config().history().store();
  }

  Subscriber subscriber() {
    return Objects.requireNonNull(subscriber, "opened");
  }

  /** Nothing was written yet. */
  void onOpened(Subscriber opened) {
    subscriber = opened;
    HttpServerRequest request = wish.context().request();
    ConnectionGate found = ConnectionGate.of(request.connection());
    if (found != null) {
      // The stream has limits of its own for a client that takes nothing.
      found.onStreamOpened(BridgeRequest.isHttp1(request) ? Sharing.NONE : Sharing.MULTIPLEXED);
      gate = found;
    }
    wish.context().onEnd(cleanly -> onResponseEnded(opened, cleanly));
    streams.add(this);
    warning = EndWarning.of(serving, wish, streams.loop(), opened);
    serving.listener().handlers().onOpened(() -> info(null));
    requireStillAllowed(opened);
  }

  /** Another stream may have been quicker, or a revocation, since it was asked who asks. */
  private void requireStillAllowed(Subscriber opened) {
    Ticket ticket = wish.asker().ticket();
    Access access = serving.listener().access();
    Identity who = wish.who();
    boolean isLate = ticket != null && !bind(ticket, opened);
    if (isLate || (access != null && who != null && access.isRevoked(who, wish.asker().shown()))) {
      opened.close(CloseReason.UNAUTHORIZED);
    }
  }

  private boolean bind(Ticket ticket, Subscriber opened) {
    Runnable ends = this::endElsewhere;
    endsWithTicket = ends;
    return ticket.bind(opened.progress().position(), wish.asker().cameBackWith(), ends);
  }

  @Override
  public void onGap(Gap gap) {
    serving
        .listener()
        .handlers()
        .onGap(
            () ->
                StreamGap.of(
                    info(null), gap.from(), gap.to().toString(), gap.missed(), gap.reason()));
  }

  @Override
  public void onClosed(CloseReason reason) {
    over = true;
    this.reason = reason;
    opening.release();
    streams.remove(this);
    Ticket ticket = wish.asker().ticket();
    if (ticket != null && endsWithTicket != null) {
      ticket.leave(subscriber().progress().position(), endsWithTicket);
      endsWithTicket = null;
    }
    if (warning != null) {
      warning.cancel();
      warning = null;
    }
    if (gate != null) {
      gate.onStreamClosed();
      gate = null;
    }
    LOG.log(Level.DEBUG, () -> "route " + route().name() + ": stream ended, " + reason.word());
    serving.listener().handlers().onClosed(() -> info(reason));
    logIfOver();
  }

  /** When its last words are counted as well. */
  private void logIfOver() {
    CloseReason why = reason;
    if (why != null && answered && serving.listener().logsAccess() && AccessLine.isWanted()) {
      long millis = serving.hub().clock().getAsLong() - openedAt;
      StreamLine.log(route(), wish, streams.id(number), millis, subscriber().account(), why);
    }
  }

  private void onAnswered() {
    if (!answered) {
      answered = true;
      logIfOver();
    }
  }

  /** From another loop. */
  private void endElsewhere() {
    streams.loop().loop().run(() -> subscriber().close(CloseReason.UNAUTHORIZED));
  }

  /** By the bridge, which has closed the subscriber first, or by somebody else. */
  private void onResponseEnded(Subscriber opened, boolean cleanly) {
    HttpServerRequest request = wish.context().request();
    StreamHead.endConnection(request);
    // Of a response that another thread ends, the stream of HTTP/2 may be gone before it says so.
    RoutingContext routing = wish.context().routing();
    if (cleanly || request.response().ended() || (routing != null && routing.failed())) {
      if (!over) {
        serving.interruptions().report(routing);
      }
      opened.close(CloseReason.APPLICATION);
    } else {
      opened.gone();
    }
    streams.loop().loop().run(this::onAnswered);
  }

  /**
   * What is known of it.
   *
   * @param reason why it ended, {@code null} while it is open
   */
  StreamInfo info(@Nullable CloseReason reason) {
    Progress progress = subscriber().progress();
    return StreamInfo.builder(streams.id(number), route().name())
        .addresses(wish.offered(), wish.addresses())
        .parameters(wish.parameters())
        .remote(wish.remote())
        .user(wish.user())
        .opened(Instant.ofEpochMilli(openedAt))
        .ids(progress.first(), progress.last(), progress.position())
        .delivered(progress.delivered())
        .missed(progress.missed())
        .reason(reason)
        .attributes(wish.attributes())
        .build();
  }
}
