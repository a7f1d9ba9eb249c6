package dev.ssebridge.internal.doctor;

import dev.ssebridge.internal.url.WebOrigin;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be looked at, and how.
 *
 * @param url of the stream, absolute, http or https
 * @param publish where a probe can be published that comes out of the stream, or null
 * @param headers of requests to the origin of the stream; secret
 * @param origin of the page that shall be able to read the stream, or null
 * @param listen how long the stream is read
 * @param timeout how long anything else may take
 * @param ca certificates that are trusted, as PEM, or null for those of the Java runtime
 * @param insecure whether a certificate that is not trusted is no reason to stop
 * @param http1 whether HTTP/2 is not offered
 */
public record Visit(
    URI url,
    @Nullable URI publish,
    Map<String, String> headers,
    @Nullable WebOrigin origin,
    Duration listen,
    Duration timeout,
    @Nullable Path ca,
    boolean insecure,
    boolean http1) {

  /** Keeps a copy of the headers. */
  public Visit {
    headers = Map.copyOf(headers);
  }

  /** Whether the headers may be sent there. */
  boolean isOwn(URI other) {
    return Places.origin(url).equals(Places.origin(other));
  }

  /** Without headers and queries, which can be secrets. */
  @Override
  public String toString() {
    return "Visit[" + Text.ofUrl(url) + "]";
  }
}
