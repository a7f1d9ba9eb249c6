package dev.ssebridge.internal.doctor;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What may stand between a reader and an origin, known by what it leaves in the head. */
enum Between {
  NGINX(
      "nginx",
      "proxy_buffering off (and no proxy_ignore_headers X-Accel-Buffering)",
      "gzip off, or no text/event-stream in gzip_types",
      "proxy_read_timeout"),
  APACHE(
      "Apache",
      "flushpackets=on on its ProxyPass",
      "SetEnv no-gzip 1, or no AddOutputFilterByType DEFLATE for text/event-stream",
      "ProxyTimeout"),
  CLOUDFLARE(
      "Cloudflare",
      "no rule that needs the whole answer",
      "a compression rule that leaves it out",
      ""),
  CLOUDFRONT("CloudFront", "", "compress: false in the cache behaviour", "the response timeout"),
  VARNISH(
      "Varnish", "beresp.do_stream, or pass", "beresp.do_gzip = false", "between_bytes_timeout"),
  ENVOY("Envoy", "no buffer filter", "no compressor for text/event-stream", "stream_idle_timeout"),
  CADDY("Caddy", "flush_interval -1", "no encode for text/event-stream", "read_timeout"),
  IIS("IIS", "responseBufferLimit 0 of ARR", "no dynamic compression", "the proxy time-out of ARR"),
  HEROKU("Heroku", "", "", "a heartbeat below its 55 s, which are fixed"),
  AWS("an AWS load balancer", "", "", "idle_timeout.timeout_seconds"),
  GOOGLE("a Google load balancer", "", "", "the timeout of its backend service");

  private final String words;
  private final String buffering;
  private final String compression;
  private final String idle;

  Between(String words, String buffering, String compression, String idle) {
    this.words = words;
    this.buffering = buffering;
    this.compression = compression;
    this.idle = idle;
  }

  /** Those that this head tells of. */
  static Set<Between> in(Answer answer) {
    Set<Between> found = EnumSet.noneOf(Between.class);
    String who =
        String.join(" ", answer.all("server")).toLowerCase(Locale.ROOT)
            + " "
            + String.join(" ", answer.all("via")).toLowerCase(Locale.ROOT);
    add(found, NGINX, who.contains("nginx") || who.contains("openresty"));
    add(found, APACHE, who.contains("apache"));
    add(found, CLOUDFLARE, who.contains("cloudflare") || has(answer, "cf-ray"));
    add(found, CLOUDFRONT, who.contains("cloudfront") || has(answer, "x-amz-cf-id"));
    add(found, VARNISH, who.contains("varnish") || has(answer, "x-varnish"));
    add(found, ENVOY, who.contains("envoy") || has(answer, "x-envoy-upstream-service-time"));
    add(found, CADDY, who.contains("caddy"));
    add(found, IIS, who.contains("microsoft-iis") || has(answer, "x-powered-by-arr"));
    add(found, HEROKU, who.contains("heroku") || who.contains("vegur"));
    add(found, AWS, who.contains("awselb"));
    add(found, GOOGLE, who.contains("1.1 google"));
    return found;
  }

  private static boolean has(Answer answer, String header) {
    return answer.headers().contains(header);
  }

  private static void add(Set<Between> found, Between one, boolean is) {
    if (is) {
      found.add(one);
    }
  }

  String words() {
    return words;
  }

  /** What to set so that nothing is held back, by product: those found, else the usual ones. */
  static String unbuffered(Set<Between> found) {
    return of(found, Set.of(NGINX, APACHE, IIS), one -> one.buffering);
  }

  /** The same so that nothing is compressed. */
  static String uncompressed(Set<Between> found) {
    return of(found, Set.of(NGINX, APACHE), one -> one.compression);
  }

  /** The same for how long a stream may be silent. */
  static String patient(Set<Between> found) {
    return of(found, Set.of(NGINX, APACHE, AWS), one -> one.idle);
  }

  private static String of(
      Set<Between> found, Set<Between> usual, java.util.function.Function<Between, String> what) {
    Set<Between> known = EnumSet.noneOf(Between.class);
    known.addAll(found);
    known.removeIf(one -> what.apply(one).isEmpty());
    if (known.isEmpty()) {
      known.addAll(usual);
    }
    return String.join(
        "; ", known.stream().map(one -> one.words + ": " + what.apply(one)).toList());
  }
}
