package dev.ssebridge.internal.tool;

import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.config.SourceRequest;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.internal.url.HttpUrl;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command reaches a server: headers, credentials, TLS, HTTP version, patience. */
final class HttpAccess {
  /** A header's value that is elsewhere. */
  static final Pattern SECRET = Pattern.compile("(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)");

  /** Vert.x goes on trying after somebody has given up; it shall not be the one who gives up. */
  private static final long GRACE_MILLIS = 1000;

  @Option(
      names = {"-H", "--header"},
      paramLabel = "NAME:VALUE",
      description = {
        "A request header; any number of times. A value that is @|bold env:NAME|@ or"
            + " @|bold file:PATH|@ is read from there, so that a secret is in no list of processes."
      })
  private List<String> headers = new ArrayList<>();

  @Option(
      names = "--bearer",
      paramLabel = "PLACE",
      description = "Where the token of @|bold Authorization: Bearer|@ is: env:NAME or file:PATH.")
  private @Nullable String bearer;

  @Option(
      names = "--basic",
      paramLabel = "PLACE",
      description = "Where user:password is, in the same form.")
  private @Nullable String basic;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Certificates to trust instead of those of the JVM, PEM.")
  private @Nullable String ca;

  @Option(
      names = {"-k", "--insecure"},
      description = "Trust any certificate.")
  private boolean insecure;

  @Option(
      names = "--http2",
      description = "Use HTTP/2 where the server can; over plain HTTP by an upgrade.")
  private boolean http2;

  @Option(
      names = "--timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description =
          "How long to wait for a connection (10s unless set), and for an answer (60s unless set).")
  private @Nullable Duration timeout;

  /** How long to wait for a connection. */
  Duration connectTimeout() {
    return timeout == null ? Duration.ofSeconds(10) : timeout;
  }

  /** How long to wait for the head of an answer. */
  Duration responseTimeout() {
    return timeout == null ? Duration.ofSeconds(60) : timeout;
  }

  /** A URL as people type it: without a scheme it is http. */
  static URI url(String text) throws UsageException {
    try {
      return HttpUrl.parse(text.contains("://") ? text : "http://" + text);
    } catch (IllegalArgumentException wrong) {
      throw new UsageException(String.valueOf(wrong.getMessage()));
    }
  }

  /** The options of the HTTP client. */
  HttpClientOptions client() throws UsageException {
    int limit = (int) Math.min(Integer.MAX_VALUE, connectTimeout().toMillis() + GRACE_MILLIS);
    HttpClientOptions client = EventSourceOptions.defaultHttpClient();
    client.setConnectTimeout(limit);
    client.setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    client.setSslHandshakeTimeout(limit);
    if (http2) {
      client.setProtocolVersion(HttpVersion.HTTP_2).setUseAlpn(true);
    }
    if (insecure) {
      client.setTrustAll(true).setVerifyHost(false);
    } else if (ca != null) {
      client.setTrustOptions(new PemTrustOptions().addCertPath(certificates(ca)));
    }
    return client;
  }

  private static String certificates(String file) throws UsageException {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      if (!CertificateFactory.getInstance("X.509").generateCertificates(in).isEmpty()) {
        return file;
      }
    } catch (IOException | InvalidPathException | CertificateException unreadable) {
      // Said below.
    }
    throw new UsageException(
        "--ca: expected a readable PEM file with certificates, got \"" + printable(file) + "\"");
  }

  /** Whether a credential is in a file, so that it may be renewed. */
  boolean readsFiles() {
    return headers.stream().anyMatch(header -> valueOf(header).startsWith("file:"))
        || (bearer != null && bearer.startsWith("file:"))
        || (basic != null && basic.startsWith("file:"));
  }

  /** The request headers by name, compared without case; reads the files that secrets are in. */
  Map<String, String> headers(Map<String, String> environment) throws UsageException {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header : headers) {
      int colon = header.indexOf(':');
      String name = colon < 0 ? "" : header.substring(0, colon).strip();
      if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
        // Not repeated: it may well hold a secret.
        throw new UsageException("--header: expected NAME:VALUE, got something else");
      }
      String value = valueOf(header);
      if (SECRET.matcher(value).matches()) {
        value = secret("--header " + name, value, environment);
      }
      put(all, "--header " + name, name, value);
    }
    if (bearer != null) {
      String token = secret("--bearer", bearer, environment);
      put(all, "--bearer", "Authorization", "Bearer " + token);
    }
    if (basic != null) {
      byte[] pair = secret("--basic", basic, environment).getBytes(StandardCharsets.UTF_8);
      put(all, "--basic", "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    return all;
  }

  private static String valueOf(String header) {
    return header.substring(header.indexOf(':') + 1).strip();
  }

  private static void put(Map<String, String> all, String option, String name, String value)
      throws UsageException {
    if (!name.equalsIgnoreCase("last-event-id")) { // taken as an option of its own
      try {
        SourceRequest.requireHeader(name, value);
      } catch (UnfitValueException wrong) {
        throw new UsageException(option + ": " + wrong.getMessage());
      }
    }
    if (all.put(name, value) != null) {
      throw new UsageException(option + ": expected one " + name + " header, got two");
    }
  }

  private static String secret(String option, String place, Map<String, String> environment)
      throws UsageException {
    SourceAuth.Reference reference;
    try {
      reference = SourceAuth.parse(place);
    } catch (UnfitValueException wrong) {
      throw new UsageException(option + ": " + wrong.getMessage());
    }
    String name = reference.name();
    String value = reference.isFile() ? content(name) : environment.get(name);
    if (value == null || value.isBlank()) {
      throw new UsageException(
          option
              + ": expected the secret in "
              + (reference.isFile() ? "the file \"" : "the environment variable \"")
              + printable(name)
              + "\", which is not "
              + (reference.isFile() ? "readable, or empty" : "set"));
    }
    return value.strip();
  }

  private static @Nullable String content(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException | InvalidPathException unreadable) {
      return null;
    }
  }

  private static String printable(String text) {
    return PrintableText.of(text);
  }
}
