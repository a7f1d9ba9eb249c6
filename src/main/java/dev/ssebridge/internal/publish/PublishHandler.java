package dev.ssebridge.internal.publish;

import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.auth.AuthFailure;
import dev.ssebridge.internal.auth.Identity;
import dev.ssebridge.internal.bus.Hub;
import dev.ssebridge.internal.bus.Receipt;
import dev.ssebridge.internal.config.PublishConfig;
import dev.ssebridge.internal.fanout.FanoutLoop;
import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.http.Gate;
import dev.ssebridge.internal.http.HeaderText;
import dev.ssebridge.internal.http.MediaType;
import dev.ssebridge.internal.http.OriginRule;
import dev.ssebridge.internal.http.PathHandler;
import dev.ssebridge.internal.http.Problem;
import dev.ssebridge.internal.http.Rates;
import dev.ssebridge.internal.http.TokenBuckets;
import dev.ssebridge.internal.publish.PublishTarget.Destination;
import dev.ssebridge.internal.socket.Rejection;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the body of a POST on the event bus: a text or JSON body as one message, NDJSON and
 * event streams as one message a line or event, as they arrive.
 */
public final class PublishHandler implements PathHandler {
  private static final CharSequence TYPE_HEADER = HttpHeaders.createOptimized(SseHeaders.EVENT);

  private static final System.Logger LOG = System.getLogger(PublishHandler.class.getName());

  private final Vertx vertx;
  private final Hub hub;
  private final PublishTarget target;
  private final PublishConfig config;
  private final OriginRule origins;
  private final PublishAccess access;
  private final Rates rates;
  private final Gate gate;
  private final Duration drain;

  /** Bodies that have not come to their end. */
  private final Set<Reading> readings = ConcurrentHashMap.newKeySet();

  // written by the thread that takes it away
  private volatile boolean withdrawn;

  /**
   * @param access tells who asks, and who sent a request
   * @param rates how often it may
   * @param gate what every message has to pass; shut when the bridge is closed
   * @param drain how long a bridge that is closed takes
   */
  public PublishHandler(
      Vertx vertx,
      Hub hub,
      PublishTarget target,
      OriginRule origins,
      PublishAccess access,
      Rates rates,
      Gate gate,
      Duration drain) {
    this.vertx = vertx;
    this.hub = hub;
    this.target = target;
    this.config = target.config();
    this.origins = origins;
    this.access = access;
    this.rates = rates;
    this.gate = gate;
    this.drain = drain;
  }

  @Override
  public PathTemplate path() {
    return config.path();
  }

  @Override
  public void serve(BridgeRequest context) {
    BridgeRequest noted = access.noted(context, target);
    target.counters().begin(noted);
    failing(noted, () -> accept(noted));
  }

