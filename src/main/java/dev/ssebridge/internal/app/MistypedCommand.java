package dev.ssebridge.internal.app;

import dev.ssebridge.internal.text.Suggestion;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The name of a command that is written wrong, which would be taken for that of a file. */
final class MistypedCommand {
  private static final Pattern OF_A_FILE = Pattern.compile(".*\\.(json|yaml|yml)");

  private MistypedCommand() {}

  /**
   * What is to be said of the first word, if it is near the name of a command and neither a file
   * nor called like one.
   */
  static Optional<String> of(String word, Collection<String> commands) {
    boolean isOption = word.startsWith("-");
    return isOption || OF_A_FILE.matcher(word.toLowerCase(Locale.ROOT)).matches() || exists(word)
        ? Optional.empty()
        : Suggestion.nearest(word, commands)
            .map(
                meant ->
                    "expected a command or a file, got \""
                        + word
                        + "\", which is neither; did you mean "
                        + meant
                        + "?");
  }

  private static boolean exists(String word) {
    try {
      return Files.exists(Path.of(word));
    } catch (InvalidPathException none) {
      return false;
    }
  }
}
