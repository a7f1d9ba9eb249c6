package dev.ssebridge.internal.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An event-bus address with {@code {parameters}}, such as {@code topics.{topic}}. Immutable. */
public final class AddressTemplate {
  private static final Pattern PARAMETER = Pattern.compile("\\{([A-Za-z][A-Za-z0-9_]*)\\}");

  private final String text;
  private final Set<String> parameters;

  /** The parameters from the left, and the literal parts around them: one more than those. */
  private final List<String> names;

  private final List<String> literals;

  private AddressTemplate(String text, List<String> names, List<String> literals) {
    this.text = text;
    this.parameters = Set.copyOf(names);
    this.names = List.copyOf(names);
    this.literals = List.copyOf(literals);
  }

  /**
   * The template this text writes.
   *
   * @throws IllegalArgumentException if it is empty or has a brace that belongs to no parameter
   */
  public static AddressTemplate parse(String text) {
    List<String> names = new ArrayList<>();
    List<String> literals = new ArrayList<>();
    Matcher matcher = PARAMETER.matcher(text);
    int end = 0;
    while (matcher.find()) {
      names.add(matcher.group(1));
      literals.add(text.substring(end, matcher.start()));
      end = matcher.end();
    }
    literals.add(text.substring(end));
    String literal = String.join("", literals);
    if (text.isEmpty() || literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
      throw UnfitValueException.expected(
          "an address, parameters in it written as \"{name}\" (letters, digits, _)", text);
    }
    return new AddressTemplate(text, names, literals);
  }

  /** The names of the parameters. */
  public Set<String> parameters() {
    return parameters;
  }

  /**
   * The address for these values.
   *
   * @throws IllegalArgumentException if one of the parameters has no value
   */
  public String resolve(Map<String, String> values) {
    if (names.isEmpty()) {
      return text;
    }
    StringBuilder address = new StringBuilder(literals.get(0));
    for (int i = 0; i < names.size(); i++) {
      address.append(value(names.get(i), values)).append(literals.get(i + 1));
    }
    return address.toString();
  }

  /**
   * Values, none of them empty, with which this {@linkplain #resolve resolves} to an address, or
   * {@code null} if there are none. Where there are several, each from the left is as short as it
   * may be. Takes time in proportion to the address.
   */
  public @Nullable Map<String, String> match(String address) {
    if (names.isEmpty()) {
      return text.equals(address) ? Map.of() : null;
    }
    String last = literals.get(names.size());
    if (!address.startsWith(literals.get(0)) || !address.endsWith(last)) {
      return null;
    }
    Map<String, String> values = new LinkedHashMap<>();
    int from = literals.get(0).length();
    for (int i = 0; i < names.size(); i++) {
      String next = literals.get(i + 1);
      int to =
          i == names.size() - 1
              ? address.length() - last.length()
              : address.indexOf(next, from + 1);
      if (to <= from) {
        return null;
      }
      values.put(names.get(i), address.substring(from, to));
      from = to + next.length();
    }
    // A parameter that is there twice has one value.
    boolean once = names.size() == parameters.size();
    return once || resolve(values).equals(address) ? values : null;
  }

  private String value(String parameter, Map<String, String> values) {
    String value = values.get(parameter);
    if (value == null) {
      throw new IllegalArgumentException(
          "address " + text + ": expected a value for {" + parameter + "}, got " + values.keySet());
    }
    return value;
  }

  AddressTemplate requireParameters(Set<String> known, String what) {
    for (String parameter : parameters) {
      if (!known.contains(parameter)) {
        throw new UnfitValueException(
            "{"
                + parameter
                + "} in \""
                + text
                + "\" is not "
                + what
                + Suggestion.nearest(parameter, known)
                    .map(meant -> ", did you mean {" + meant + "}?")
                    .orElse(""));
      }
    }
    return this;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AddressTemplate that && text.equals(that.text);
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
