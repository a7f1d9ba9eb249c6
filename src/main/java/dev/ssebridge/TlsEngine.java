package dev.ssebridge;

/** What encrypts the connections of the server. */
public enum TlsEngine {
  /** {@link #OPENSSL} where it is there and no cipher suites are named, else {@link #JDK}. */
  AUTO,
  /** What the JVM has. */
  JDK,
  /** BoringSSL, from the jar {@code netty-tcnative-boringssl-static} for this machine. */
  OPENSSL
}
