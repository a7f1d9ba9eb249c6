package dev.ssebridge.internal.text;

/** Text of somebody else's, as any encoding can have it, and not too long. */
public final class WellFormedText {
  private static final char REPLACEMENT = '\ufffd';

  private WellFormedText() {}

  /**
   * The text with U+FFFD for each half of a pair of surrogates.
   *
   * @param most of a longer text at most this number of characters, and three points
   */
  public static String of(String text, int most) {
    StringBuilder fit = new StringBuilder(Math.min(text.length(), most) + 3);
    int at = 0;
    while (at < text.length() && at < most) {
      char c = text.charAt(at++);
      boolean isPair =
          Character.isHighSurrogate(c)
              && at < text.length()
              && Character.isLowSurrogate(text.charAt(at));
      if (isPair) {
        fit.append(c).append(text.charAt(at++));
      } else {
        fit.append(Character.isSurrogate(c) ? REPLACEMENT : c);
      }
    }
    return at == text.length() ? fit.toString() : fit.append("...").toString();
  }
}
