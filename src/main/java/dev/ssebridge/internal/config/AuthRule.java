package dev.ssebridge.internal.config;

import dev.ssebridge.auth.AuthRuleOptions;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What users may do, in the words of the SockJS bridge of Vert.x. Immutable.
 *
 * @param address it is about; null for others
 * @param regex an expression that the whole address matches, as it was written; null for none
 * @param pattern the same, ready
 * @param match what a JSON body holds at least; null for anything
 * @param authority what a user must have; null for nothing
 */
public record AuthRule(
    @Nullable String address,
    @Nullable String regex,
    @Nullable Pattern pattern,
    @Nullable JsonObject match,
    @Nullable String authority) {

  static AuthRule of(AuthRuleOptions options, Place at, boolean isPublish) {
    String address = options.getAddress();
    String regex = options.getAddressRegex();
    if (address != null && regex != null) {
      at.problem("addressRegex", "expected either \"address\" or \"addressRegex\", got both");
    }
    JsonObject match = options.getMatch();
    if (match != null && !isPublish) {
      at.problem(
          "match",
          "has no effect here, as a stream is asked about when it opens, before its messages are"
              + " there; use it in /auth/publish");
    }
    boolean isFine = regex != null && at.isFine("addressRegex");
    return new AuthRule(
        address,
        regex,
        isFine ? Pattern.compile(regex) : null,
        match,
        options.getRequiredAuthority());
  }

  /** Whether it is about this address. */
  public boolean isAbout(String used) {
    if (address != null) {
      return address.equals(used);
    }
    return pattern == null || pattern.matcher(used).matches();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthRule that && values().equals(that.values());
  }

  @Override
  public int hashCode() {
    return values().hashCode();
  }

  /** A pattern is equal to itself only. */
  private List<@Nullable Object> values() {
    return Arrays.asList(address, regex, match, authority);
  }
}
