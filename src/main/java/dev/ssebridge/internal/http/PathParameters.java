package dev.ssebridge.internal.http;

import dev.ssebridge.internal.config.AddressTemplate;
import dev.ssebridge.internal.config.OwnAddresses;
import dev.ssebridge.internal.config.PathTemplate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The values of a path's parameters in a request that matched {@link PathTemplate#regex()}. */
public final class PathParameters {
  /** What a router makes of bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private PathParameters() {}

  /**
   * The values of the parameters of a path, by name.
   *
   * @param given the value of a parameter by its place from the left, or {@code null}
   * @param maxLength characters of one value
   * @param requested the path of the request
   * @throws BadRequestException if a value is empty, too long, not UTF-8, or has control characters
   */
  public static Map<String, String> of(
      IntFunction<@Nullable String> given,
      PathTemplate path,
      int maxLength,
      @Nullable String requested)
      throws BadRequestException {
    List<String> names = path.parameters();
    if (names.isEmpty()) {
      return Map.of();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String value = given.apply(i);
      if (value == null || value.isEmpty()) {
        throw new BadRequestException(
            400, "path " + path + ": expected a value for :" + names.get(i) + ", got none");
      }
      if (value.indexOf(REPLACEMENT) >= 0
          && requested != null
          && !PathTemplate.isWellEncoded(requested)) {
        throw new BadRequestException(
            400,
            "path "
                + path
                + ": expected percent-encoded UTF-8 for :"
                + names.get(i)
                + ", got other bytes");
      }
      if (value.length() > maxLength) {
        throw BadRequestException.overLimit(
            "path "
                + path
                + ": expected at most "
                + maxLength
                + " characters (limits.parameter) for :"
                + names.get(i)
                + ", got "
                + value.length());
      }
      if (value.chars().anyMatch(Character::isISOControl)) {
        throw new BadRequestException(
            400,
            "path " + path + ": expected no control characters in :" + names.get(i) + ", got some");
      }
      values.put(names.get(i), value);
    }
    return values;
  }

  /**
   * The address for these values.
   *
   * @throws BadRequestException if one of them holds what separates the parts of the address, or if
   *     it is one that the event bus uses for itself
   */
  public static String address(
      AddressTemplate template, PathTemplate path, Map<String, String> values)
      throws BadRequestException {
    AddressTemplate.Misfit misfit = template.misfit(values);
    if (misfit != null) {
      String name = misfit.parameter();
      throw new BadRequestException(
          400,
          "path "
              + path
              + ": expected no "
              + misfit.separators()
              + " in :"
              + name
              + ", got some; they separate the parts of the address "
              + template
              + " (where they are wanted, the configuration may say {"
              + name
              + "*} there)");
    }
    String address = template.resolve(values);
    if (OwnAddresses.isOfTheBus(address)) {
      throw new BadRequestException(
          400,
          "path "
              + path
              + ": expected parameters that make an address of your own of "
              + template
              + ", got one that the event bus itself uses");
    }
    return address;
  }
}
