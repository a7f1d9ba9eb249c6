package dev.ssebridge.internal.doctor;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line of a report. Texts from outside are printable in it, and shortened; nothing of it can be
 * a secret.
 *
 * @param verdict how good it is
 * @param about what was looked at, a word or two
 * @param says what was found
 * @param advice what to do about it; there is some unless all is well
 */
public record Finding(Verdict verdict, String about, String says, @Nullable String advice) {
  /** How good it is. */
  public enum Verdict {
    /** As it should be. */
    OK,
    /** It works, or it could not be found out; somebody may want to know. */
    NOTE,
    /** A reader of the stream suffers from it. */
    WRONG
  }

  /** A line of a report. */
  public Finding {
    Objects.requireNonNull(about, "about");
    Objects.requireNonNull(says, "says");
  }
}
