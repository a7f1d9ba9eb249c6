package dev.ssebridge.internal.address;

import dev.ssebridge.internal.text.UnfitValueException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A path of segments, some of which may be parameters: {@code /topics/:topic}. A parameter stands
 * for exactly one segment, which may be empty. What is fixed is written as it reads, not
 * percent-encoded. Immutable.
 */
public final class PathTemplate {
  /** What a router takes out of a path: RFC 3986, section 6.2.2.3. */
  private static final Set<String> DOT_SEGMENTS = Set.of(".", "..");

  private static final Pattern PARAMETER = Pattern.compile(":[A-Za-z][A-Za-z0-9_]*");

  /** What a fixed segment may hold: RFC 3986, section 3.3, without {@code : * %}, and non-ASCII. */
  private static final Pattern FIXED =
      Pattern.compile("[A-Za-z0-9._~!$&'()+,;=@\\x{A1}-\\x{10FFFF}-]+");

  private final String text;
  private final List<String> segments;
  private final List<String> parameters;

  private PathTemplate(String text, List<String> segments, List<String> parameters) {
    this.text = text;
    this.segments = segments;
    this.parameters = parameters;
  }

  /**
   * The template this text writes.
   *
   * @throws IllegalArgumentException if it is not an absolute path, or has a query, an empty or a
   *     dot segment, or the same parameter twice
   */
  public static PathTemplate parse(String text) {
    if (!text.startsWith("/")) {
      throw UnfitValueException.expected("a path that starts with \"/\"", text);
    }
    List<String> segments = List.of(text.substring(1).split("/", -1));
    Set<String> parameters = new LinkedHashSet<>();
    for (String segment : segments) {
      if (PARAMETER.matcher(segment).matches()) {
        if (!parameters.add(segment.substring(1))) {
          throw UnfitValueException.expected(
              "a path with different parameters (" + segment + " is there twice)", text);
        }
      } else if (!text.equals("/")) {
        requireFixed(segment, text);
      }
    }
    return new PathTemplate(text, segments, List.copyOf(parameters));
  }

  private static void requireFixed(String segment, String text) {
    if (segment.isEmpty()) {
      throw UnfitValueException.expected("a path without empty segments", text);
    }
    if (DOT_SEGMENTS.contains(segment)) {
      throw UnfitValueException.expected("a path without dot segments", text);
    }
    if (!FIXED.matcher(segment).matches()) {
      throw UnfitValueException.expected(
          "a path of fixed segments and \":parameters\", without query, wildcard and"
              + " percent-encoding",
          text);
    }
  }

  /** The path of one fixed segment behind this one. */
  public PathTemplate under(String segment) {
    return parse(text.equals("/") ? "/" + segment : text + "/" + segment);
  }

  /** The names of the parameters, from left to right. */
  public List<String> parameters() {
    return parameters;
  }

  /**
   * A regular expression for the whole of a path as it came over the wire, with one group for each
   * of the {@linkplain #parameters() parameters}, in their order; a group may match the empty text.
   */
  public String regex() {
    return segments.stream()
        .map(segment -> isParameter(segment) ? "/([^/]*)" : "/" + quoted(segment))
        .collect(Collectors.joining());
  }

  /**
   * The values of the {@linkplain #parameters() parameters} in a path as it came over the wire,
   * percent-decoded, maybe empty; or null if the path is not of this shape.
   *
   * @throws IllegalArgumentException if a parameter is not percent-encoded UTF-8
   */
  public @Nullable List<String> match(String path) {
    if (!path.startsWith("/")) {
      return null;
    }
    List<String> values = new ArrayList<>(parameters.size());
    int from = 1;
    for (int i = 0; i < segments.size(); i++) {
      int slash = path.indexOf('/', from);
      boolean last = i == segments.size() - 1;
      if (last != (slash < 0)) {
        return null;
      }
      String given = path.substring(from, last ? path.length() : slash);
      if (isParameter(segments.get(i))) {
        values.add(given);
      } else if (!isFixed(segments.get(i), given)) {
        return null;
      }
      from = slash + 1;
    }
    values.replaceAll(PercentEncoding::decode);
    return List.copyOf(values);
  }

  /**
   * The values of the {@linkplain #parameters() parameters} in a path as it came over the wire, or
   * {@code null} if it is of another shape, or has to be looked at by a router: not percent-encoded
   * UTF-8, or with dot segments.
   */
  public @Nullable List<String> parametersOf(String path) {
    try {
      List<String> values = match(path);
      return values == null || !Collections.disjoint(values, DOT_SEGMENTS) ? null : values;
    } catch (IllegalArgumentException malformed) {
      return null; // the router says what is wrong
    }
  }

  /**
   * The values of the {@linkplain #parameters() parameters} in a path of this shape, as a router
   * has them for the groups of {@link #regex()}: {@code param0} and so on. One that is not
   * percent-encoded UTF-8 holds the replacement character.
   */
  public Map<String, String> groups(String path) {
    Map<String, String> groups = new LinkedHashMap<>();
    String[] given = path.substring(1).split("/", -1);
    for (int i = 0; i < Math.min(given.length, segments.size()); i++) {
      if (isParameter(segments.get(i))) {
        groups.put("param" + groups.size(), decodedOrReplaced(given[i]));
      }
    }
    return groups;
  }

  private static String decodedOrReplaced(String given) {
    try {
      return PercentEncoding.decode(given);
    } catch (IllegalArgumentException malformed) {
      return "\uFFFD";
    }
  }

  /** Whether a path as it came over the wire is percent-encoded UTF-8. */
  public static boolean isWellEncoded(String path) {
    try {
      PercentEncoding.decode(path);
      return true;
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /** Whether it matches every path that the other one matches. */
  public boolean covers(PathTemplate other) {
    if (segments.size() != other.segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!isParameter(segments.get(i)) && !segments.get(i).equals(other.segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The path with the names of its parameters left out: two of one shape match the same paths. */
  public String shape() {
    return segments.stream()
        .map(segment -> isParameter(segment) ? "/:" : "/" + segment)
        .collect(Collectors.joining());
  }

  /** What is between the slashes, from left to right. */
  List<String> segments() {
    return segments;
  }

  static boolean isParameter(String segment) {
    return segment.startsWith(":");
  }

  private static boolean isFixed(String segment, String given) {
    if (segment.equals(given)) {
      return true;
    }
    try {
      return segment.equals(PercentEncoding.decode(given));
    } catch (IllegalArgumentException malformed) {
      return false; // so it is another path
    }
  }

  private static String quoted(String segment) {
    return Pattern.quote(PercentEncoding.encodeNonAscii(segment));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof PathTemplate that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The template as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
