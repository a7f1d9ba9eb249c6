package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.keys.KeySet;
import dev.ssebridge.internal.keys.VerificationKey;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The keys of a provider of tokens: a secret, those of files, and those of a set. Any thread. */
final class JwtKeys {
  private final Home home;
  private final AuthProviderConfig.Jwt config;
  private final Set<String> permitted;
  private final ProviderLog log;
  private final @Nullable KeySource source;

  // guarded by this
  private List<VerificationKey> ofFiles = List.of();
  private List<VerificationKey> ofSet = List.of();

  // written under this
  private volatile KeyRing ring;
  private volatile @Nullable Future<Void> readingFiles;
  private volatile boolean isWithoutFiles;

  /**
   * Begins to read them.
   *
   * @param permitted algorithms
   */
  JwtKeys(
      Home home,
      AuthProviderConfig.Jwt config,
      Set<String> permitted,
      LongSupplier clock,
      ProviderLog log) {
    this.home = home;
    this.config = config;
    this.permitted = permitted;
    this.log = log;
    this.ring = new KeyRing(home.vertx(), secret(), permitted, null);
    String jwks = config.jwks();
    this.source = jwks == null ? null : new KeySource(home, jwks, config, clock, this::take, log);
    readFiles();
    if (source != null) {
      source.read();
    }
  }

  private List<VerificationKey> secret() {
    String secret = config.secret();
    return secret == null ? List.of() : List.of(VerificationKey.ofSecret(secret));
  }

  /** Those that count now. */
  KeyRing ring() {
    if (source != null) {
      source.readIfOld();
    }
    return ring;
  }

  /**
   * Looks for keys that are not known yet, as a token seems to be signed by one.
   *
   * @return completed when that is over; null where there is nothing to look for now
   */
  @Nullable Future<Void> lookForMore() {
    Future<Void> files = readingFiles;
    if (files != null && !files.isComplete()) {
      return files;
    }
    return source == null ? null : source.read();
  }

  /** Whether there may be keys that cannot be found out for now. */
  boolean isWithout() {
    return isWithoutFiles || (source != null && source.isDown());
  }

  /** Reads again what may have changed. */
  void refresh() {
    if (source != null) {
      source.renew();
      source.read();
    }
    readFiles();
  }

  private void readFiles() {
    if (config.keys().isEmpty()) {
      return;
    }
    Future<Void> reading =
        home.blocking(() -> read(config.keys()))
            .timeout(config.timeout().toMillis(), TimeUnit.MILLISECONDS)
            .transform(
                read -> {
                  if (read.succeeded()) {
                    take(read.result());
                    isWithoutFiles = false;
                  } else {
                    isWithoutFiles = !hasOfFiles();
                    log.warn(
                        "keys cannot be read: "
                            + (read.cause() instanceof UnfitValueException
                                ? read.cause().getMessage()
                                : read.cause().getClass().getSimpleName())
                            + "; those before count");
                  }
                  return Future.succeededFuture();
                });
    readingFiles = reading;
  }

  private static List<VerificationKey> read(List<String> files) {
    List<VerificationKey> keys = new ArrayList<>();
    for (String file : files) {
      keys.addAll(VerificationKey.read(file));
    }
    return keys;
  }

  private synchronized void take(List<VerificationKey> keys) {
    ofFiles = keys;
    renew();
  }

  private synchronized boolean hasOfFiles() {
    return !ofFiles.isEmpty();
  }

  private synchronized void take(KeySet set) {
    ofSet = set.keys();
    renew();
  }

  private void renew() {
    List<VerificationKey> all = new ArrayList<>(secret());
    all.addAll(ofFiles);
    all.addAll(ofSet);
    ring = new KeyRing(home.vertx(), all, permitted, ring);
  }

  void close() {
    if (source != null) {
      source.close();
    }
  }
}
