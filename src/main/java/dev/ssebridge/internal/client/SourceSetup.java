package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceConnection;
import dev.ssebridge.internal.config.SourceProxy;
import dev.ssebridge.internal.config.SourceRequest;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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

  EventSourceOptions make() {
    SourceConnection connection = config.connection();
    EventSourceOptions.Builder options =
        EventSourceOptions.builder(config.url().toString())
            .method(HttpMethod.valueOf(config.request().method()))
            .reconnectDelay(connection.retry())
            .maxReconnectDelay(connection.maxRetry())
            .serverRetry(connection.minServerRetry(), connection.maxServerRetry())
            .idleTimeout(connection.idleTimeout())
            .connectTimeout(connection.connectTimeout())
            .responseTimeout(connection.responseTimeout())
            .maxRefusedDelay(config.refusal().maxRetry())
            .refused(config.refusal().answer())
            .decoder(decoder())
            .httpClient(httpClient());
    if (connection.strict()) {
      options.strict();
    }
    if (config.request().cookies()) {
      options.keepCookies();
    }
    if (config.request().repeat() instanceof SourceRequest.Every) {
      options.repeatUnsafe();
    }
    if (reach == Reach.NAMED_HOSTS) {
      options.maxRedirects(0);
    }
    String body = config.request().body();
    if (body != null) {
      options.body(Buffer.buffer(body));
    }
    String first = config.cursor().lastEventId();
    options.lastEventId(lastEventId != null ? lastEventId : first == null ? "" : first);
    config.request().headers().forEach(options::header);
    SourceAuth auth = config.request().auth();
    if (auth != null) {
      options.requestSupplier(new SourceSecrets(vertx, auth));
    }
    return options.build();
  }

  private EventDecoderOptions decoder() {
    return EventDecoderOptions.defaults()
        .withOwnFields(EventDecoderOptions.OwnFields.READ)
        .withMaxEventBytes(config.connection().maxEventBytes())
        .withOversized(config.connection().oversized());
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
