package dev.ssebridge.internal.tls;

import io.netty.util.NetUtil;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The names that a certificate is for: DNS names and IP addresses of its subject alternative names,
 * the only ones that clients look at (RFC 9525, section 6.3).
 *
 * @param all as they stand there
 */
public record ServerNames(Set<String> all) {
  private static final int DNS = 2;
  private static final int IP = 7;

  /** Those of a certificate; none where they cannot be read. */
  public static ServerNames of(X509Certificate certificate) {
    Set<String> names = new LinkedHashSet<>();
    try {
      Collection<List<?>> entries = certificate.getSubjectAlternativeNames();
      for (List<?> entry : entries == null ? List.<List<?>>of() : entries) {
        if (entry.size() > 1
            && entry.get(0) instanceof Integer kind
            && (kind == DNS || kind == IP)
            && entry.get(1) instanceof String name) {
          names.add(name);
        }
      }
    } catch (CertificateParsingException unreadable) {
      // Clients cannot read them either.
    }
    return new ServerNames(names);
  }

  /** Whether it is for nobody. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** For messages. */
  String shown() {
    return CertificateFile.shown(String.join(", ", all));
  }

  /**
   * Whether a client that asks for this host takes the certificate.
   *
   * @param host a name in lower case without a dot at its end, or an address, one of IPv6 in
   *     brackets
   */
  public boolean include(String host) {
    String plain = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    byte[] address = NetUtil.createByteArrayFromIpAddressString(plain);
    for (String name : all) {
      if (address == null ? matches(name, plain) : isAddress(name, address)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAddress(String name, byte[] address) {
    byte[] own = NetUtil.createByteArrayFromIpAddressString(name);
    return own != null && Arrays.equals(own, address);
  }

  /** A star stands for one whole label, the first (RFC 9525, section 6.3). */
  private static boolean matches(String name, String host) {
    String own = name.toLowerCase(Locale.ROOT);
    if (!own.startsWith("*.")) {
      return own.equals(host);
    }
    int dot = host.indexOf('.');
    return dot > 0 && host.substring(dot).equals(own.substring(1));
  }
}
