package dev.ssebridge.internal.client;

import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceProxy;
import dev.ssebridge.internal.config.SourceRequest;
import dev.ssebridge.internal.config.SourceWay;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import org.jspecify.annotations.Nullable;

/**
 * What the configuration says of a source, as options of an event source.
 *
 * @param lastEventId the position that was kept, or null for none
 * @param given the options of its client that an application gives
 */
record SourceSetup(
    Vertx vertx,
    SourceConfig config,
    @Nullable String lastEventId,
    Reach reach,
    HttpClientOptions given) {

  /** How far a source may be led by a server. */
  enum Reach {
    /** To wherever it redirects. */
    ANYWHERE,
    /** Nowhere: redirects are not followed. */
    NAMED_HOSTS
  }

  SourcePlan make() {
    EventSourceOptions options =
        new EventSourceOptions(config.stream())
            .setUrl(config.url().toString())
            .setLastEventId(first())
            .setOwnFields(EventDecoderOptions.OwnFields.READ);
    if (config.request().repeat() instanceof SourceRequest.Every) {
      options.getReconnect().setRepeatUnsafe(true);
    }
    if (reach == Reach.NAMED_HOSTS) {
      options.setMaxRedirects(0);
    }
    SourceAuth auth = config.request().auth();
    return SourcePlan.of(options)
        .with(httpClient())
        .with(auth == null ? null : new SourceSecrets(vertx, auth));
  }

  private String first() {
    String configured = config.cursor().lastEventId();
    return lastEventId != null ? lastEventId : configured == null ? "" : configured;
  }

  private HttpClientOptions httpClient() {
    HttpClientOptions client = new HttpClientOptions(given);
    SourceWay way = config.request().way();
    if (way.ca() != null) {
      client.setTrustOptions(new PemTrustOptions().addCertPath(way.ca()));
    }
    if (way.trustAll()) {
      client.setTrustAll(true).setVerifyHost(false);
    }
    if (way.identity() != null) {
      client.setKeyCertOptions(
          new PemKeyCertOptions()
              .setCertPath(way.identity().cert())
              .setKeyPath(way.identity().key()));
    }
    if (way.http2()) {
      client.setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
    }
    if (way.localAddress() != null) {
      client.setLocalAddress(way.localAddress());
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
