package dev.ssebridge.internal.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.internal.bus.DropWarnings;
import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.LogRecorder;
import dev.ssebridge.testing.SseProbe;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.junit5.VertxExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that a handler of the application has let go by, while it waited for something. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class LostBodyTest {
  private static final String CONFIG =
      "{'routes':{'t':{'path':'/topics/:topic','address':'topics.{topic}','linger':0}},"
          + "'publish':{'t':{'path':'/topics/:topic','address':'topics.{topic}','maxBody':'1MiB'}}}";

  private Vertx vertx; // of each test, as warnings are limited in each

  @BeforeEach
  void start(Vertx own) {
    vertx = own;
  }

  /** Goes on later, and has not paused. */
  private Handler<Router> later(long millis) {
    return router ->
        router.route().handler(context -> vertx.setTimer(millis, timer -> context.next()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 4\r\n\r\nlost",
        "Transfer-Encoding: chunked\r\n\r\n4\r\nlost\r\n0\r\n\r\n"
      })
  void aLostBodyIsNotPublishedAsNothing(String rest) {
    try (LogRecorder log = LogRecorder.of(DropWarnings.class);
        BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, later(20))) {
      SseProbe bystander = bridge.open("/topics/a");
      for (int i = 0; i < 20; i++) {
        SseProbe posted = bridge.probes().raw(bridge.port(), head() + rest).awaitEnd();
        assertThat(posted.status()).isEqualTo(500);
        assertThat(posted.header("content-type")).isEqualTo("application/problem+json");
      }
      bridge.publish("topics.a", "the end");
      bystander.awaitData("the end");
      assertThat(bystander.data()).containsExactly("the end");
      assertThat(log.messages()).hasSize(1);
      assertThat(log.messages().get(0)).contains("pause()", "BodyHandler");
    }
  }

  @Test
  void aBodyWhoseBeginningIsLostIsNotPublishedWithoutIt() {
    try (LogRecorder log = LogRecorder.of(DropWarnings.class);
        BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, later(300))) {
      SseProbe bystander = bridge.open("/topics/a");
      SseProbe posted =
          bridge.probes().raw(bridge.port(), head() + "Content-Length: 20\r\n\r\n0123456789");
      assertThat(posted.awaitEnd().status()).isEqualTo(500);
      bridge.publish("topics.a", "the end");
      bystander.awaitData("the end");
      assertThat(bystander.data()).containsExactly("the end");
      assertThat(log.messages()).hasSize(1);
    }
  }

  @Test
  void whatIsEmptyIsPublishedEmptyHoweverLate() {
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, later(50))) {
      SseProbe bystander = bridge.open("/topics/a");
      for (String rest : new String[] {"Content-Length: 0\r\n\r\n", "\r\n"}) {
        SseProbe posted = bridge.probes().raw(bridge.port(), head() + rest).awaitEnd();
        assertThat(posted.status()).isEqualTo(202);
      }
      bystander.awaitEvents(2);
      assertThat(bystander.data()).containsExactly("", "");
    }
  }

  @Test
  void aBodyHandlerKeepsItAndOneThatChangesItIsBelieved() {
    Handler<Router> before =
        router ->
            router
                .route()
                .handler(BodyHandler.create())
                .handler(context -> vertx.setTimer(50, timer -> context.next()));
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, before)) {
      SseProbe bystander = bridge.open("/topics/a");
      for (String rest :
          new String[] {"Content-Length: 4\r\n\r\nkept", "Content-Length: 0\r\n\r\n"}) {
        SseProbe posted = bridge.probes().raw(bridge.port(), head() + rest).awaitEnd();
        assertThat(posted.status()).isEqualTo(202);
      }
      bystander.awaitEvents(2);
      assertThat(bystander.data()).containsExactly("kept", "");
    }
  }

  private enum Body {
    LOST,
    PARTLY_LOST,
    PAUSED,
    EMPTY
  }

  @ParameterizedTest
  @EnumSource
  void overHttp2AsWellWhereNoLengthIsSaid(Body body) {
    Promise<Void> goesOn = Promise.promise();
    Handler<Router> before =
        router ->
            router
                .route()
                .method(HttpMethod.POST)
                .handler(
                    context -> {
                      if (body == Body.PAUSED) {
                        context.request().pause();
                      }
                      vertx.setTimer(
                          150,
                          timer -> {
                            context.next();
                            goesOn.complete();
                          });
                    });
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false));
    try (BridgeFixture bridge = BridgeFixture.withRouter(vertx, CONFIG, before)) {
      SseProbe bystander = bridge.open("/topics/a");
      HttpClientRequest request =
          BridgeFixture.get(
              client.request(HttpMethod.POST, bridge.port(), "127.0.0.1", "/topics/a"));
      if (body == Body.EMPTY) {
        request.end();
      } else {
        request.setChunked(true).write("first ");
        if (body == Body.PARTLY_LOST) {
          goesOn.future().onSuccess(v -> request.end(Buffer.buffer("last")));
        } else {
          request.end("last");
        }
      }
      int status = BridgeFixture.get(request.response()).statusCode();
      boolean whole = body == Body.PAUSED || body == Body.EMPTY;
      assertThat(status).isEqualTo(whole ? 202 : 500);
      bridge.publish("topics.a", "the end");
      bystander.awaitData("the end");
      assertThat(bystander.data()).hasSize(whole ? 2 : 1);
      if (whole) {
        assertThat(bystander.data()).first().isEqualTo(body == Body.PAUSED ? "first last" : "");
      }
    } finally {
      BridgeFixture.get(client.close());
    }
  }

  private static String head() {
    return "POST /topics/a HTTP/1.1\r\nHost: localhost\r\n";
  }
}
