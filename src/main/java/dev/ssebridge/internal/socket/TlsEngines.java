package dev.ssebridge.internal.socket;

import dev.ssebridge.TlsEngine;
import dev.ssebridge.internal.config.TlsConfig;
import io.netty.handler.ssl.OpenSsl;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import org.jspecify.annotations.Nullable;

/** What can encrypt connections here. All methods may load a library, once; any thread. */
public final class TlsEngines {
  private TlsEngines() {}

  /**
   * What is taken, never {@link TlsEngine#AUTO}. BoringSSL only where no cipher suites are named:
   * it lets nobody choose those of TLS 1.3.
   */
  public static TlsEngine taken(TlsConfig tls) {
    if (tls.engine() != TlsEngine.AUTO) {
      return tls.engine();
    }
    return tls.ciphers().isEmpty() && missing() == null ? TlsEngine.OPENSSL : TlsEngine.JDK;
  }

  /** Why BoringSSL cannot be used here, and what to do; null where it can. */
  static @Nullable String missing() {
    Throwable cause = causeOfAbsence();
    if (cause == null) {
      return null;
    }
    return "needs netty-tcnative-boringssl-static for this system, which is not on the class path or"
        + " cannot be loaded ("
        + cause
        + "); add it in the version that belongs to the other jars of Netty, or take \"jdk\"";
  }

  private static @Nullable Throwable causeOfAbsence() {
    try {
      return OpenSsl.isAvailable() ? null : OpenSsl.unavailabilityCause();
    } catch (LinkageError notThere) {
      return notThere;
    }
  }

  /** As a server takes it. */
  static SSLEngineOptions options(TlsConfig tls) {
    return taken(tls) == TlsEngine.OPENSSL ? new BoringSsl() : new JdkSSLEngineOptions();
  }

  /** As it is told to those who run it. */
  public static String describe(TlsConfig tls) {
    return taken(tls) == TlsEngine.OPENSSL ? OpenSsl.versionString() : "the JVM";
  }
}
