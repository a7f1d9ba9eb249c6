package dev.ssebridge.internal.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Header values that are text in UTF-8; Vert.x hands their bytes over as Latin-1. */
public final class HeaderText {
  private HeaderText() {}

  /**
   * The header's value, or {@code null} where the request has none. Several that differ are one
   * with commas, as RFC 9110, section 5.2, reads them: so none of them is taken for the only one.
   */
  public static @Nullable String of(HttpServerRequest request, CharSequence name) {
    return decode(one(request.headers().getAll(name)));
  }

  /** One value of all that were sent, without those that say nothing; {@code null} for none. */
  public static @Nullable String one(List<String> values) {
    if (values.isEmpty()) {
      return null;
    }
    return values.stream()
        .filter(value -> !value.isEmpty())
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /**
   * The same.
   *
   * @throws BadRequestException if it is not UTF-8, or there are several
   */
  public static @Nullable String strict(HttpServerRequest request, CharSequence name)
      throws BadRequestException {
    List<String> lines = request.headers().getAll(name);
    if (lines.size() > 1) {
      throw new BadRequestException(
          400, "header " + name + ": expected one value, got " + lines.size());
    }
    try {
      return lines.isEmpty() ? null : strict(lines.get(0));
    } catch (CharacterCodingException malformed) {
      throw new BadRequestException(400, "header " + name + ": expected UTF-8, got other bytes");
    }
  }

  /**
   * A value as it was handed over.
   *
   * @throws CharacterCodingException if it is not UTF-8
   */
  public static String strict(String bytes) throws CharacterCodingException {
    return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1))).toString();
  }

  /** A value as it was handed over. */
  static @Nullable String decode(@Nullable String bytes) {
    return bytes == null ? null : new String(bytes.getBytes(ISO_8859_1), UTF_8);
  }

  /** The parts of a value at a separator that is in no quotes (RFC 9110, 5.6.4); at least one. */
  public static List<String> split(String value, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (quoted && c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(value.substring(from, i));
        from = i + 1;
      }
    }
    parts.add(value.substring(from));
    return parts;
  }
}
