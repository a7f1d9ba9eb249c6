package dev.ssebridge.internal.app;

import static java.util.stream.Collectors.joining;

import dev.ssebridge.internal.config.AuthConfig;
import dev.ssebridge.internal.config.AuthProviderConfig;
import dev.ssebridge.internal.config.AuthText;
import dev.ssebridge.internal.config.BridgeConfig;
import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.config.SourceConfig;
import dev.ssebridge.internal.config.SourceWay;
import dev.ssebridge.internal.config.TlsConfig;
import dev.ssebridge.internal.text.Sha256;
import dev.ssebridge.internal.tls.PairFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The files that a configuration refers to. */
final class ReferredFiles {
  private static final Logger LOG = Logger.getLogger(ReferredFiles.class.getName());
  private static final int MOST_BYTES = 1 << 20;

  private ReferredFiles() {}

  /** All whose content matters: certificates, keys, secrets. */
  static Set<Path> of(BridgeConfig config) {
    Set<Path> files = new LinkedHashSet<>();
    TlsConfig tls = config.http().tls();
    if (tls != null) {
      List<PairFiles> pairs = new ArrayList<>(tls.certificates().values());
      pairs.add(0, tls.usual());
      for (PairFiles pair : pairs) {
        files.add(Path.of(pair.cert()));
        files.add(Path.of(pair.key()));
      }
    }
    files.addAll(keys(config));
    config
        .sources()
        .values()
        .forEach(
            source -> {
              files.addAll(certificates(source));
              SourceAuth auth = source.request().auth();
              if (auth != null && auth.reference().isFile()) {
                files.add(Path.of(auth.reference().name()));
              }
            });
    return files;
  }

  /**
   * The same of a configuration that may be wrong, and the directories for positions of sources
   * that are not there.
   */
  static Set<Path> named(BridgeConfig config) {
    Set<Path> files = new LinkedHashSet<>();
    try {
      files.addAll(of(config));
      for (SourceConfig source : config.sources().values()) {
        String cursor = source.cursor().file();
        Path directory = cursor == null ? null : Path.of(cursor).toAbsolutePath().getParent();
        if (directory != null && !Files.exists(directory)) {
          files.add(directory);
        }
      }
    } catch (InvalidPathException wrong) {
      LOG.log(Level.FINE, "what is no path is not watched", wrong);
    }
    return files;
  }

  /**
   * What the sources' certificates of authorities have in them, by source, in short. Secrets are
   * not among them: these are read again for every connection anyway. Blocks.
   */
  static Map<String, String> authorities(BridgeConfig config) {
    Map<String, String> authorities = new TreeMap<>();
    config
        .sources()
        .forEach(
            (name, source) -> {
              List<Path> files = certificates(source);
              if (!files.isEmpty()) {
                authorities.put(
                    name, files.stream().map(ReferredFiles::digest).collect(joining(" ")));
              }
            });
    return authorities;
  }

  /**
   * What the files have in them by which users are known, in short: keys of tokens, and
   * certificates of authorities. Blocks.
   */
  static String keysInShort(BridgeConfig config) {
    return keys(config).stream().map(ReferredFiles::digest).collect(joining(" "));
  }

  /** Not that of htpasswd, which is looked at whenever somebody asks. */
  private static Set<Path> keys(BridgeConfig config) {
    List<@Nullable String> names = new ArrayList<>();
    AuthConfig auth = config.auth();
    if (auth != null) {
      for (AuthProviderConfig provider : auth.providers().values()) {
        if (provider instanceof AuthProviderConfig.Jwt jwt) {
          names.addAll(jwt.keys());
          names.add(jwt.ca());
          String jwks = jwt.jwks();
          names.add(jwks == null || AuthText.isUrl(jwks) ? null : jwks);
        } else if (provider instanceof AuthProviderConfig.Forward forward) {
          names.add(forward.ca());
        }
      }
    }
    Set<Path> files = new LinkedHashSet<>();
    for (String name : names) {
      if (name != null) {
        files.add(Path.of(name));
      }
    }
    return files;
  }

  /** The certificates that a source trusts, and those that it proves its own name with. */
  private static List<Path> certificates(SourceConfig source) {
    List<Path> files = new ArrayList<>();
    SourceWay way = source.request().way();
    if (way.ca() != null) {
      files.add(Path.of(way.ca()));
    }
    SourceWay.Identity identity = way.identity();
    if (identity != null) {
      files.add(Path.of(identity.cert()));
      files.add(Path.of(identity.key()));
    }
    return files;
  }

  private static String digest(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return HexFormat.of().formatHex(Sha256.begin().digest(in.readNBytes(MOST_BYTES)));
    } catch (IOException unreadable) {
      return "unreadable"; // a problem by itself, which shows on connecting
    }
  }
}
