package dev.ssebridge.internal.tls;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the files of all certificates of a server and their keys had in them at one moment.
 * Immutable.
 *
 * @param usual for clients that ask for no name, or for one that none is for
 * @param others of several that are for a name, the first is taken
 */
public record CertificateSet(CertificatePair usual, List<Named> others) {
  public CertificateSet {
    others = List.copyOf(others);
  }

  /**
   * One of the others.
   *
   * @param name in the configuration
   */
  public record Named(String name, CertificatePair pair) {}

  /**
   * Reads the files. Blocks.
   *
   * @throws UnfitValueException if one cannot be read
   */
  public static CertificateSet read(PairFiles usual, Map<String, PairFiles> others) {
    List<Named> pairs = new ArrayList<>();
    others.forEach(
        (name, files) ->
            pairs.add(new Named(name, CertificatePair.read(files.cert(), files.key()))));
    return new CertificateSet(CertificatePair.read(usual.cert(), usual.key()), pairs);
  }

  /** As a server takes it. */
  public KeyCertOptions options() {
    List<PemKeyCertOptions> all = new ArrayList<>(List.of(usual.options()));
    others.forEach(other -> all.add(other.pair().options()));
    return new KeysByName(all);
  }

  /** The same of files that are read when the server takes it. */
  public static KeyCertOptions ofFiles(PairFiles usual, Map<String, PairFiles> others) {
    List<PemKeyCertOptions> all = new ArrayList<>(List.of(options(usual)));
    others.values().forEach(files -> all.add(options(files)));
    return new KeysByName(all);
  }

  private static PemKeyCertOptions options(PairFiles files) {
    return new PemKeyCertOptions().setCertPath(files.cert()).setKeyPath(files.key());
  }

  /** Never a key. */
  @Override
  public String toString() {
    return "CertificateSet";
  }
}
