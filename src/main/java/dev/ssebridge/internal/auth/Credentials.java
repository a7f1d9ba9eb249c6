package dev.ssebridge.internal.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a request shows.
 *
 * @param scheme of the header {@code Authorization} in lower case; {@code bearer} for a cookie;
 *     null where nothing is shown
 * @param text what follows it; empty where nothing is shown
 * @param isCookie whether it came in the cookie
 */
public record Credentials(@Nullable String scheme, String text, boolean isCookie) {
  /** Nothing at all. */
  public static final Credentials NONE = new Credentials(null, "", false);

  public boolean isBearer() {
    return "bearer".equals(scheme);
  }

  public boolean isBasic() {
    return "basic".equals(scheme);
  }

  /** Without what it shows. */
  @Override
  public String toString() {
    return "Credentials[" + scheme + "]";
  }
}
