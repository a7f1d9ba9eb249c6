package dev.ssebridge;

import dev.ssebridge.internal.text.PrintableText;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A configuration that cannot be used, with everything that is wrong with it: its message has a
 * line for each {@linkplain #problems problem}.
 */
public final class ConfigException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // an unmodifiable list of records of strings, never serialized
  private final List<Problem> problems;

  /**
   * An exception that tells these problems.
   *
   * @param problems at least one
   */
  public ConfigException(List<Problem> problems) {
    super(
        Objects.requireNonNull(problems, "problems").stream()
            .map(Problem::toString)
            .collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** Every problem, at least one, in the order of the document. */
  public List<Problem> problems() {
    return problems;
  }

  /**
   * One thing that is wrong with a configuration.
   *
   * @param source the file it is in, with line and column, or the variable or option; {@code null}
   *     for JSON that came from none
   * @param place where: a JSON pointer (RFC 6901), or {@code ""} for the document as a whole
   * @param message what was expected and what came instead
   */
  public record Problem(@Nullable String source, String place, String message) {
    /** One that has a place, and says something. */
    public Problem {
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(message, "message");
    }

    /**
     * For example {@code conf/bridge.json:3:5: /http/port: expected 0..65535, got 70000}; on one
     * line, without characters that would move the cursor of a terminal.
     */
    @Override
    public String toString() {
      return PrintableText.of(
          (source == null ? "" : source + ": ") + (place.isEmpty() ? "" : place + ": ") + message);
    }
  }
}
