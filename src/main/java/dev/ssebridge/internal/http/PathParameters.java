package dev.ssebridge.internal.http;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.PathTemplate;
import dev.ssebridge.internal.config.OwnAddresses;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The values of a path's parameters in a request that matched {@link PathTemplate#regex()}. */
public final class PathParameters {
  /** What a router makes of bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  private static final System.Logger LOG = System.getLogger(PathParameters.class.getName());

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
    return of(given, name -> null, path, Set.of(), maxLength, requested);
  }

  /**
   * The same, and the values of parameters of the path that a router with this path is mounted on.
   *
   * @param ofParent the value of such a parameter by its name, or {@code null}
   * @param needed names of parameters, of which those that are none of the path are of its parent
   * @throws BadRequestException as above; and 500, with a line in the log, if the parent has no
   *     such parameter
   */
  public static Map<String, String> of(
      IntFunction<@Nullable String> given,
      Function<String, @Nullable String> ofParent,
      PathTemplate path,
      Set<String> needed,
      int maxLength,
      @Nullable String requested)
      throws BadRequestException {
    List<String> names = path.parameters();
    if (names.isEmpty() && needed.isEmpty()) {
      return Map.of();
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      values.put(name, checked(name, given.apply(i), path, maxLength, requested));
    }
    for (String name : needed) {
      if (!values.containsKey(name)) {
        String value = ofParent.apply(name);
        if (value == null) {
          LOG.log(
              Level.ERROR,
              "path "
                  + path
                  + ": the address has {"
                  + name
                  + "}, which is a parameter neither of this path nor of one that its router is"
                  + " mounted on");
          throw new BadRequestException(Problem.INTERNAL);
        }
        values.put(name, checked(name, value, path, maxLength, requested));
      }
    }
    // Most have one, and a stream keeps it.
    return values.size() == 1 ? Map.copyOf(values) : Collections.unmodifiableMap(values);
  }

  private static String checked(
      String name,
      @Nullable String value,
      PathTemplate path,
      int maxLength,
      @Nullable String requested)
      throws BadRequestException {
    if (value == null || value.isEmpty()) {
      throw new BadRequestException(
          400, "path " + path + ": expected a value for :" + name + ", got none");
    }
    if (value.indexOf(REPLACEMENT) >= 0
        && requested != null
        && !PathTemplate.isWellEncoded(requested)) {
      throw new BadRequestException(
          400,
          "path " + path + ": expected percent-encoded UTF-8 for :" + name + ", got other bytes");
    }
    if (value.length() > maxLength) {
      throw new BadRequestException(
          400,
          "path "
              + path
              + ": expected at most "
              + maxLength
              + " characters (limits.parameter) for :"
              + name
              + ", got "
              + value.length());
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new BadRequestException(
          400, "path " + path + ": expected no control characters in :" + name + ", got some");
    }
    return value;
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
      if (template.claims().stream().map(AddressTemplate::ofClaim).anyMatch(name::equals)) {
        throw new BadRequestException(
            403,
            "path "
                + path
                + ": expected no "
                + misfit.separators()
                + " in {"
                + name
                + "}, got some; they separate the parts of the address "
                + template);
      }
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
