package dev.ssebridge.internal.address;

import dev.ssebridge.internal.text.Suggestion;
import dev.ssebridge.internal.text.UnfitValueException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An event-bus address with {@code {parameters}}, such as {@code topics.{topic}}. Immutable.
 *
 * <p>{@code {claim:sub}} stands for what a verified token says of who asks; no request fills it.
 *
 * <p>A parameter holds none of the characters that are its neighbours, here the dot, or else it
 * could reach an address that another template describes, {@code topics.{x}.secret}, and {@code
 * {a}.{b}} would be one address for two requests. One that is written {@code {topic*}} may.
 */
public final class AddressTemplate {
  private static final Pattern PARAMETER =
      Pattern.compile("\\{([A-Za-z][A-Za-z0-9_]*|claim:[A-Za-z][A-Za-z0-9_-]*)(\\*?)\\}");

  /** What the name of a parameter begins with that is a claim of who asks. */
  private static final String CLAIM = "claim:";

  /** A claim, and nothing beside it; as a pattern of JSON Schema. */
  public static final String ONE_CLAIM = "^\\{claim:[A-Za-z][A-Za-z0-9_-]*\\}$";

  private static final Pattern CLAIM_ALONE = Pattern.compile(ONE_CLAIM);

  private final String text;
  private final Set<String> parameters;

  /** The parameters from the left, and the literal parts around them: one more than those. */
  private final List<String> names;

  private final List<String> literals;

  /** The place of the parameter that may hold separators, or -1. */
  private final int star;

  /** The characters that each of the parameters may not hold, from the left. */
  private final List<String> separators;

  private final Set<String> requested;
  private final Set<String> claims;

