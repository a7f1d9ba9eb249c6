package dev.ssebridge.internal.http;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.Receipt;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.bus.RouteChannels.Purpose;
import dev.ssebridge.internal.bus.RouteChannels.Wish;
import dev.ssebridge.internal.config.PathTemplate;
import dev.ssebridge.internal.config.PublishConfig;
import dev.ssebridge.internal.eventstream.ReservedTypes;
import dev.ssebridge.internal.fanout.FanoutLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the body of a POST on the event bus: a text or JSON body as one message, NDJSON and
 * event streams as one message a line or event, as they arrive.
 */
final class PublishHandler implements PathHandler {
  private static final int MAX_PARAMETER = 4096;
  private static final CharSequence TYPE_HEADER = HttpHeaders.createOptimized("sse-event");

  private static final System.Logger LOG = System.getLogger(PublishHandler.class.getName());

  private final Vertx vertx;
  private final Channels channels;
  private final PublishConfig config;
  private final StreamListener listener;
  private final OriginRule origins;
  private final ReservedTypes reserved;
  private final List<Channels.Route> onDemand;

  /** Bodies that have not come to their end. */
  private final Set<Reading> readings = ConcurrentHashMap.newKeySet();

  PublishHandler(
      Vertx vertx,
      Channels channels,
      PublishConfig config,
      OriginRule origins,
      StreamListener listener) {
    this.vertx = vertx;
    this.listener = listener;
    this.channels = channels;
    this.config = config;
    this.origins = origins;
    this.reserved = channels.reservedTypes();
    this.onDemand = channels.ofOneAddressOnDemand();
  }

  @Override
  public PathTemplate path() {
    return config.path();
  }

