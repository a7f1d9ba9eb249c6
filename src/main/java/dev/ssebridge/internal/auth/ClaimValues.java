package dev.ssebridge.internal.auth;

import dev.ssebridge.internal.address.AddressTemplate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the claims of somebody are in an address. */
public final class ClaimValues {
  private ClaimValues() {}

  /**
   * The parameters of a path, and claims beside them.
   *
   * @param claims that are needed
   * @param who has them; {@code null} for nobody
   * @param longest characters of one
   * @throws AuthFailure if he has not, or has one that cannot be in an address
   */
  public static Map<String, String> beside(
      Map<String, String> parameters, Set<String> claims, @Nullable Identity who, int longest)
      throws AuthFailure {
    if (claims.isEmpty()) {
      return parameters;
    }
    Map<String, String> values = new LinkedHashMap<>(parameters);
    for (String claim : claims) {
      String value = who == null ? null : who.claim(claim);
      if (value == null
          || value.isEmpty()
          || value.length() > longest
          || value.chars().anyMatch(Character::isISOControl)) {
        throw new AuthFailure(
            AuthFailure.Kind.FORBIDDEN,
            "expected the claim \""
                + claim
                + "\" to be text of 1.."
                + longest
                + " characters, none of them a control character");
      }
      values.put(AddressTemplate.ofClaim(claim), value);
    }
    return values;
  }
}
