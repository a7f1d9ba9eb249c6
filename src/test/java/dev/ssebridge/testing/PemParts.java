package dev.ssebridge.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Certificates and keys with fixed dates, in {@code src/test/resources/pem}: the keys are for tests
 * and open nothing.
 */
public final class PemParts {
  private PemParts() {}

  /**
   * Writes a file.
   *
   * @param parts names of parts with a + between them; {@code 'text'} for a text as it is, {@code
   *     der:name} for the bytes of a part, {@code none} for no file, {@code directory} for one, and
   *     nothing for an empty file
   */
  public static Path write(Path file, String parts) throws IOException {
    if (parts.equals("none")) {
      return file;
    }
    if (parts.equals("directory")) {
      return Files.createDirectory(file);
    }
    if (parts.startsWith("der:")) {
      String base64 = part(parts.substring(4)).replaceAll("-----.*-----|\\s", "");
      return Files.write(file, Base64.getDecoder().decode(base64));
    }
    StringBuilder text = new StringBuilder();
    for (String part : parts.split("\\+", -1)) {
      text.append(part.startsWith("'") ? part.substring(1, part.length() - 1) : part(part));
    }
    return Files.writeString(file, text);
  }

  private static String part(String name) throws IOException {
    try (InputStream in = PemParts.class.getResourceAsStream("/pem/" + name + ".pem")) {
      if (in == null) {
        throw new IOException("expected src/test/resources/pem/" + name + ".pem");
      }
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  /** The names of the files, for a message that has their directory in it. */
  public static String withoutDirectory(String message, Path directory) {
    return message.replace(directory + "/", "");
  }
}
