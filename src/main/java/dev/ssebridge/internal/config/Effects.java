package dev.ssebridge.internal.config;

import dev.ssebridge.CertificateOptions;
import dev.ssebridge.ControlAllowOptions;
import dev.ssebridge.ControlOptions;
import dev.ssebridge.CorsOptions;
import dev.ssebridge.GapMode;
import dev.ssebridge.HistoryOptions;
import dev.ssebridge.HttpOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SlowPolicy;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.TlsOptions;
import dev.ssebridge.client.ClientCertOptions;
import dev.ssebridge.client.DeliveryMode;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.format.SseTypes;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Notes keys that are set and have no effect where they are: what they were meant to do would be
 * missed in silence. A key at its default says nothing, and is no mistake.
 */
final class Effects {
  /** Methods whose repetition does no harm, so that nothing need permit it (RFC 9110, 9.2.1). */
  private static final Set<String> SAFE =
      Set.of("GET", "OPTIONS", "PROPFIND", "REPORT", "SEARCH", "QUERY");

  private static final String AUTHORIZATION = "Authorization";

  private static final SourceOptions USUAL = new SourceOptions("http://localhost/", "none");

  private Effects() {}

  static void require(SourceOptions source, Place at) {
    if (source.getDeliver() != DeliveryMode.REQUEST) {
      String beside = "\"deliver\": \"request\" beside it";
      requireEffect(source.getWindow() == USUAL.getWindow(), at, "window", beside);
      Integer attempts = source.getAttempts();
      boolean isUsed = attempts == null || attempts == 0 || source.getDeadLetter() == null;
      requireEffect(isUsed, at, "attempts", beside); // without dead letters that is said first
      if (source.getDeadLetter() == null) { // whose consumer replies as well
        requireEffect(
            source.getReplyTimeout().equals(USUAL.getReplyTimeout()), at, "replyTimeout", beside);
        requireEffect(source.getDrain().equals(USUAL.getDrain()), at, "drain", beside);
      }
    }
    requireEffect(
        !source.getCursor().equals("none")
            || source.isSingle()
            || source.getCursorEvery().equals(USUAL.getCursorEvery()),
        at,
        "cursorEvery",
        "\"cursor\" beside it, the file that is written, or \"single\"");
    requireEffect(
        source.isSingle() || source.getSingleBy() == null,
        at,
        "singleBy",
        "\"single\": true beside it");
    requireHeaders(source, at);
    requireTls(source, at);
    EventSourceOptions stream = source.getStream();
    requireEffect(
        stream.getMaxEventBytes() > 0 || stream.getOversized() == USUAL.getStream().getOversized(),
        at,
        "oversized",
        "\"maxEventBytes\" above 0 beside it");
    requireEffect(
        !stream.getResolver().getServers().isEmpty()
            || stream
                .getResolver()
                .getTimeout()
                .equals(USUAL.getStream().getResolver().getTimeout()),
        at.at("resolver"),
        "timeout",
        "\"servers\" beside it");
    require(stream.getReconnect(), stream.getMethod().name(), at);
  }

  private static void requireHeaders(SourceOptions source, Place at) {
    Map<String, String> headers = source.getStream().getHeaders();
    for (String name : source.getAuth() == null ? Set.<String>of() : headers.keySet()) {
      if (name.equalsIgnoreCase(AUTHORIZATION)) {
        at.at("headers")
            .problem(
                ConfigObject.escape(name),
                "expected either this header or \"auth\", got both; leave the header out");
      }
    }
    Set<String> across = source.getStream().getHeadersAcrossOrigins();
    if (source.getStream().getMaxRedirects() == 0) {
      requireEffect(
          across.isEmpty(), at, "headersAcrossOrigins", "\"maxRedirects\" above 0 beside it");
      return;
    }
    for (String name : across) {
      boolean isSent = name.equalsIgnoreCase(AUTHORIZATION) && source.getAuth() != null;
      requireEffect(
          isSent || headers.containsKey(name),
          at,
          "headersAcrossOrigins",
          "\"" + name + "\" in \"headers\" beside it");
    }
  }

  /** What of TLS is set where there is none. */
  private static void requireTls(SourceOptions source, Place at) {
    boolean isPlain =
        at.isFine("url") && SourceConfig.parseUrl(source.getUrl()).getScheme().equals("http");
    if (isPlain) {
      String beside = "a \"url\" with https beside it, since http knows no certificates";
      ClientCertOptions identity = source.getClientCert();
      requireEffect(source.getCa() == null, at, "ca", beside);
      requireEffect(!source.isTrustAll(), at, "trustAll", beside);
      requireEffect(
          identity.getCert() == null && identity.getKey() == null, at, "clientCert", beside);
    }
  }

