package dev.ssebridge.internal.url;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.UnfitValueException;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A URL with parameters: {@code http://up/topics/:topic?as=:role}. One stands for a whole segment
 * of the path, or for the whole value of a pair of the query; never for a host, a port, or a part
 * of a segment. Immutable.
 */
public final class UrlTemplate {
  /** The most characters of a value, percent-encoded. */
  public static final int LONGEST = 1024;

  /** What begins as a parameter does, up to the end of a segment. */
  private static final Pattern IN_PATH = Pattern.compile("/:([A-Za-z][^/]*)");

  /** The same up to the end of a pair. */
  private static final Pattern IN_QUERY = Pattern.compile("=:([A-Za-z][^&]*)");

  /** A colon that is none of a parameter, as it is written. */
  public static final String COLON = "%" + "3A";

  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final String UNRESERVED = "-._~"; // and letters and digits: RFC 3986, section 2.3

  private final List<String> literals;
  private final List<String> names;

  private UrlTemplate(List<String> literals, List<String> names) {
    this.literals = List.copyOf(literals);
    this.names = List.copyOf(names);
  }

  /**
   * The template this URL writes, maybe without parameters.
   *
   * @param url as {@link HttpUrl#parse} makes it
   * @throws IllegalArgumentException if something begins as a parameter does, and is none
   */
  public static UrlTemplate of(URI url) {
    String text = url.toString();
    int from = url.getScheme().length() + "://".length() + url.getRawAuthority().length();
    List<String> literals = new ArrayList<>();
    List<String> names = new ArrayList<>();
    int query = text.indexOf('?', from);
    int path = query < 0 ? text.length() : query;
    int end = find(IN_PATH.matcher(text).region(from, path), text, 0, literals, names);
    end = find(IN_QUERY.matcher(text).region(path, text.length()), text, end, literals, names);
    literals.add(text.substring(end));
    return new UrlTemplate(literals, names);
  }

  private static int find(
      Matcher begun, String text, int from, List<String> literals, List<String> names) {
    int end = from;
    while (begun.find()) {
      String name = begun.group(1);
      if (!NAME.matcher(name).matches()) {
        throw new UnfitValueException(
            "expected a parameter that is a whole segment of the path, or a whole value in the"
                + " query, of letters, digits and _ behind its colon; write "
                + COLON
                + " for a colon that begins no parameter");
      }
      literals.add(text.substring(end, begun.start(1) - 1));
      names.add(name);
      end = begun.end();
    }
    return end;
  }

  /** The names of the parameters, from left to right. */
  public Set<String> parameters() {
    return new LinkedHashSet<>(names);
  }

  /**
   * Whether a parameter may have this value. One with a dot segment in it could lead a server, or a
   * proxy on the way, that decodes slashes and backslashes to another place.
   */
  public static boolean isFit(String value) {
    if (value.isEmpty()
        || value.length() > LONGEST
        || !UTF_8.newEncoder().canEncode(value)
        || value.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    for (String segment : value.split("[/\\\\]", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        return false;
      }
    }
    return encoded(value).length() <= LONGEST;
  }

  /**
   * The URL for these values, each percent-encoded as one segment.
   *
   * @param values {@linkplain #isFit fit} ones, one for each parameter
   */
  public String resolve(Map<String, String> values) {
    StringBuilder url = new StringBuilder(literals.get(0));
    for (int i = 0; i < names.size(); i++) {
      String value = values.get(names.get(i));
      if (value == null) {
        throw new IllegalArgumentException("expected a value for :" + names.get(i));
      }
      url.append(encoded(value)).append(literals.get(i + 1));
    }
    return url.toString();
  }

  private static String encoded(String value) {
    StringBuilder text = new StringBuilder(value.length() + 16);
    for (byte b : value.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      boolean isPlain =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || UNRESERVED.indexOf(c) >= 0;
      if (isPlain) {
        text.append(c);
      } else {
        text.append(String.format("%%%02X", b & 0xff));
      }
    }
    return text.toString();
  }
}
