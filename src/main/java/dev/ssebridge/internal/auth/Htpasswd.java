package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.keys.PasswordFile;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Names and passwords of a file of htpasswd, whose hashes are of bcrypt. A password is hashed on a
 * worker, and so is that of a name that is unknown: the time tells nobody which names there are.
 */
final class Htpasswd implements Authenticator {
  /** Passwords that may wait to be hashed; at a tenth of a second each the last waits for long. */
  private static final int MOST_WAITING = 64;

  /** Of a password that nobody knows: in the place of a hash where there is none. */
  private static final String NONE = "$2y$10$abcdefghijklmnopqrstuuJx0DTPvWqB5vSS5Q1N0hV5VvLsXv2NW";

  private final String provider;
  private final AuthProviderConfig.Basic config;
  private final WatchedFile<Names> file;
  private final WorkLimit hashing;
  private final Kept<Known> kept;
  private final Underway<Identity> underway = new Underway<>();

  /**
   * Somebody whose password was right.
   *
   * @param hash that he had in the file
   */
  private record Known(Identity identity, String hash) {}

  /**
   * What the file says.
   *
   * @param hashes all of them
   */
  private record Names(PasswordFile file, List<String> hashes) {

    /** The hash to compare with; for an unknown name that of another, the same one each time. */
    String hashFor(String name, Digest drawn) {
      String own = file.hash(name);
      if (own != null) {
        return own;
      }
      return hashes.isEmpty() ? NONE : hashes.get(Math.floorMod(drawn.hashCode(), hashes.size()));
    }
  }

  /**
   * Reads nothing yet.
   *
   * @param verified how many users whose passwords were right are kept
   * @param clock milliseconds since 1970
   */
  Htpasswd(
      Home home,
      String provider,
      AuthProviderConfig.Basic config,
      int verified,
      LongSupplier clock) {
    this(
        home,
        provider,
        config,
        new Kept<>(verified, clock),
        clock,
        new WorkLimit(home, threads(), MOST_WAITING));
  }

  private Htpasswd(
      Home home,
      String provider,
      AuthProviderConfig.Basic config,
      Kept<Known> kept,
      LongSupplier clock,
      WorkLimit hashing) {
    ProviderLog log = new ProviderLog(provider, clock);
    this.provider = provider;
    this.config = config;
    this.kept = kept;
    this.hashing = hashing;
    this.file = new WatchedFile<>(home, config.file(), clock, path -> read(path, log), log);
  }

  /** Half of the processors, as others are needed for streams. */
  private static int threads() {
    return Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors() / 2));
  }

  private static Names read(String path, ProviderLog log) {
    PasswordFile read = PasswordFile.read(path);
    read.refused().forEach(line -> log.warn("\"" + path + "\": " + line));
    return new Names(read, new ArrayList<>(read.hashes().values()));
  }

  @Override
  public boolean isLive() {
    return true;
  }

  @Override
  public void forget() {
    kept.clear();
  }

  @Override
  public Set<String> names() {
    return Set.of(provider);
  }

  @Override
  public boolean understands(Credentials shown, BridgeRequest request) {
    return shown.isBasic();
  }

  @Override
  public boolean isBasic() {
    return true;
  }

  @Override
  public Future<Identity> authenticate(Credentials shown, BridgeRequest request, String remote) {
    NamePassword given;
    try {
      given = NamePassword.of(shown.text());
    } catch (AuthFailure malformed) {
      return Future.failedFuture(malformed);
    }
    return file.current().compose(names -> compare(given, names));
  }

  private Future<Identity> compare(NamePassword given, Names names) {
    Digest key = Digest.of(given.name(), given.password());
    Known known = kept.get(key);
    if (known != null && known.hash().equals(names.file().hash(given.name()))) {
      return Future.succeededFuture(known.identity());
    }
    String hash = names.hashFor(given.name(), Digest.of(given.name()));
    // A file that has changed meanwhile is another question.
    return underway.answer(
        Digest.of(given.name(), given.password(), hash),
        () ->
            hashing
                .run(() -> Bcrypt.isHashOf(given.password(), hash))
                .compose(isRight -> decide(given.name(), key, hash, isRight, names)));
  }

  private Future<Identity> decide(
      String name, Digest key, String hash, boolean isRight, Names names) {
    if (!isRight || !hash.equals(names.file().hash(name))) {
      return Future.failedFuture(
          new AuthFailure(
              AuthFailure.Kind.INVALID, "expected a name and a password that are known here"));
    }
    JsonObject claims = new JsonObject().put("sub", name);
    Identity identity =
        new Identity(
            provider,
            User.create(claims.copy()),
            name,
            null,
            null,
            null,
            claims,
            Grants.NONE,
            config.authorities());
    kept.put(key, new Known(identity, hash), Long.MAX_VALUE);
    return Future.succeededFuture(identity);
  }
}
