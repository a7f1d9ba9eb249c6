package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceConnection;
import dev.ssebridge.internal.config.SourceProxy;
import dev.ssebridge.internal.config.SourceRequest;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of a source, as options of an event source.
 *
 * @param lastEventId the position that was kept, or null for none
 */
record SourceSetup(Vertx vertx, SourceConfig config, @Nullable String lastEventId, Reach reach) {

  /** How far a source may be led by a server. */
  enum Reach {
    /** To wherever it redirects. */
    ANYWHERE,
    /** Nowhere: redirects are not followed. */
    NAMED_HOSTS
  }

  SourcePlan make() {
    SourceConnection connection = config.connection();
    String first = config.cursor().lastEventId();
    EventSourceOptions options =
        new EventSourceOptions(config.url().toString())
            .setMethod(HttpMethod.valueOf(config.request().method()))
            .setHeaders(config.request().headers())
            .setRequestBody(config.request().body())
            .setCookies(config.request().cookies())
            .setLastEventId(lastEventId != null ? lastEventId : first == null ? "" : first)
            .setIdleTimeout(connection.idleTimeout())
            .setConnectTimeout(connection.connectTimeout())
            .setResponseTimeout(connection.responseTimeout())
            .setOwnFields(EventDecoderOptions.OwnFields.READ)
            .setMaxEventBytes(connection.maxEventBytes())
            .setOversized(connection.oversized())
            .setReconnect(reconnect());
    if (reach == Reach.NAMED_HOSTS) {
      options.setMaxRedirects(0);
    }
    SourceAuth auth = config.request().auth();
    return SourcePlan.of(options)
        .with(httpClient())
        .with(auth == null ? null : new SourceSecrets(vertx, auth));
  }

  private ReconnectPolicy reconnect() {
    SourceConnection connection = config.connection();
    return new ReconnectPolicy()
        .setRetry(connection.retry())
        .setMaxRetry(connection.maxRetry())
        .setMinServerRetry(connection.minServerRetry())
        .setMaxServerRetry(connection.maxServerRetry())
        .setStrict(connection.strict())
        .setMaxRefusedRetry(config.refusal().maxRetry())
        .setRefused(config.refusal().answer())
        .setRepeatUnsafe(config.request().repeat() instanceof SourceRequest.Every);
  }

  private HttpClientOptions httpClient() {
    HttpClientOptions client = EventSourceOptions.defaultHttpClient();
    String ca = config.request().ca();
    if (ca != null) {
      client.setTrustOptions(new PemTrustOptions().addCertPath(ca));
    }
    SourceProxy proxy = config.request().proxy();
    if (proxy != null) {
      client.setProxyOptions(
          new ProxyOptions()
              .setType(ProxyType.HTTP)
              .setHost(proxy.host())
              .setPort(proxy.port())
              .setUsername(proxy.user())
              .setPassword(proxy.password()));
    }
    return client;
  }
}
