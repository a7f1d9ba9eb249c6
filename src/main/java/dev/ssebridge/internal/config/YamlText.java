package dev.ssebridge.internal.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.ContentReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.StringReader;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * The same in YAML, without what makes it treacherous: only {@code true} and {@code false} are
 * flags, only what JSON would write as a number is one, and there are no tags, anchors and aliases.
 */
final class YamlText extends ConfigText {
  private static final int MOST_CHARACTERS = 16 << 20;
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
  private static final Pattern FRACTION = Pattern.compile("-?(0|[1-9][0-9]*)\\.[0-9]+");

  YamlText(String name, String text, Substitution substitution, Problems problems) {
    super(name, text, substitution, problems);
  }

  @Override
  String language() {
    return "YAML";
  }

  @Override
  JsonParser parser(String text) throws IOException {
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MOST_CHARACTERS);
    scan(text, limits);
    return YAMLFactory.builder()
        .loaderOptions(limits)
        .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
        .build()
        .createParser(text);
  }

  /** Jackson does not tell of every anchor, and tells another place where the text is broken. */
  private void scan(String text, LoaderOptions limits) {
    try {
      for (Event event : new Yaml(limits).parse(new StringReader(text))) {
        if (event instanceof NodeEvent node && node.getAnchor() != null) {
          throw broken(
              at(event.getStartMark()),
              "expected no anchors (&) and aliases (*), got one; write the value again, or put a text"
                  + " that begins so in quotes");
        }
      }
    } catch (MarkedYAMLException wrong) {
      Mark mark = wrong.getProblemMark();
      throw broken(mark == null ? JsonLocation.NA : at(mark), "not YAML: " + reason(wrong));
    } catch (ReaderException wrong) {
      int position = Math.min(wrong.getPosition(), text.length());
      long line = 1 + text.substring(0, position).chars().filter(c -> c == '\n').count();
      int column = position - text.lastIndexOf('\n', position - 1);
      throw broken(
          location((int) line, column), "not YAML: it has characters that YAML does not permit");
    } catch (YAMLException wrong) {
      throw broken(JsonLocation.NA, "not YAML: it is too large or too deep");
    }
  }

  private static JsonLocation at(Mark mark) {
    return location(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static JsonLocation location(int line, int column) {
    return new JsonLocation(ContentReference.unknown(), -1, line, column);
  }

  private static String reason(MarkedYAMLException wrong) {
    String context = wrong.getContext();
    return (context == null ? "" : context + ", ") + wrong.getProblem();
  }

  /** Without the piece of the text that the parser's message ends with, which may be a secret. */
  @Override
  String reason(JsonProcessingException wrong) {
    Throwable cause = wrong;
    while (cause != null && !(cause instanceof MarkedYAMLException)) {
      cause = cause.getCause();
    }
    if (cause instanceof MarkedYAMLException marked) {
      return reason(marked);
    }
    return wrong.getOriginalMessage().lines().findFirst().orElse("broken");
  }

  @Override
  void check(JsonParser parser) throws IOException {
    if (parser.getTypeId() != null) {
      throw broken(
          parser.currentTokenLocation(),
          "expected no tags (!), got one; put a text that begins so in quotes");
    }
  }

  /**
   * {@code 010}, {@code 0x1F} and {@code 1_000} are what the reader of each key makes of a text.
   */
  @Override
  Object number(JsonParser parser) throws IOException {
    String text = parser.getText();
    if (WHOLE.matcher(text).matches()) {
      return Long.parseLong(text);
    }
    return FRACTION.matcher(text).matches() ? (Object) Double.parseDouble(text) : text;
  }
}
