package dev.ssebridge.internal.http;

import dev.ssebridge.internal.bus.BoundChannel;
import dev.ssebridge.internal.bus.RouteChannels.Placement;
import dev.ssebridge.internal.config.PublishConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the body of a POST on the event bus: a text or JSON body as one message, NDJSON and
 * event streams as one message a line or event, as they arrive.
 */
final class PublishHandler implements Handler<RoutingContext> {
  private static final int MAX_PARAMETER = 4096;
  private static final String TYPE_HEADER = "Sse-Event";

  private final Vertx vertx;
  private final Channels channels;
  private final PublishConfig config;
  private final StreamListener listener;
  private final List<Channels.Route> fed;

  PublishHandler(Vertx vertx, Channels channels, PublishConfig config, StreamListener listener) {
    this.vertx = vertx;
    this.listener = listener;
    this.channels = channels;
    this.config = config;
    this.fed = channels.fedBy(config.address());
  }

  @Override
  public void handle(RoutingContext context) {
    HttpServerRequest request = context.request();
    if (listener.isDraining()) {
      refuse(context, new Problem(503, "the server is shutting down; try again later"));
      return;
    }
    try {
      MediaType media = MediaType.of(request);
      String type = typeOf(context);
      Map<String, String> parameters =
          PathParameters.of(i -> context.pathParam("param" + i), config.path(), maxParameter());
      requireFitting(request, media);
      String address = config.address().resolve(parameters);
      request.pause();
      if ("100-continue".equalsIgnoreCase(request.getHeader("expect"))) {
        context.response().writeContinue();
      }
      whenHistoryIsOpen(address, () -> read(context, media, address, type));
    } catch (BadRequestException e) {
      refuse(context, e.problem());
    }
  }

  private int maxParameter() {
    return fed.stream()
        .mapToInt(route -> route.config().limits().parameter())
        .min()
        .orElse(MAX_PARAMETER);
  }

  /** Of a body that is one message the length is known before it is read. */
  private void requireFitting(HttpServerRequest request, MediaType media)
      throws BadRequestException {
    String length = request.getHeader("content-length");
    if (!media.isStreaming() && length != null && Long.parseLong(length) > config.maxBody()) {
      throw new BadRequestException(tooLarge());
    }
  }

  private Problem tooLarge() {
    return new Problem(
        413, "body: expected at most " + config.maxBody() + " bytes (maxBody), got more");
  }

  private static @Nullable String typeOf(RoutingContext context) throws BadRequestException {
    String query = QueryText.of(context.request(), context::queryParams).get("event");
    String type = query != null ? query : HeaderText.of(context.request(), TYPE_HEADER);
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
   * channel is opened, if the route may have one more.
   */
  private void whenHistoryIsOpen(String address, Runnable then) {
    List<Future<Void>> opening = new ArrayList<>();
    for (Channels.Route route : fed) {
      BoundChannel bound = route.channels().acquire(List.of(address), Placement.HERE);
      if (bound != null) {
        bound.channel().release();
        if (!bound.ready().succeeded()) {
          opening.add(bound.ready());
        }
      }
    }
    if (opening.isEmpty()) {
      then.run();
      return;
    }
    Context loop = Vertx.currentContext();
    // A consumer that could not be registered has reported it; the message goes out all the same.
    Future.join(opening).onComplete(ready -> loop.runOnContext(v -> then.run()));
  }

  private void read(
      RoutingContext context, MediaType media, String address, @Nullable String type) {
    if (context.response().closed()) {
      return;
    }
    Publisher publisher = new Publisher(vertx.eventBus(), address, type);
    BodyReader reader =
        switch (media.kind()) {
          case NDJSON -> new NdjsonBody(publisher, config.maxBody());
          case EVENT_STREAM -> new EventStreamBody(publisher, config.maxBody());
          case JSON, TEXT -> new SingleBody(publisher, media, config.maxBody());
        };
    new Reading(context, reader, channels.hub().fence(address)).start();
  }

  /** Answers, and reads no more of the body. */
  static void refuse(RoutingContext context, Problem problem) {
    HttpServerRequest request = context.request();
    if (!request.isEnded()) {
      switch (request.version()) {
        // What is left of the body would be taken for the next request.
        case HTTP_1_0, HTTP_1_1 -> context.response().putHeader("connection", "close");
        default -> {}
      }
    }
    problem.send(context.response());
  }
}