  @Override
  public void serve(BridgeRequest context) {
    failing(context, () -> accept(context));
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
    HttpServerRequest request = context.request();
    if (listener.gate().isShut()) {
      refuse(vertx, context, shuttingDown(context));
      return;
    }
    try {
      origins.require(request);
      MediaType media = MediaType.of(request.getHeader(HttpHeaders.CONTENT_TYPE));
      InflatedBody.requireKnown(request);
      String type = typeOf(context);
      Destination destination = destination(context::pathParameter, request.path());
      requireFitting(request, media);
      if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))
          && request.version() != HttpVersion.HTTP_1_0) { // RFC 9110, section 10.1.1
        context.response().writeContinue();
      }
      List<BoundChannel> held = hold(destination, listener.remotes().of(request));
      whenReady(context, held, () -> read(context, media, destination, type, held));
    } catch (BadRequestException e) {
      refuse(vertx, context, e.problem());
    }
  }

  private Problem shuttingDown(BridgeRequest context) {
    long seconds = Math.max(1, channels.config().http().drain().toSeconds());
    context.response().putHeader("retry-after", Long.toString(seconds));
    return new Problem(503, "the server is shutting down; try again later");
  }

  /**
   * Where a message goes.
   *
   * @param address on the event bus
   * @param fed the routes that have, or may have, a channel of this address
   */
  private record Destination(String address, List<Channels.Route> fed) {}

  /**
   * Where the bodies for a path go.
   *
   * @param given the values of its parameters, from the left
   * @throws BadRequestException if one of them does not fit
   */
  private Destination destination(IntFunction<@Nullable String> given, @Nullable String path)
      throws BadRequestException {
    Map<String, String> parameters = PathParameters.of(given, config.path(), MAX_PARAMETER, path);
    String address = PathParameters.address(config.address(), config.path(), parameters);
    if (channels.hasTypesOfAddresses()) {
      requireFree(reserved, address);
    }
    return new Destination(address, fedBy(address));
  }

  private List<Channels.Route> fedBy(String address) throws BadRequestException {
    List<Channels.Route> fed = new ArrayList<>();
    Channels.Route unfit = null;
    for (Channels.Route route : onDemand) {
      Map<String, String> values = route.match(address);
      if (values != null) {
        if (isFitting(values, route.config().limits().parameter())) {
          fed.add(route);
        } else {
          unfit = route;
        }
      }
    }
    if (fed.isEmpty() && unfit != null) {
      throw BadRequestException.overLimit(
          "path "
              + config.path()
              + ": expected at most "
              + unfit.config().limits().parameter()
              + " characters for each parameter (limits.parameter of route "
              + unfit.name()
              + "), got more");
    }
    return fed;
  }

  private static boolean isFitting(Map<String, String> values, int most) {
    for (String value : values.values()) {
      if (value.length() > most) {
        return false;
      }
    }
    return true;
  }

  /** Of a body that is one message the length is known before it is read. */
  private void requireFitting(HttpServerRequest request, MediaType media)
      throws BadRequestException {
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (!media.isStreaming() && length != null && Long.parseLong(length) > config.maxBody()) {
      throw new BadRequestException(tooLarge());
    }
  }

  private Problem tooLarge() {
    return new Problem(
        413, "body: expected at most " + config.maxBody() + " bytes (maxBody), got more");
  }

  private @Nullable String typeOf(BridgeRequest context) throws BadRequestException {
    HttpServerRequest request = context.request();
    String query = request.query() == null ? null : context.query().get("event");
    String type = requireLine(query != null ? query : HeaderText.of(request, TYPE_HEADER));
    requireFree(reserved, type);
    return type;
  }

  /**
   * @throws BadRequestException if only the bridge itself may send this type
   */
  static void requireFree(ReservedTypes reserved, @Nullable String type)
      throws BadRequestException {
    if (type != null && reserved.contains(type)) {
      throw new BadRequestException(
          400,
          "event type: expected one of your own, got one that only the bridge itself sends ("
              + ReservedTypes.PREFIX
              + "*, and the gapType of a route)");
    }
  }

  /** A type for events, {@code null} for none. */
  private static @Nullable String requireLine(@Nullable String type) throws BadRequestException {
    if (type == null || type.isEmpty()) {
      return null;
    }
    if (type.indexOf('\n') >= 0 || type.indexOf('\r') >= 0 || type.indexOf(0) >= 0) {
      throw new BadRequestException(
          400, "event type: expected one line without CR, LF and NUL, got one with");
    }
    return type;
  }

  /**
   * What is published before the first subscriber comes is history for those who come later, so the
   * channel is opened, if the route may have one more, and held until the body is in it. Otherwise
   * it is published all the same, as what matters to others must not give way for it.
   */
  private static List<BoundChannel> hold(Destination destination, String remote) {
    List<BoundChannel> held = new ArrayList<>();
    List<String> addresses = List.of(destination.address());
    Wish wish = new Wish(Purpose.PUBLISH, Placement.HERE, remote);
    for (Channels.Route route : destination.fed()) {
      BoundChannel bound = route.channels().acquire(addresses, wish);
      if (bound != null) {
        held.add(bound);
      }
    }
    return held;
  }

  /** Lets channels go once all that was published there is in their logs. */
  private void letGo(Destination destination, List<BoundChannel> held, @Nullable Receipt receipt) {
    channels
        .hub()
        .fence(destination.address())
        .accept(
            () -> {
              held.forEach(bound -> bound.channel().release());
              if (receipt != null) {
                channels.hub().receipts().close(receipt);
              }
            });
  }

  private void whenReady(BridgeRequest context, List<BoundChannel> held, Runnable then) {
    Future<?> opened = opening(held);
    if (opened == null) {
      then.run();
      return;
    }
    context.request().pause();
    Context loop = Vertx.currentContext();
    opened.onComplete(ready -> loop.runOnContext(v -> failing(context, then)));
  }

  /**
   * Completed once messages reach these channels; {@code null} where they do already. A consumer
   * that could not be registered has reported it; the message goes out all the same.
   */
  private static @Nullable Future<?> opening(List<BoundChannel> held) {
    List<Future<Void>> opening = null;
    for (BoundChannel bound : held) {
      if (!bound.ready().isComplete()) {
        opening = opening == null ? new ArrayList<>() : opening;
        opening.add(bound.ready());
      }
    }
    return opening == null ? null : Future.join(opening);
  }

  private void read(
      BridgeRequest context,
      MediaType media,
      Destination destination,
      @Nullable String type,
      List<BoundChannel> held) {
    if (context.response().closed()) {
      letGo(destination, held, null);
      return;
    }
    Receipt receipt =
        Preference.isRepresentation(context.request())
            ? channels.hub().receipts().open(destination.address())
            : null;
    Runnable letGo = () -> letGo(destination, held, receipt);
    Publisher publisher = new Publisher(vertx.eventBus(), destination.address(), type, receipt);
    Pace pace = new Pace(channels.hub(), destination.address());
    PublishAnswer answer = new PublishAnswer(context.response(), pace, receipt);
    BodyReader reader =
        switch (media.kind()) {
          case NDJSON -> new NdjsonBody(publisher, config.maxBody());
          case EVENT_STREAM -> new EventStreamBody(publisher, reserved, config.maxBody());
          case JSON, TEXT -> new SingleBody(publisher, media, config.maxBody());
        };
    try {
      read(context, InflatedBody.of(context.request(), reader), pace, answer, letGo);
    } catch (BadRequestException e) {
      letGo.run();
      refuse(vertx, context, e.problem());
    }
  }

  private void read(
      BridgeRequest context, BodyReader reader, Pace pace, PublishAnswer answer, Runnable letGo) {
    Context loop = Vertx.currentContext();
    FanoutLoop timers = loop.isEventLoopContext() ? channels.hub().fanout(loop) : null;
    Reading[] self = new Reading[1];
    Runnable onDone =
        () -> {
          readings.remove(self[0]);
          letGo.run();
        };
    Reading reading =
        new Reading(
            vertx,
            context,
            reader,
            new Reading.Door(listener.gate(), () -> shuttingDown(context)),
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
      if (listener.gate().isShut()) {
        reading.shutDown(); // it may have come after those that close() knew
      }
    } catch (RuntimeException e) {
      reading.abandon();
      throw e;
    }
  }

  /** Answers the bodies that have not come to their end; any thread. */
  void close() {
    readings.forEach(Reading::shutDown);
  }

  /** Answers, and publishes no more of the body. */
  static void refuse(Vertx vertx, BridgeRequest context, Problem problem) {
    HttpServerRequest request = context.request();
    boolean more = !request.isEnded();
    if (more) {
      switch (request.version()) {
        // What is left of the body would be taken for the next request.
        case HTTP_1_0, HTTP_1_1 -> {
          context.response().putHeader("connection", "close");
          ConnectionGate gate = ConnectionGate.of(request.connection());
          if (gate != null) {
            gate.close();
          }
        }
        default -> {}
      }
    }
    problem.send(context.response());
    if (more) {
      Lingering.start(vertx, request);
    }
  }
}
