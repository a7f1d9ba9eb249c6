package dev.ssebridge.internal.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON set out over lines, its values to the letter: no number and no escape is written anew. */
final class JsonLayout {
  /**
   * What is longer stays as it is, and what is deeper stays on its line, or most would be blanks.
   */
  private static final int LONGEST = 256 * 1024;

  private static final int DEEPEST = 32;

  /** Where Jackson says it began, in words for programmers. */
  private static final Pattern MARKER = Pattern.compile(" ?\\(start marker at \\[.*\\]\\)");

  private static final JsonFactory FACTORY = new JsonFactory();

  private final StringBuilder out = new StringBuilder();
  private int depth;
  private boolean empty;

  private JsonLayout() {}

  /** The lines of a text: of a JSON object or list one for each member, of others its own. */
  static List<String> lines(String text) {
    String stripped = text.strip();
    boolean open = stripped.startsWith("{") || stripped.startsWith("[");
    boolean fits = open && text.length() <= LONGEST && problem(text) == null;
    return Arrays.asList((fits ? new JsonLayout().layOut(text) : text).split("\n", -1));
  }

  private String layOut(String json) {
    int at = 0;
    while (at < json.length()) {
      char c = json.charAt(at);
      int end = at + 1;
      if (c == '"') {
        end = endOfString(json, at);
        begin();
        out.append(json, at, end);
      } else if (!Character.isWhitespace(c)) {
        layOut(c);
      }
      at = end;
    }
    return out.toString();
  }

  private void layOut(char c) {
    switch (c) {
      case '{', '[' -> {
        begin();
        out.append(c);
        depth++;
        empty = true;
      }
      case '}', ']' -> {
        depth--;
        if (!empty) {
          newLine(depth + 1);
        }
        empty = false;
        out.append(c);
      }
      case ',' -> {
        out.append(c);
        newLine(depth);
      }
      case ':' -> out.append(": ");
      default -> {
        begin();
        out.append(c);
      }
    }
  }

  /** A value begins, or goes on. */
  private void begin() {
    if (empty) {
      newLine(depth);
      empty = false;
    }
  }

  private void newLine(int level) {
    if (level <= DEEPEST) {
      out.append('\n').append("  ".repeat(depth));
    }
  }

  private static int endOfString(String json, int from) {
    int at = from + 1;
    while (json.charAt(at) != '"') {
      at += json.charAt(at) == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  /** What is wrong with a text that should be JSON (RFC 8259), with its place; null for nothing. */
  static @Nullable String problem(String json) {
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() == null) {
        return "nothing";
      }
      parser.skipChildren();
      return parser.nextToken() == null
          ? null
          : "something after its end" + place(parser.currentTokenLocation());
    } catch (JsonProcessingException wrong) {
      return MARKER.matcher(wrong.getOriginalMessage()).replaceAll("") + place(wrong.getLocation());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // a string has no input that could fail
    }
  }

  private static String place(@Nullable JsonLocation at) {
    return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
  }
}
