package dev.ssebridge.internal.config;

import dev.ssebridge.internal.keys.KeySet;
import dev.ssebridge.internal.keys.PasswordFile;
import dev.ssebridge.internal.keys.VerificationKey;
import dev.ssebridge.internal.tls.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what a configuration refers to. It has to be there when the program starts, although
 * secrets are read again for every connection. Blocks.
 */
final class References {
  private final Problems problems;

  private References(Problems problems) {
    this.problems = problems;
  }

  /** Notes what is missing. */
  static void check(BridgeConfig config, Problems problems) {
    References references = new References(problems);
    KeptPlaces.check(config, problems);
    Loops.requireNone(config, problems);
    config.ownAddresses().requireNoneOfTheBus(config, problems);
    references.checkTls(config.http().tls());
    config.sources().forEach((name, source) -> references.check("/sources/" + name, source));
    AuthConfig auth = config.auth();
    if (auth != null && auth.isRequired()) {
      auth.providers().forEach((name, each) -> references.check(ConfigObject.escape(name), each));
    }
  }

  private void checkTls(@Nullable TlsConfig tls) {
    if (tls != null) {
      requirePair("/http/tls/cert", tls.cert(), "/http/tls/key", tls.key(), problems);
      tls.certificates()
          .forEach(
              (name, files) -> {
                String place = "/http/tls/certificates/" + ConfigObject.escape(name);
                requirePair(place + "/cert", files.cert(), place + "/key", files.key(), problems);
              });
      requireTrust("/http/tls/clientCa", tls.clientCa());
    }
  }

  /**
   * Notes what is wrong with a certificate chain and its private key.
   *
   * @param certPlace the JSON pointer of the one
   * @param keyPlace that of the other
   */
  static void requirePair(
      String certPlace, String cert, String keyPlace, String key, Problems problems) {
    Certificates.PairProblems found = Certificates.pairProblems(cert, key, Instant.now());
    found.ofCert().forEach(problem -> problems.add(certPlace, problem));
    found.ofKey().forEach(problem -> problems.add(keyPlace, problem));
  }

  private void requireTrust(String place, @Nullable String file) {
    if (file != null) {
      Certificates.trustProblems(file).forEach(problem -> problems.add(place, problem));
    }
  }

  private void check(String place, SourceConfig source) {
    SourceWay way = source.request().way();
    if (!problems.hasAnyAt(place + "/ca")) {
      requireTrust(place + "/ca", way.ca());
    }
    if (way.identity() != null && !problems.hasAnyAt(place + "/clientCert")) {
      requirePair(
          place + "/clientCert/cert",
          way.identity().cert(),
          place + "/clientCert/key",
          way.identity().key(),
          problems);
    }
    SourceAuth auth = source.request().auth();
    if (auth != null) {
      String scheme = auth.scheme().name().toLowerCase(Locale.ROOT);
      requireSecret(place + "/auth/" + scheme, auth.reference());
    }
  }

  private void check(String name, AuthProviderConfig provider) {
    if (provider instanceof AuthProviderConfig.Jwt jwt) {
      for (int i = 0; i < jwt.keys().size(); i++) {
        int at = i;
        VerificationKey.problems(jwt.keys().get(i))
            .forEach(problem -> problems.add("/auth/jwt/" + name + "/keys/" + at, problem));
      }
      String jwks = jwt.jwks();
      if (jwks != null && !AuthText.isUrl(jwks)) {
        add("/auth/jwt/" + name + "/jwks", jwks, KeySet.problems(jwks));
      }
      requireTrust("/auth/jwt/" + name + "/ca", jwt.ca());
    }
    if (provider instanceof AuthProviderConfig.Forward forward) {
      requireTrust("/auth/forward/" + name + "/ca", forward.ca());
    }
    if (provider instanceof AuthProviderConfig.Basic basic) {
      add("/auth/basic/" + name + "/file", basic.file(), PasswordFile.problems(basic.file()));
    }
  }

  private void add(String place, String path, List<String> found) {
    found.forEach(problem -> problems.add(place, problem + " in \"" + path + "\""));
  }

  private void requireSecret(String place, SourceAuth.Reference reference) {
    if (reference.isFile()) {
      requireFile(place, "file with the secret in it", reference.name());
      return;
    }
    String value = System.getenv(reference.name());
    if (value == null || value.isBlank()) {
      problems.add(
          place,
          "expected the secret in the environment variable "
              + reference.name()
              + ", which is "
              + (value == null ? "not set" : "empty")
              + "; set it for the program, or write \"file:PATH\" for a secret in a file");
    }
  }

  private void requireFile(String place, String what, String path) {
    if (!isReadable(path)) {
      problems.add(place, "expected a readable, not empty " + what + ", got \"" + path + "\"");
    }
  }

  private static boolean isReadable(String path) {
    try {
      Path file = Path.of(path);
      return Files.isReadable(file) && !Files.isDirectory(file) && Files.size(file) > 0;
    } catch (IOException | InvalidPathException impossible) {
      return false;
    }
  }
}
