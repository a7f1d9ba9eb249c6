package dev.ssebridge.internal.app;

import dev.ssebridge.internal.config.ConfigFile;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What came from files into the configuration of this process, and stands in no line of its log,
 * also in lines of libraries: one may name a host that it does not find, say. Thread-safe.
 */
final class HiddenTexts {
  private static final Pattern NOTHING = Pattern.compile("(?!)");

  // guarded by HiddenTexts.class
  private static List<String> latest = List.of();

  /** Those of a configuration and of the one before it, of which something may still go on. */
  private static volatile Pattern all = NOTHING;

  private HiddenTexts() {}

  /** Hides those of a configuration that was read. */
  static synchronized void hide(ConfigFile file) {
    List<String> next = file.hidden();
    Set<String> both = new LinkedHashSet<>(next);
    both.addAll(latest);
    latest = next;
    List<String> sorted = new ArrayList<>(both);
    sorted.sort((one, other) -> Integer.compare(other.length(), one.length()));
    all =
        sorted.isEmpty()
            ? NOTHING
            : Pattern.compile(
                sorted.stream().map(Pattern::quote).collect(Collectors.joining("|")),
                // names of hosts come in lower case
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
  }

  /** The text without them. */
  static String without(String text) {
    Matcher found = all.matcher(text);
    return found.find() ? found.replaceAll("***") : text;
  }
}
