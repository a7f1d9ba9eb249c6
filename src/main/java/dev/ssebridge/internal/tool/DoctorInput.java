package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.config.SourceAuth;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.url.WebOrigin;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/** Reads what options of {@code doctor} say. No message repeats what may be a secret. */
final class DoctorInput {
  private static final Pattern HEADER = Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):(.*)");
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration LEAST = Duration.ofMillis(100);
  private static final long MOST_SECRET = 64 << 10;

  private final Map<String, String> environment;
  private final Function<String, ParameterException> wrong;

  /**
   * Of one command.
   *
   * @param wrong makes the refusal of a problem
   */
  DoctorInput(Map<String, String> environment, Function<String, ParameterException> wrong) {
    this.environment = environment;
    this.wrong = wrong;
  }

  URI url(String name, String text) {
    try {
      return HttpAccess.url(text);
    } catch (UsageException e) {
      String message = String.valueOf(e.getMessage());
      throw wrong.apply(
          name + ": " + (message.startsWith("url: ") ? message.substring(5) : message));
    }
  }

  WebOrigin origin(String text) {
    WebOrigin known = WebOrigin.of(text);
    if (known == null) {
      throw wrong.apply(
          "--origin: expected \"scheme://host\" or \"scheme://host:port\" and nothing behind it,"
              + " got \""
              + PrintableText.ofWholeUrl(text)
              + "\"");
    }
    return known;
  }

  Duration duration(String name, String text) {
    try {
      Duration duration = new DurationConverter().convert(text);
      if (duration.compareTo(LEAST) >= 0 && duration.compareTo(LONGEST) <= 0) {
        return duration;
      }
    } catch (TypeConversionException unfit) {
      // Said below.
    }
    throw wrong.apply(
        name
            + ": expected a duration such as \"500ms\", \"20s\" or \"5m\", 100ms to 24h, got \""
            + PrintableText.of(text)
            + "\"");
  }

  /**
   * Reads a header, whose text is not repeated in a message: it may well be a secret.
   *
   * @param all compares names without case
   */
  void put(Map<String, String> all, String header) {
    Matcher matcher = HEADER.matcher(header);
    if (!matcher.matches()) {
      throw wrong.apply("--header: expected 'Name: value' on one line, got something else");
    }
    String value = matcher.group(2).strip();
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7F)) {
      throw wrong.apply("--header: the value of " + matcher.group(1) + " holds control characters");
    }
    String name = matcher.group(1);
    boolean isElsewhere = HttpAccess.SECRET.matcher(value).matches();
    put(all, "--header", name, isElsewhere ? secret("--header " + name, value) : value);
  }

  /** The same for the token of {@code Authorization: Bearer}. */
  void putBearer(Map<String, String> all, String place) {
    put(all, "--bearer", "Authorization", "Bearer " + secret("--bearer", place));
  }

  /** The same for the user and the password of {@code Authorization: Basic}. */
  void putBasic(Map<String, String> all, String place) {
    byte[] pair = secret("--basic", place).getBytes(StandardCharsets.UTF_8);
    put(all, "--basic", "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  private void put(Map<String, String> all, String option, String name, String value) {
    if (all.put(name, value) != null) {
      throw wrong.apply(option + ": expected one " + name + " header, got two");
    }
  }

  /** What a variable ({@code env:NAME}) or a file ({@code file:PATH}) holds. */
  private String secret(String option, String place) {
    SourceAuth.Reference reference;
    try {
      reference = SourceAuth.parse(place);
    } catch (IllegalArgumentException e) {
      throw wrong.apply(option + ": " + e.getMessage());
    }
    String token = reference.isFile() ? file(option, reference) : environment.get(reference.name());
    if (token == null) {
      throw wrong.apply(option + ": the environment variable " + shown(reference) + " is not set");
    }
    token = token.strip();
    if (token.isEmpty() || token.chars().anyMatch(c -> c < ' ' || c == 0x7F)) {
      throw wrong.apply(option + ": expected a token on one line in " + shown(reference));
    }
    return token;
  }

  private String file(String option, SourceAuth.Reference reference) {
    try {
      Path path = Path.of(reference.name());
      if (Files.size(path) > MOST_SECRET) {
        throw wrong.apply(
            option + ": expected a token in " + shown(reference) + ", it is too large");
      }
      return Files.readString(path);
    } catch (IOException | IllegalArgumentException e) {
      throw wrong.apply(
          option + ": cannot read " + shown(reference) + ": " + e.getClass().getSimpleName());
    }
  }

  private static String shown(SourceAuth.Reference reference) {
    return PrintableText.of(reference.name());
  }
}
