package dev.ssebridge.internal.config;

import java.util.LinkedHashSet;
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

  private AddressTemplate(String text, Set<String> parameters) {
    this.text = text;
    this.parameters = parameters;
  }

  /**
   * The template this text writes.
   *
   * @throws IllegalArgumentException if it is empty or has a brace that belongs to no parameter
   */
  public static AddressTemplate parse(String text) {
    Set<String> parameters = new LinkedHashSet<>();
    Matcher matcher = PARAMETER.matcher(text);
    while (matcher.find()) {
      parameters.add(matcher.group(1));
    }
    String literal = matcher.replaceAll("");
    if (text.isEmpty() || literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
      throw UnfitValueException.expected(
          "an address, parameters in it written as \"{name}\" (letters, digits, _)", text);
    }
    return new AddressTemplate(text, Set.copyOf(parameters));
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
    if (parameters.isEmpty()) {
      return text;
    }
    return PARAMETER
        .matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(value(found.group(1), values)));
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