  private void failing(BridgeRequest context, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "path " + config.path() + ": a body could not be published", e);
      context.fail(e);
    }
  }

  private void accept(BridgeRequest context) {
    if (gate.isShut()) {
      Rejection.send(vertx, context, shuttingDown(context));
      return;
    }
    try {
      origins.require(context.request());
      Instant shown = access.now();
      access.identify(context, who -> failing(context, () -> accept(context, who, shown)));
    } catch (BadRequestException e) {
      Rejection.send(vertx, context, e.problem());
    }
  }

  private void accept(BridgeRequest context, @Nullable Identity who, Instant shown) {
    HttpServerRequest request = context.request();
    try {
      MediaType media =
          MediaType.of(request.headers().getAll(HttpHeaders.CONTENT_TYPE), config.body());
      InflatedBody.requireKnown(request);
      String type = typeOf(context);
      String key = IdempotencyKey.of(request);
      Destination destination = target.destination(context, who, shown, access);
      requireFitting(request, media);
      String remote = access.remotes().of(request);
      PublishRate rate = PublishRate.of(rates, remote, who, destination.address());
      if (!media.isStreaming()) {
        requireRate(context, rate);
      }
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))
          && request.version() != HttpVersion.HTTP_1_0) { // RFC 9110, section 10.1.1
        context.response().writeContinue();
      }
      HeldChannels held = HeldChannels.of(hub, destination, remote);
      PublishRate paced = media.isStreaming() ? rate : PublishRate.NONE;
      held.whenReady(
          context.request(),
          () -> failing(context, () -> read(context, media, destination, type, key, paced, held)));
    } catch (AuthFailure e) {
      access.refuse(context, e);
    } catch (BadRequestException e) {
      Rejection.send(vertx, context, e.problem());
    }
  }

  private Problem shuttingDown(BridgeRequest context) {
    long seconds = Math.max(1, drain.toSeconds());
    context.response().putHeader("retry-after", Long.toString(seconds));
    return new Problem(
        503,
        withdrawn ? "this path is served no more" : "the server is shutting down; try again later");
  }

  /** Of a body that is one message the length is known before it is read. */
  private void requireFitting(HttpServerRequest request, MediaType media)
      throws BadRequestException {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (!media.isStreaming() && length != null && Long.parseLong(length) > config.maxBody()) {
      throw new BadRequestException(tooLarge());
    }
  }

  private static void requireRate(BridgeRequest context, PublishRate rate)
      throws BadRequestException {
    PublishRate.Over over = rate.take();
    if (over != null) {
      context
          .response()
          .putHeader(HttpHeaders.RETRY_AFTER, Long.toString(TokenBuckets.seconds(over.nanos())));
      throw new BadRequestException(429, over.reason() + "; try again later");
    }
  }

  private Problem tooLarge() {
    String reason = "body: expected at most " + config.maxBody() + " bytes (maxBody), got more";
    return new Problem(413, reason);
  }

  private @Nullable String typeOf(BridgeRequest context) throws BadRequestException {
    HttpServerRequest request = context.request();
    String query = request.query() == null ? null : context.query().get("event");
    return target.requireType(query != null ? query : HeaderText.strict(request, TYPE_HEADER));
  }

  private void read(
      BridgeRequest context,
      MediaType media,
      Destination destination,
      @Nullable String type,
      @Nullable String key,
      PublishRate rate,
      HeldChannels held) {
    if (context.response().closed()) {
      held.letGo(null);
      return;
    }
    boolean stored = hub.isStored(destination.address());
    String down = stored ? hub.storeProblem(destination.address()) : null;
    if (down != null) {
      held.letGo(null);
      context.response().putHeader(HttpHeaders.RETRY_AFTER, PublishAnswer.STORE_RETRY_AFTER);
      Rejection.send(vertx, context, PublishAnswer.storeDown(down));
      return;
    }
    boolean asked = Preference.isRepresentation(context.request());
    Receipt receipt = asked || stored ? hub.receipts().open(destination.address()) : null;
    Runnable letGo = () -> held.letGo(receipt);
    Publisher.MessageName name = nameOf(destination, media, key);
    Publisher publisher =
        new Publisher(vertx.eventBus(), destination.address(), type, receipt, name);
    PublishLine.of(context).counts(publisher);
    Pace pace = new Pace(vertx, hub, destination.address(), rate, stored);
    PublishAnswer answer = new PublishAnswer(context.request(), pace, receipt, asked);
    BodyForm form = new BodyForm(config.body());
    BodyReader reader =
        switch (media.kind()) {
          case NDJSON -> new NdjsonBody(publisher, form, config.maxBody());
          case EVENT_STREAM -> new EventStreamBody(publisher, target);
          case JSON, TEXT -> new SingleBody(publisher, media, form, config.maxBody());
        };
    try {
      BodyReader coded = InflatedBody.of(context.request(), reader);
      read(context, coded, publisher, destination, pace, answer, letGo);
    } catch (BadRequestException e) {
      letGo.run();
      Rejection.send(vertx, context, e.problem());
    }
  }

  /** Where one node records for all, each message needs a name, so that others know it by that. */
  private Publisher.@Nullable MessageName nameOf(
      Destination destination, MediaType media, @Nullable String key) {
    if (key == null && !hub.isLeased(destination.address())) {
      return null;
    }
    String name =
        key == null ? UUID.randomUUID().toString() : IdempotencyKey.of(key, destination.who());
    return number -> {
      if (key != null) {
        IdempotencyKey.requireRemembered(number);
      }
      return IdempotencyKey.of(name, media.isStreaming(), number);
    };
  }

  private void read(
      BridgeRequest context,
      BodyReader reader,
      Publisher publisher,
      Destination destination,
      Pace pace,
      PublishAnswer answer,
      Runnable letGo) {
    Context loop = Vertx.currentContext();
    FanoutLoop timers = hub.fanout(loop);
    Reading[] self = new Reading[1];
    Runnable onDone =
        () -> {
          readings.remove(self[0]);
          letGo.run();
        };
    Reading.Door door =
        new Reading.Door(
            gate,
            () -> shuttingDown(context),
            () -> access.lost(context, destination.who(), destination.shown()));
    Review review = null;
    if (Review.isNeeded(target, destination)) {
      review =
          new Review(
              vertx,
              context,
              target,
              destination,
              publisher,
              door,
              problem -> self[0].failUndecided(problem));
      publisher.reviewedBy(review);
    }
    Reading reading =
        new Reading(
            vertx,
            context,
            reader,
            review,
            door,
            pace,
            answer,
            onDone,
            timers,
            config.bodyTimeout(),
            config.messageTimeout());
    self[0] = reading;
    readings.add(reading);
    try {
      reading.start();
      if (gate.isShut() || withdrawn) {
        reading.shutDown(); // it may have come after those that close() knew
      }
    } catch (RuntimeException e) {
      reading.abandon();
      throw e;
    }
  }

  /** Whether no body is on its way. */
  public boolean isIdle() {
    return readings.isEmpty();
  }

  /** The path is served no more: answers the bodies that have not come to their end. Any thread. */
  public void withdraw() {
    withdrawn = true;
    close();
  }

  /** Answers the bodies that have not come to their end; any thread. */
  public void close() {
    readings.forEach(Reading::shutDown);
  }
}
