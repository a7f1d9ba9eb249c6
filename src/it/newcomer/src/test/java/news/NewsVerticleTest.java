package news;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.format.ServerSentEvent;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.junit5.VertxExtension;
import io.vertx.junit5.VertxTestContext;
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

  @Test
  void aGoalReachesWhoeverFollowsTheTopic(Vertx vertx, VertxTestContext context) {
    EventSource source =
        EventSource.create(vertx, "http://127.0.0.1:" + news.port() + "/api/news/sports");
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
        .request(HttpMethod.GET, news.port(), "127.0.0.1", "/api/sse-bridge/client.js")
        .compose(request -> request.send())
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