  private static void require(ReconnectPolicy reconnect, String method, Place at) {
    ReconnectPolicy standard = USUAL.getStream().getReconnect();
    boolean isPatient = reconnect.getMaxRefusedRetry().equals(standard.getMaxRefusedRetry());
    if (reconnect.isStrict()) {
      String beside = "\"strict\": false beside it, since a strict one stops when it is refused";
      requireEffect(isPatient, at, "maxRefusedRetry", beside);
      requireEffect(
          reconnect.getRefused() != ReconnectPolicy.Refused.RETRY_ONCE_OPENED,
          at,
          "refused",
          beside);
    } else {
      requireEffect(
          isPatient || reconnect.getRefused() != ReconnectPolicy.Refused.STOP,
          at,
          "maxRefusedRetry",
          "\"refused\" beside it that does not stop, such as \"retry\"");
    }
    requireEffect(
        !reconnect.isRepeatUnsafe() || !SAFE.contains(method),
        at,
        "repeatUnsafe",
        "a \"method\" beside it that is not safe, such as \"POST\"");
    Duration usual = USUAL.getStream().getReconnect().getRetry();
    if (reconnect.getRetry().compareTo(reconnect.getMaxRetry()) > 0) {
      if (reconnect.getRetry().equals(usual)) {
        at.problem(
            "maxRetry",
            "expected at least retry, " + usual.toMillis() + "ms, got less; set \"retry\" as well");
      } else {
        requireAtMost(reconnect.getMaxRetry(), at);
      }
    }
  }

  static void require(RouteOptions route, Place at) {
    if (route.getRetry().compareTo(route.getMaxRetry()) > 0) {
      requireAtMost(route.getMaxRetry(), at);
    }
    HistoryOptions history = route.getHistory();
    HistoryOptions whole = new HistoryOptions();
    if (history.getEvents() == 0) {
      String beside = "\"events\" above 0 beside it, since 0 keeps no history";
      Place in = at.at("history");
      requireEffect(history.getBytes() == whole.getBytes(), in, "bytes", beside);
      requireEffect(history.getAge().equals(whole.getAge()), in, "age", beside);
      requireEffect(history.getStore().equals(whole.getStore()), in, "store", beside);
    }
    requireEffect(
        history.getHeap() == whole.getHeap() || !history.getStore().equals(whole.getStore()),
        at.at("history"),
        "heap",
        "\"store\" beside it, another than \"memory\", all of which is in the heap");
    requireEffect(
        route.getGap() != GapMode.SILENT || route.getGapType().equals(SseTypes.GAP),
        at,
        "gapType",
        "\"gap\": \"event\" beside it");
    boolean conflates = route.getSlow().getPolicy() == SlowPolicy.CONFLATE;
    requireEffect(
        conflates || route.getSlow().getKeys() == new RouteOptions("/", "a").getSlow().getKeys(),
        at.at("slow"),
        "keys",
        "the policy \"conflate\" beside it");
  }

  private static void requireAtMost(Duration longest, Place at) {
    at.problem("retry", "expected at most maxRetry, " + longest.toMillis() + "ms, got more");
  }

  static void require(CorsOptions cors, Place at) {
    boolean isUsed = !cors.getOrigins().isEmpty() || !cors.getPublishOrigins().isEmpty();
    String beside = "\"origins\" or \"publishOrigins\" beside it";
    requireEffect(isUsed || !cors.isCredentials(), at, "credentials", beside);
    requireEffect(
        isUsed || cors.getMaxAge().equals(new CorsOptions().getMaxAge()), at, "maxAge", beside);
  }

  static void require(HttpOptions http, Place at) {
    if (!http.getHttp2().isEnabled()) {
      requireNone(
          http.getHttp2().toJson(), "enabled", at.at("http2"), "\"enabled\": true beside it");
    }
    TlsOptions tls = http.getTls();
    if (tls != null && tls.getCert() == null && tls.getKey() == null) {
      JsonObject set = tls.toJson();
      if (tls.getCertificates().values().stream().allMatch(new CertificateOptions()::equals)) {
        set.remove("certificates");
      }
      requireNone(set, "", at.at("tls"), "\"cert\" and \"key\" beside it");
    }
  }

  /**
   * What the program alone can tell: in an application the server may be set up in other ways, too.
   */
  static void requireOfProgram(SseBridgeOptions options, Place root) {
    HttpOptions http = options.getHttp();
    Place at = root.at("http");
    TlsOptions tls = http.getTls();
    boolean isPlain = tls == null || (tls.getCert() == null && tls.getKey() == null);
    requireEffect(http.isAlpn() || !isPlain, at, "alpn", "\"tls\" beside it");
    if (http.getHttp2().isEnabled() && !http.isAlpn() && !isPlain) {
      requireNone(
          http.getHttp2().toJson(),
          "enabled",
          at.at("http2"),
          "\"alpn\": true in \"http\", without which HTTP/2 is not spoken over TLS");
    }
    requireEffect(
        http.getUnixSocket() != null || !http.getTrustedProxies().contains(SocketConfig.UNIX),
        at,
        "trustedProxies",
        "\"unixSocket\" beside it, for which \"" + SocketConfig.UNIX + "\" stands");
  }

  private static void requireNone(JsonObject set, String but, Place at, String beside) {
    for (String key : set.fieldNames()) {
      requireEffect(key.equals(but), at, key, beside);
    }
  }

  static void require(ControlOptions control, Place at) {
    if (control.getSources() != null) {
      return;
    }
    ControlAllowOptions allow = control.getAllow();
    String beside = "\"sources\" in \"control\", without which no source is added";
    requireEffect(allow.getHosts().isEmpty(), at.at("allow"), "hosts", beside);
    requireEffect(allow.getSecrets().isEmpty(), at.at("allow"), "secrets", beside);
    requireEffect(allow.getCursors().isEmpty(), at.at("allow"), "cursors", beside);
  }

  static void requireEffect(boolean isFine, Place at, String key, String beside) {
    if (!isFine) {
      at.problem(key, "has no effect here, expected " + beside + "; or leave it out");
    }
  }
}
