package dev.ssebridge.internal.tool;

import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.json.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server said to what was posted.
 *
 * @param status of the answer
 * @param contentType of its body, or null
 * @param body or the beginning of it
 * @param retryAfter the header of this name, or null
 * @param location the header of this name, or null
 */
record PublishAnswer(
    int status,
    @Nullable String contentType,
    String body,
    @Nullable String retryAfter,
    @Nullable String location) {
  private static final int OK = 200;
  private static final int ACCEPTED = 202;

  private static final Pattern LINE =
      Pattern.compile("line ([0-9]{1,9})[,:] *(.*)", Pattern.DOTALL);

  /** Whether all of it was taken: a page for signing in, say, is 200 as well. */
  boolean isTaken() {
    return status == ACCEPTED || (status == OK && published() >= 0);
  }

  /** Whether the server may take it later. */
  boolean isForLater() {
    return status == 429 || status == 503 || isUndecided();
  }

  /** Whether nobody knows what became of it, and the server wants it again by the same name. */
  boolean isUndecided() {
    JsonObject json = status == 504 ? AnswerText.json(body) : null;
    return json != null && Boolean.TRUE.equals(json.getValue("undecided"));
  }

  /** Whether what was posted is at fault, so that something else may be taken. */
  boolean isAboutTheBody() {
    return status == 400 || status == 413 || status == 422;
  }

  /** How many messages were taken, or -1 where that is not told. */
  long published() {
    JsonObject json = AnswerText.json(body);
    return json != null && json.getValue("published") instanceof Number count
        ? Math.max(0, count.longValue())
        : -1;
  }

  /** The id of the last message, or null where that is not told. */
  @Nullable String id() {
    JsonObject json = AnswerText.json(body);
    return json != null && json.getValue("id") instanceof String id ? id : null;
  }

  /** The line of the body that is at fault, from 1, or 0 where none is named. */
  int line() {
    Matcher line = LINE.matcher(said());
    return line.matches() ? Integer.parseInt(line.group(1)) : 0;
  }

  private String said() {
    return AnswerText.of(contentType, body);
  }

  /** The status, and what the server said; without the line. */
  @Override
  public String toString() {
    String said = said();
    Matcher line = LINE.matcher(said);
    String text = line.matches() ? line.group(2) : said;
    String to =
        location != null && status >= 300 && status < 400
            ? ", it is at " + PrintableText.ofUrl(location) + "; nothing was posted there"
            : "";
    return status + (text.isEmpty() ? "" : ": " + text) + to;
  }
}
