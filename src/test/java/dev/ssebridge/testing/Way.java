package dev.ssebridge.testing;

import dev.ssebridge.TlsEngine;
import dev.ssebridge.WriterMode;
import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * How a bridge serves its streams: with which writer, straight from a server that is all its own or
 * through a router with handlers of an application, and with what it encrypts where it does.
 */
public enum Way {
  STRAIGHT_AUTO(WriterMode.AUTO, false, TlsEngine.AUTO),
  STRAIGHT_PUBLIC(WriterMode.PUBLIC, false, TlsEngine.AUTO),
  ROUTED_AUTO(WriterMode.AUTO, true, TlsEngine.AUTO),
  ROUTED_PUBLIC(WriterMode.PUBLIC, true, TlsEngine.AUTO),
  TLS_OF_JDK(WriterMode.AUTO, false, TlsEngine.JDK),
  TLS_OF_OPENSSL(WriterMode.AUTO, false, TlsEngine.OPENSSL);

  private final WriterMode writer;
  private final boolean routed;
  private final TlsEngine engine;

  Way(WriterMode writer, boolean routed, TlsEngine engine) {
    this.writer = writer;
    this.routed = routed;
    this.engine = engine;
  }

  /** The one that the tests of this class are running on; the first for a class without ways. */
  public static Way current() {
    return WaysExtension.current();
  }

  /** The writer that is configured. */
  public WriterMode writer() {
    return writer;
  }

  /** As {@code http.writer} has it. */
  public String writerWord() {
    return writer.name().toLowerCase(Locale.ROOT);
  }

  /** What encrypts, as {@code http.tls.engine} has it. */
  public TlsEngine engine() {
    return engine;
  }

  /** Whether there is a router with a handler of an application. */
  public boolean isRouted() {
    return routed;
  }

  /** A configuration with this writer, unless it names one. */
  public JsonObject in(JsonObject config) {
    JsonObject http = config.getJsonObject("http", new JsonObject()).copy();
    if (!http.containsKey("writer")) {
      http.put("writer", writerWord());
    }
    return config.copy().put("http", http);
  }
}
