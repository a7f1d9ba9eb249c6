package dev.ssebridge.internal.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.MarkedYAMLException;

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
    return YAMLFactory.builder()
        .loaderOptions(limits)
        .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
        .build()
        .createParser(text);
  }

  /** Without the piece of the text that the parser's message ends with, which may be a secret. */
  @Override
  String reason(JsonProcessingException wrong) {
    Throwable cause = wrong;
    while (cause != null && !(cause instanceof MarkedYAMLException)) {
      cause = cause.getCause();
    }
    if (cause instanceof MarkedYAMLException marked) {
      String context = marked.getContext();
      return (context == null ? "" : context + ", ") + marked.getProblem();
    }
    return wrong.getOriginalMessage().lines().findFirst().orElse("broken");
  }

  @Override
  void check(JsonParser parser) throws IOException {
    if (((YAMLParser) parser).isCurrentAlias() || parser.getObjectId() != null) {
      throw broken(
          parser.currentTokenLocation(),
          "expected no anchors (&) and aliases (*), got one; write the value again, or put a text"
              + " that begins so in quotes");
    }
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
