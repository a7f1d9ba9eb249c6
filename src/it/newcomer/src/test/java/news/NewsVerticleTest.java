package news;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class NewsVerticleTest {
  private final NewsVerticle news = new NewsVerticle();

  @BeforeEach
  void deploy(Vertx vertx, VertxTestContext context) {
    vertx.deployVerticle(news).onComplete(context.succeedingThenComplete());
  }

  private EventSourceOptions as(String user, String path) {
    String credentials = user + ":secret of " + user;
    return new EventSourceOptions("http://127.0.0.1:" + news.port() + path)
        .addHeader(
            "authorization",
            "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
  }

  @Test
  void whoDoesNotLogInGetsNoStream(Vertx vertx, VertxTestContext context) {
    EventSource source =
        EventSource.create(
            vertx, new EventSourceOptions("http://127.0.0.1:" + news.port() + "/api/inbox"));
    source
        .connect()
        .onComplete(
            context.failing(
                refused ->
                    context.verify(
                        () -> {
                          assertEquals(401, ((EventSourceException) refused).statusCode());
                          context.completeNow();
                        })));
  }

  @Test
  void everybodyHasAnInboxOfTheirOwn(Vertx vertx, VertxTestContext context) {
    List<String> received = new CopyOnWriteArrayList<>();
    EventSource ann = EventSource.create(vertx, as("ann", "/api/inbox"));
    EventSource ben = EventSource.create(vertx, as("ben", "/api/inbox"));
    ann.handler(event -> received.add("ann: " + event.data()));
    ben.handler(
        event ->
            context.verify(
                () -> {
                  assertEquals("for ben", event.data());
                  assertEquals(List.of("ann: for ann"), received);
                  context.completeNow();
                }));
    Future.all(ann.connect(), ben.connect())
        .onSuccess(
            open -> {
              vertx.eventBus().publish("user.ann", "for ann");
              awaitReceived(vertx, received, () -> vertx.eventBus().publish("user.ben", "for ben"));
            })
        .onFailure(context::failNow);
  }

  private static void awaitReceived(Vertx vertx, List<String> received, Runnable next) {
    vertx.setPeriodic(
        5,
        timer -> {
          if (!received.isEmpty() && vertx.cancelTimer(timer)) {
            next.run();
          }
        });
  }

  @Test
  void theAnswerOfALanguageModelIsReadWordByWord(Vertx vertx, VertxTestContext context) {
    StringBuilder answer = new StringBuilder();
    vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .response()
                    .putHeader("content-type", "text/event-stream")
                    .end("data: {\"word\":\"Hello\"}\n\ndata: {\"word\":\" world\"}\n\ndata: [DONE]\n\n"))
        .listen(0, "127.0.0.1")
        .onFailure(context::failNow)
        .onSuccess(
            model -> {
              EventSource source =
                  EventSource.builder(vertx)
                      .with(
                          new EventSourceOptions("http://127.0.0.1:" + model.actualPort() + "/")
                              .setMethod(HttpMethod.POST)
                              .setRequestBody("{\"stream\":true}"))
                      .once()
                      .until(event -> "[DONE]".equals(event.data()))
                      .build();
              source.handler(event -> answer.append(((JsonObject) event.json()).getString("word")));
              source.endHandler(
                  end ->
                      context.verify(
                          () -> {
                            assertEquals("Hello world", answer.toString());
                            context.completeNow();
                          }));
              source.connect().onFailure(context::failNow);
            });
  }

  @Test
  void aGoalReachesWhoeverFollowsTheTopic(Vertx vertx, VertxTestContext context) {
    EventSource source = EventSource.create(vertx, as("ann", "/api/news/sports"));
    source.handler(
        (ServerSentEvent event) ->
            context.verify(
                () -> {
                  assertEquals("{\"team\":\"home\",\"minute\":90}", event.data());
                  source.close().onComplete(context.succeedingThenComplete());
                }));
    source
        .connect()
        .onSuccess(open -> vertx.eventBus().publish("news.sports", new Goal("home", 90)))
        .onFailure(context::failNow);
  }

  @Test
  void theClientOfABrowserIsServedBesideTheStream(Vertx vertx, VertxTestContext context) {
    vertx
        .createHttpClient()
        .request(HttpMethod.GET, news.port(), "127.0.0.1", "/api/sse-bridge.js")
        .compose(
            request ->
                request
                    .putHeader("authorization", as("ann", "/").getHeaders().get("authorization"))
                    .send())
        .map(HttpClientResponse::statusCode)
        .onComplete(
            context.succeeding(
                status ->
                    context.verify(
                        () -> {
                          assertEquals(200, status);
                          context.completeNow();
                        })));
  }

  @Test
  void nothingOfTheBridgesOwnTestsIsHere() {
    assertThrows(
        ClassNotFoundException.class, () -> Class.forName("dev.ssebridge.testing.SseProbe"));
  }
}
