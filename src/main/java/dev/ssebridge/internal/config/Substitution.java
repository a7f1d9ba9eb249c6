package dev.ssebridge.internal.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts what is outside into the texts of a configuration: <code>${NAME}</code> is a variable of the
 * environment, <code>${NAME:-default}</code> the same with a text for where it is not set or empty,
 * <code>${file:PATH}</code> what a file holds, <code>$${</code> stands for <code>${</code>. What
 * was put in is not looked at again. Blocks while it reads a file.
 */
final class Substitution {
  /** A file holds a secret or a certificate, not a library. */
  private static final int MOST_BYTES = 1 << 20;

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String FILE = "file:";
  private static final String FORMS =
      "expected ${NAME}, ${NAME:-default} or ${file:PATH}, and $${ for the characters ${ themselves";

  /** Leaves texts as they are. */
  static final Substitution NONE = new Substitution(null);

  private final @Nullable Function<String, @Nullable String> variables;
  private final Set<Path> files = new LinkedHashSet<>();

  /**
   * @param variables the values of the environment; null for one that is not set, and as a whole
   *     where all texts are left as they are
   */
  Substitution(@Nullable Function<String, @Nullable String> variables) {
    this.variables = variables;
  }

  /** The files that were read, or should have been. */
  Set<Path> files() {
    return files;
  }

  /**
   * The text with everything put in: a {@link Given} where anything was, so that it is read as its
   * key wants it; a text where nothing was.
   *
   * @throws UnfitValueException if a reference has no form, or leads to nothing
   */
  Object in(String text) {
    int next = text.indexOf("${");
    if (next < 0 || variables == null) {
      return text;
    }
    StringBuilder whole = new StringBuilder();
    int done = 0;
    boolean isGiven = false;
    List<String> secrets = new ArrayList<>();
    while (next >= 0) {
      if (next > done && text.charAt(next - 1) == '$') {
        whole.append(text, done, next - 1).append("${");
        done = next + 2;
      } else {
        int end = text.indexOf('}', next);
        if (end < 0) {
          throw new UnfitValueException(FORMS + "; a } is missing");
        }
        String reference = text.substring(next + 2, end);
        String value = valueOf(reference, variables);
        whole.append(text, done, next).append(value);
        isGiven = true;
        if (reference.startsWith(FILE)) {
          secrets.add(value);
        }
        done = end + 1;
      }
      next = text.indexOf("${", done);
    }
    whole.append(text, done, text.length());
    return isGiven ? new Given(whole.toString(), secrets) : whole.toString();
  }

  /** A copy of JSON with everything put into its texts. */
  JsonObject in(JsonObject json, Origins origins, Problems problems) {
    return (JsonObject) Objects.requireNonNull(in(json, "", origins, problems));
  }

  private @Nullable Object in(
      @Nullable Object value, String pointer, Origins origins, Problems problems) {
    if (value instanceof JsonObject object) {
      JsonObject copy = new JsonObject();
      for (String key : object.fieldNames()) {
        String at = pointer + "/" + ConfigObject.escape(key);
        copy.put(key, in(object.getValue(key), at, origins, problems));
      }
      return copy;
    }
    if (value instanceof JsonArray array) {
      JsonArray copy = new JsonArray();
      for (int i = 0; i < array.size(); i++) {
        copy.add(in(array.getValue(i), pointer + "/" + i, origins, problems));
      }
      return copy;
    }
    return value instanceof String text ? in(text, pointer, origins, problems) : value;
  }

  private Object in(String text, String pointer, Origins origins, Problems problems) {
    try {
      return origins.withoutPrinting(pointer, in(text));
    } catch (UnfitValueException unfit) {
      problems.add(pointer, String.valueOf(unfit.getMessage()));
      return Given.NOTHING;
    }
  }

  private String valueOf(String reference, Function<String, @Nullable String> variables) {
    if (reference.startsWith(FILE)) {
      return contentOf(reference.substring(FILE.length()));
    }
    int end = reference.indexOf(":-");
    String name = end < 0 ? reference : reference.substring(0, end);
    if (!NAME.matcher(name).matches()) {
      throw new UnfitValueException(FORMS);
    }
    if (reference.contains("${")) {
      throw new UnfitValueException(
          FORMS + "; a default is taken as it is, so it can hold no reference");
    }
    String value = variables.apply(name);
    if (end >= 0) {
      return value == null || value.isEmpty() ? reference.substring(end + 2) : value;
    }
    if (value == null) {
      throw new UnfitValueException(
          "expected the environment variable "
              + name
              + ", which is not set; set it for the program, or give a default: ${"
              + name
              + ":-default}");
    }
    return value;
  }

  private String contentOf(String name) {
    try {
      Path file = Path.of(name);
      files.add(file);
      try (InputStream in = Files.newInputStream(file)) {
        byte[] bytes = in.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw unreadable(name, "which has more than " + MOST_BYTES + " bytes");
        }
        return withoutLineEnd(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
      }
    } catch (InvalidPathException | NoSuchFileException none) {
      throw unreadable(name, "which does not exist");
    } catch (CharacterCodingException malformed) {
      throw unreadable(name, "which is not UTF-8");
    } catch (IOException failed) {
      throw unreadable(name, "which cannot be read");
    }
  }

  private static UnfitValueException unreadable(String name, String why) {
    return new UnfitValueException("expected a text file, got " + shown(name) + ", " + why);
  }

  private static String shown(String text) {
    return '"' + PrintableText.of(text) + '"';
  }

  private static final Pattern LINE_END = Pattern.compile("\r\n\\z|\n\\z|\r\\z");

  private static String withoutLineEnd(String text) {
    Matcher end = LINE_END.matcher(text);
    return end.find() ? text.substring(0, end.start()) : text;
  }
}