  private AddressTemplate(String text, List<String> names, List<String> literals, int star) {
    this.text = text;
    this.parameters = Set.copyOf(names);
    this.names = List.copyOf(names);
    this.literals = List.copyOf(literals);
    this.star = star;
    this.separators = IntStream.range(0, names.size()).mapToObj(this::separatorsAt).toList();
    this.requested =
        parameters.stream()
            .filter(name -> !name.startsWith(CLAIM))
            .collect(Collectors.toUnmodifiableSet());
    this.claims =
        parameters.stream()
            .filter(name -> name.startsWith(CLAIM))
            .map(name -> name.substring(CLAIM.length()))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a star is part of the address itself, as people write it who expect a wildcard. */
  public boolean hasStarAsText() {
    return literals.stream().anyMatch(literal -> literal.contains("*"));
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
    int star = -1;
    while (matcher.find()) {
      if (!matcher.group(2).isEmpty()) {
        if (star >= 0) {
          throw UnfitValueException.expected("an address with one \"{name*}\" at most", text);
        }
        star = names.size();
      }
      names.add(matcher.group(1));
      literals.add(text.substring(end, matcher.start()));
      end = matcher.end();
    }
    literals.add(text.substring(end));
    String literal = String.join("", literals);
    if (text.isEmpty() || literal.indexOf('{') >= 0 || literal.indexOf('}') >= 0) {
      throw UnfitValueException.expected(
          "an address, parameters in it written as \"{name}\" (letters, digits, _) or"
              + " \"{claim:name}\"",
          text);
    }
    return new AddressTemplate(text, names, literals, star);
  }

  /** This address itself, whatever it holds. */
  public static AddressTemplate ofAddress(String address) {
    return new AddressTemplate(address, List.of(), List.of(address), -1);
  }

  /** Two parameters side by side could be told apart in more than one way. */
  public AddressTemplate requireSeparators() {
    for (int i = 1; i < names.size(); i++) {
      if (literals.get(i).isEmpty()) {
        throw UnfitValueException.expected(
            "an address with something between {"
                + names.get(i - 1)
                + "} and {"
                + names.get(i)
                + "}",
            text);
      }
    }
    return this;
  }

  /**
   * A value that its parameter may not have.
   *
   * @param parameter the name
   * @param separators the characters it may not hold, with a space between them
   */
  public record Misfit(String parameter, String separators) {}

  /** The first value that its parameter may not have; {@code null} where all may be. */
  public @Nullable Misfit misfit(Map<String, String> values) {
    for (int i = 0; i < names.size(); i++) {
      String value = value(names.get(i), values);
      String unfit = separators.get(i);
      for (int c = 0; c < unfit.length(); c++) {
        if (value.indexOf(unfit.charAt(c)) >= 0) {
          return new Misfit(names.get(i), String.join(" ", unfit.split("")));
        }
      }
    }
    return null;
  }

  /**
   * The neighbours of a parameter. A letter or digit separates only parameters from each other:
   * where it is at the edge of the address it is more likely part of a word.
   */
  private String separatorsAt(int i) {
    if (i == star) {
      return "";
    }
    String before = literals.get(i);
    String after = literals.get(i + 1);
    String last = before.isEmpty() ? "" : before.substring(before.length() - 1);
    String first = after.isEmpty() ? "" : after.substring(0, 1);
    String left = i == 0 && isWord(last) ? "" : last;
    String right = i == names.size() - 1 && isWord(first) ? "" : first;
    return left.equals(right) ? left : left + right;
  }

  private static boolean isWord(String character) {
    return character.chars().anyMatch(Character::isLetterOrDigit);
  }

  /** The names of the parameters, those that are claims among them, as {@code claim:name}. */
  public Set<String> parameters() {
    return parameters;
  }

  /** The names of the parameters that a request fills. */
  public Set<String> requested() {
    return requested;
  }

  /** The names of the claims that it needs. */
  public Set<String> claims() {
    return claims;
  }

  /** Whether it is made of claims, and nothing that a request fills. */
  public boolean isOfClaims() {
    return !parameters.isEmpty() && requested().isEmpty();
  }

  /** Whether this is a claim, written as in an address, and nothing beside it. */
  public static boolean isClaim(String text) {
    return CLAIM_ALONE.matcher(text).matches();
  }

  /** The name of the claim that this {@linkplain #isClaim is}. */
  public static String claimIn(String text) {
    return text.substring(1 + CLAIM.length(), text.length() - 1);
  }

  /** The name of the parameter that is this claim. */
  public static String ofClaim(String claim) {
    return CLAIM + claim;
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
   * The values, none of them empty and each such as its parameter may have, with which this
   * {@linkplain #resolve resolves} to an address, or {@code null} if there are none. Takes time in
   * proportion to the address.
   */
  public @Nullable Map<String, String> match(String address) {
    if (names.isEmpty()) {
      return text.equals(address) ? Map.of() : null;
    }
    String last = literals.get(names.size());
    if (!address.startsWith(literals.get(0)) || !address.endsWith(last)) {
      return null;
    }
    // From the left up to the one that may hold separators, from the right down to it.
    int free = star < 0 ? names.size() - 1 : star;
    String[] found = new String[names.size()];
    int from = literals.get(0).length();
    for (int i = 0; i < free; i++) {
      String next = literals.get(i + 1);
      int to = address.indexOf(next, from + 1);
      if (to <= from) {
        return null;
      }
      found[i] = address.substring(from, to);
      from = to + next.length();
    }
    int to = address.length() - last.length();
    for (int i = names.size() - 1; i > free; i--) {
      String before = literals.get(i);
      int at = address.lastIndexOf(before, to - 1 - before.length());
      if (at < from) {
        return null;
      }
      found[i] = address.substring(at + before.length(), to);
      to = at;
    }
    if (to <= from) {
      return null;
    }
    found[free] = address.substring(from, to);
    return values(found, address);
  }

  private @Nullable Map<String, String> values(String[] found, String address) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < found.length; i++) {
      values.put(names.get(i), found[i]);
    }
    // A parameter that is there twice has one value.
    boolean once = names.size() == parameters.size();
    boolean same = once || resolve(values).equals(address);
    return same && misfit(values) == null ? values : null;
  }

  /**
   * Whether there may be values, empty ones among them, with which this resolves to this address.
   * Takes a parameter that is there twice for two, so it may say yes too often, never too seldom.
   *
   * @param known the values of parameters that are known
   */
  public boolean mayProduce(String address, Map<String, String> known) {
    List<String> parts = literals(known);
    String last = parts.get(parts.size() - 1);
    if (parts.size() == 1) {
      return address.equals(last);
    }
    int end = address.length() - last.length();
    int from = parts.get(0).length();
    if (!address.startsWith(parts.get(0)) || !address.endsWith(last) || from > end) {
      return false;
    }
    for (String next : parts.subList(1, parts.size() - 1)) {
      int at = address.indexOf(next, from);
      if (at < 0 || at + next.length() > end) {
        return false;
      }
      from = at + next.length();
    }
    return true;
  }

  /** What the parameters of a template may hold. */
  public enum Content {
    /** Whatever it is, as where somebody else writes them. */
    ANY,
    /** Not the characters beside it, as where they are parameters of a path. */
    FITTING
  }

  /**
   * Whether there may be values, empty ones among them, with which this resolves to an address that
   * begins like this. Takes a parameter that is there twice for two, so it may say yes too often,
   * never too seldom.
   *
   * @param known the values of parameters that are known
   */
  public boolean mayBeginWith(String beginning, Map<String, String> known, Content content) {
    int most = beginning.length();
    BitSet reached = new BitSet(); // how much of the beginning there is, for some of the values
    reached.set(0);
    for (int i = 0; !reached.isEmpty() && !reached.get(most); i++) {
      reached = after(literals.get(i), beginning, reached);
      String value = i == names.size() ? null : known.get(names.get(i));
      if (value != null) {
        reached = after(value, beginning, reached);
      } else if (i < names.size()) {
        String never = content == Content.ANY ? "" : separators.get(i);
        for (int at = reached.nextSetBit(0);
            at >= 0 && at < most;
            at = reached.nextSetBit(at + 1)) {
          if (never.indexOf(beginning.charAt(at)) < 0) {
            reached.set(at + 1);
          }
        }
      } else {
        break;
      }
    }
    return reached.get(most);
  }

  /** How much of a beginning there is when this text comes next. */
  private static BitSet after(String text, String beginning, BitSet reached) {
    BitSet next = new BitSet();
    for (int at = reached.nextSetBit(0); at >= 0; at = reached.nextSetBit(at + 1)) {
      int end = Math.min(beginning.length(), at + text.length());
      if (text.startsWith(beginning.substring(at, end))) {
        next.set(end);
      }
    }
    return next;
  }

  /**
   * What every address of this template begins with.
   *
   * @param known the values of parameters that are known
   */
  public String beginning(Map<String, String> known) {
    return literals(known).get(0);
  }

  /** The literal parts around the parameters that are not known, at least one. */
  private List<String> literals(Map<String, String> known) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder(literals.get(0));
    for (int i = 0; i < names.size(); i++) {
      String value = known.get(names.get(i));
      if (value == null) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(value);
      }
      part.append(literals.get(i + 1));
    }
    parts.add(part.toString());
    return parts;
  }

  /**
   * Whether there may be an address that both templates produce, this one with values such as its
   * parameters may have, the other with any. May say yes too often, never too seldom.
   *
   * @param known the values of parameters of the other that are known
   */
  public boolean mayMeet(AddressTemplate other, Map<String, String> known) {
    List<String> others = other.literals(known);
    String otherBegin = others.get(0);
    String otherEnd = others.get(others.size() - 1);
    if (others.size() == 1) {
      return match(otherBegin) != null;
    }
    if (names.isEmpty()) {
      return other.mayProduce(text, known);
    }
    String begin = literals.get(0);
    String end = literals.get(names.size());
    return (begin.startsWith(otherBegin) || otherBegin.startsWith(begin))
        && (end.endsWith(otherEnd) || otherEnd.endsWith(end));
  }

  private String value(String parameter, Map<String, String> values) {
    String value = values.get(parameter);
    if (value == null) {
      throw new IllegalArgumentException(
          "address " + text + ": expected a value for {" + parameter + "}, got " + values.keySet());
    }
    return value;
  }

  public AddressTemplate requireParameters(Set<String> known, String what) {
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
