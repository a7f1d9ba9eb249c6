package dev.ssebridge.internal.tls;

import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file of blocks in base64, each between two lines that say what it is (RFC 7468). Nothing of
 * what is in the blocks is ever repeated in a message.
 *
 * @param path as it was given
 * @param text the whole of it
 * @param blocks in their order
 */
record PemFile(String path, String text, List<Block> blocks) {
  /** A bundle of all public authorities has less than a tenth of it. */
  private static final int MOST_BYTES = 4 << 20;

  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----");

  /**
   * One block.
   *
   * @param label what it is, in capitals: {@code CERTIFICATE}
   * @param content what is between its two lines
   */
  record Block(String label, String content) {
    boolean isCertificate() {
      return label.equals("CERTIFICATE");
    }

    boolean isKey() {
      return label.endsWith("PRIVATE KEY");
    }

    /** Whether a password is needed (RFC 5958, section 3; RFC 1421, section 4.6.1.1). */
    boolean isEncrypted() {
      return isKey() && (label.startsWith("ENCRYPTED") || content.contains("4,ENCRYPTED"));
    }

    /**
     * The bytes.
     *
     * @throws IllegalArgumentException if it is not base64
     */
    byte[] decode() {
      return Base64.getDecoder().decode(content.replaceAll("\\s", ""));
    }
  }

  /**
   * Reads a file. Blocks while it does.
   *
   * @throws UnfitValueException if it cannot be read, or has no block
   */
  static PemFile read(String path) {
    return of(path, bytes(path));
  }

  /**
   * What was read from a file.
   *
   * @throws UnfitValueException if it has no block
   */
  static PemFile of(String path, byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    List<Block> blocks = blocks(text);
    if (blocks.isEmpty()) {
      throw new UnfitValueException(
          "expected a PEM file, which has a block from -----BEGIN ..----- to -----END ..-----, got "
              + (isBinary(text)
                  ? "binary data"
                  : text.contains("-----BEGIN ") ? "half of one" : "another text")
              + " in \""
              + path
              + "\""
              + (isBinary(text)
                  ? "; convert it, with \"openssl x509 -inform der\", \"openssl pkey -inform der\""
                      + " or \"openssl pkcs12\""
                  : ""));
    }
    return new PemFile(path, text, List.copyOf(blocks));
  }

  private static List<Block> blocks(String text) {
    List<Block> blocks = new ArrayList<>();
    Matcher begin = BEGIN.matcher(text);
    int from = 0;
    while (begin.find(from)) {
      String last = "-----END " + begin.group(1) + "-----";
      int end = text.indexOf(last, begin.end());
      if (end < 0) {
        break;
      }
      blocks.add(new Block(begin.group(1), text.substring(begin.end(), end)));
      from = end + last.length();
    }
    return blocks;
  }

  /**
   * All that is in a file. Blocks.
   *
   * @throws UnfitValueException if it cannot be read, is empty, or too large
   */
  static byte[] bytes(String path) {
    try {
      Path file = Path.of(path);
      if (Files.isRegularFile(file)) {
        try (InputStream in = Files.newInputStream(file)) {
          byte[] bytes = in.readNBytes(MOST_BYTES + 1);
          if (bytes.length > MOST_BYTES) {
            throw new UnfitValueException(
                "expected a PEM file of at most "
                    + MOST_BYTES
                    + " bytes, got more in \""
                    + path
                    + "\"");
          }
          if (bytes.length > 0) {
            return bytes;
          }
        }
      }
    } catch (IOException | InvalidPathException impossible) {
      // Said below.
    }
    throw new UnfitValueException("expected a readable, not empty PEM file, got \"" + path + "\"");
  }

  private static boolean isBinary(String text) {
    return text.chars().anyMatch(c -> c == 0xFFFD || (c < ' ' && !Character.isWhitespace(c)));
  }

  /** The same text as Vert.x takes it. */
  Buffer buffer() {
    return Buffer.buffer(text);
  }

  /** What kinds of blocks it has, for messages. */
  String kinds() {
    return blocks.stream()
        .map(block -> block.label().toLowerCase(Locale.ROOT))
        .distinct()
        .limit(5)
        .collect(Collectors.joining(", "));
  }
}
