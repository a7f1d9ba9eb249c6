package dev.ssebridge.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.EventSourceOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.net.ProxyOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The limits of the HTTP client of a source. */
class ClientConnectionsTest {
  private static HttpClientOptions client(Duration timeout, HttpClientOptions options) {
    return ClientConnections.clientOptions(
        SourcePlan.of(new EventSourceOptions("http://h/").setConnectTimeout(timeout))
            .with(options));
  }

  private static HttpClientOptions withProxy() {
    return new HttpClientOptions().setProxyOptions(new ProxyOptions().setHost("proxy"));
  }

  @Test
  void client14NothingGivesUpBeforeTheConnectTimeout() {
    HttpClientOptions client = client(Duration.ofMinutes(2), withProxy());
    assertThat(client.getConnectTimeout()).isEqualTo(121_000);
    assertThat(handshakeMillis(client)).isEqualTo(121_000);
    assertThat(client.getProxyOptions().getConnectTimeout()).isEqualTo(Duration.ofSeconds(121));
  }

  @Test
  void client14NothingGoesOnLongAfterTheConnectTimeout() {
    HttpClientOptions client = client(Duration.ofSeconds(3), withProxy());
    assertThat(client.getConnectTimeout()).isEqualTo(4000);
    assertThat(handshakeMillis(client)).isEqualTo(4000);
    assertThat(client.getProxyOptions().getConnectTimeout()).isEqualTo(Duration.ofSeconds(4));
  }

  @Test
  void client14WithoutAConnectTimeoutNothingGivesUp() {
    HttpClientOptions client = client(Duration.ZERO, withProxy());
    assertThat(client.getConnectTimeout()).isZero();
    assertThat(handshakeMillis(client)).isZero();
    assertThat(client.getProxyOptions().getConnectTimeout()).isGreaterThan(Duration.ofDays(300));
  }

  @Test
  void client14AConnectTimeoutOfMonthsIsNoOverflow() {
    assertThat(client(Duration.ofDays(60), new HttpClientOptions()).getConnectTimeout())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void client14ShorterLimitsOfTheClientHold() {
    HttpClientOptions own = new HttpClientOptions().setConnectTimeout(500);
    own.setSslHandshakeTimeout(2);
    HttpClientOptions client = client(Duration.ZERO, own);
    assertThat(client.getConnectTimeout()).isEqualTo(500);
    assertThat(handshakeMillis(client)).isEqualTo(2000);
  }

  private static long handshakeMillis(HttpClientOptions client) {
    return client.getSslHandshakeTimeoutUnit().toMillis(client.getSslHandshakeTimeout());
  }
}
