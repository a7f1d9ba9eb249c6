package dev.ssebridge.internal.socket;

import static dev.ssebridge.testing.BridgeFixture.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.testing.BridgeFixture;
import dev.ssebridge.testing.SseProbe;
import dev.ssebridge.testing.TestCertificate;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How large the head of a request may be, and what a larger one is told, by either version. */
@ExtendWith(VertxExtension.class)
@Tag("slow")
class RequestSizesTest {
  private static final String ROUTES =
      "'routes':{'t':{'path':'/topics/:topic','address':'topics.{topic}','linger':0}}}";
  private static final int LINE = 16 * 1024;

  /** What a client asks with, and gets. */
  private record Asked(int status, String type, JsonObject problem) {
    static Asked of(HttpClientResponse response, Buffer body) {
      String type = String.valueOf(response.getHeader("content-type"));
      boolean problem = type.equals("application/problem+json");
      return new Asked(
          response.statusCode(), type, problem ? body.toJsonObject() : new JsonObject());
    }
  }

  private static Asked ask(
      Vertx vertx,
      BridgeFixture bridge,
      HttpVersion version,
      boolean ssl,
      String target,
      Map<String, String> headers) {
    HttpClient client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setProtocolVersion(version)
                .setHttp2ClearTextUpgrade(false)
                .setUseAlpn(ssl)
                .setSsl(ssl)
                .setTrustAll(true));
    RequestOptions request =
        new RequestOptions()
            .setMethod(HttpMethod.GET)
            .setHost("localhost")
            .setPort(bridge.port())
            .setURI(target);
    headers.forEach(request::putHeader);
    return get(
        client
            .request(request)
            .compose(
                made ->
                    made.send()
                        .compose(response -> response.body().map(body -> Asked.of(response, body))))
            .eventually(client::close));
  }

  private static String target(String method, int lineBytes) {
    int rest = lineBytes - method.length() - " /none? HTTP/1.1".length();
    return "/none?" + "q".repeat(rest);
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, false, 0, 404",
    "HTTP_1_1, false, 1, 414",
    "HTTP_1_1, false, 1000000, 414",
    "HTTP_2, false, 0, 404",
    "HTTP_2, false, 1, 414",
    "HTTP_2, false, 60000, 414",
    "HTTP_1_1, true, 0, 404",
    "HTTP_1_1, true, 1, 414",
    "HTTP_1_1, true, 60000, 414",
    "HTTP_1_1, true, 1000000, 414",
    "HTTP_2, true, 0, 404",
    "HTTP_2, true, 1, 414",
  })
  void aLineIsReadUpToItsBoundAndALongerOneIsToldWhy(
      HttpVersion version, boolean ssl, int over, int status, Vertx vertx) throws Exception {
    String http = ssl ? "{'http':{" + TestCertificate.forHost("dns:localhost").asTls() + "}," : "{";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, http + ROUTES)) {
      Asked asked = ask(vertx, bridge, version, ssl, target("GET", LINE + over), Map.of());

      assertThat(asked.status()).isEqualTo(status);
      if (status == 414) {
        assertThat(asked.problem().getString("detail"))
            .contains("16384 bytes (http.maxInitialLineLength)");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP_1_1, false, 15000, 404",
    "HTTP_1_1, false, 17000, 431",
    "HTTP_1_1, false, 1000000, 431",
    "HTTP_2, false, 15000, 404",
    "HTTP_2, false, 17000, 431",
    "HTTP_2, false, 100000, 431",
    "HTTP_1_1, true, 17000, 431",
    "HTTP_2, true, 17000, 431",
  })
  void headersAreReadUpToTheirBoundAndMoreAreToldWhy(
      HttpVersion version, boolean ssl, int bytes, int status, Vertx vertx) throws Exception {
    String http = ssl ? "{'http':{" + TestCertificate.forHost("dns:localhost").asTls() + "}," : "{";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, http + ROUTES)) {
      Asked asked = ask(vertx, bridge, version, ssl, "/none", Map.of("cookie", "c".repeat(bytes)));

      assertThat(asked.status()).isEqualTo(status);
      if (status == 431) {
        assertThat(asked.type()).isEqualTo("application/problem+json");
        assertThat(asked.problem().getString("detail"))
            .contains("16384 bytes (http.maxHeaderSize)");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void theBoundsAreThoseOfTheConfiguration(HttpVersion version, Vertx vertx) {
    String config = "{'http':{'maxInitialLineLength':'2KiB','maxHeaderSize':'1KiB'}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      assertThat(ask(vertx, bridge, version, false, target("GET", 2048), Map.of()).status())
          .isEqualTo(404);
      assertThat(ask(vertx, bridge, version, false, target("GET", 2049), Map.of()).status())
          .isEqualTo(414);
      assertThat(ask(vertx, bridge, version, false, "/none", Map.of("a", "b".repeat(900))).status())
          .isEqualTo(404);
      assertThat(
              ask(vertx, bridge, version, false, "/none", Map.of("a", "b".repeat(1100))).status())
          .isEqualTo(431);
    }
  }

  @Test
  void whatHttp2DoesNotLookAtIsRefusedAsWell(Vertx vertx) {
    String config = "{'http':{'http2':{'maxHeaderListSize':'32KiB'}}," + ROUTES;
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions()
                  .setProtocolVersion(HttpVersion.HTTP_2)
                  .setHttp2ClearTextUpgrade(false));
      RequestOptions request =
          new RequestOptions().setHost("localhost").setPort(bridge.port()).setURI("/none");
      Integer status =
          get(client.request(request).compose(made -> made.send()).map(r -> r.statusCode()));
      assertThat(status).isEqualTo(404); // by now the client knows the settings
      String large =
          get(
              client
                  .request(request.putHeader("a", "b".repeat(40_000)))
                  .compose(made -> made.send())
                  .map(response -> "served")
                  .otherwise("refused"));
      assertThat(large).isEqualTo("refused");
      get(client.close());
    }
  }

  /** As many as {@code limits.addresses} permits by default, in a line as long as is permitted. */
  @ParameterizedTest
  @ValueSource(strings = {"HTTP_1_1", "HTTP_2"})
  void asManyAddressesAsARouteLetsOnePickFitIntoALine(HttpVersion version, Vertx vertx) {
    int longest = LINE / 100 - "&address=".length() - 2;
    String addresses =
        IntStream.range(0, 100)
            .mapToObj(i -> "'" + address(i, longest) + "'")
            .collect(Collectors.joining(","));
    String query =
        IntStream.range(0, 100)
            .mapToObj(i -> "address=" + address(i, longest))
            .collect(Collectors.joining("&"));
    String config =
        "{'routes':{'all':{'path':'/all','addresses':[" + addresses + ",'another'],'linger':0}}}";
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, config)) {
      if (version == HttpVersion.HTTP_1_1) {
        SseProbe probe = bridge.open("/all?" + query);
        bridge.publish("another", "not picked");
        bridge.publish(address(99, longest), "picked");
        probe.awaitData("picked");
        assertThat(probe.data()).containsExactly("picked");
      }
      assertThat(query.length()).isGreaterThan(15_000);
      HttpClient client =
          vertx.createHttpClient(
              new HttpClientOptions().setProtocolVersion(version).setHttp2ClearTextUpgrade(false));
      Integer status =
          get(
              client
                  .request(
                      new RequestOptions()
                          .setHost("localhost")
                          .setPort(bridge.port())
                          .setURI("/all?" + query)
                          .putHeader("accept", "text/event-stream"))
                  .compose(made -> made.send().map(response -> response.statusCode())));
      assertThat(status).isEqualTo(200);
      get(client.close());
    }
  }

  private static String address(int index, int length) {
    String number = "a" + index + ".";
    return number + "x".repeat(length - number.length());
  }

  @Test
  void aPathParameterAsLongAsPermittedFitsHoweverItIsWritten(Vertx vertx) {
    try (BridgeFixture bridge = BridgeFixture.deploy(vertx, "{" + ROUTES)) {
      String topic = "\u20ac".repeat(256);
      SseProbe probe = bridge.open("/topics/" + "%E2%82%AC".repeat(256));
      bridge.publish("topics." + topic, "reached");
      probe.awaitData("reached");
    }
  }
}
