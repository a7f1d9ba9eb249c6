package dev.ssebridge.internal.tool;

import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.format.SseHeaders;
import dev.ssebridge.internal.text.PrintableText;
import dev.ssebridge.internal.text.TimeText;
import dev.ssebridge.internal.tls.NotTls;
import io.vertx.core.json.JsonObject;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says on the standard error stream how it goes: one line for each thing, none longer than that.
 */
final class TailReport {
  private final PrintStream err;
  private final boolean quiet;

  /**
   * @param quiet whether only the reason of a failure is said
   */
  TailReport(PrintStream err, boolean quiet) {
    this.err = err;
    this.quiet = quiet;
  }

  private void say(String line) {
    if (!quiet) {
      always(line);
    }
  }

  private void always(String line) {
    err.println("tail: " + PrintableText.of(line));
  }

  /** No answer for a while. */
  void waiting(long millis) {
    say(
        "no answer for "
            + TimeText.ofMillis(millis)
            + ", still waiting; a proxy that buffers can look like this, `doctor` tells");
  }

  /** A stream is open. */
  void connected(
      boolean again,
      long downMillis,
      WatchedClient.@Nullable Answer answer,
      Map<String, List<String>> headers,
      @Nullable TailGap gap) {
    StringBuilder line = new StringBuilder("connected");
    line.append(again ? " again after " + TimeText.ofMillis(downMillis) : "");
    if (answer != null) {
      line.append(again ? "" : " to " + answer.from()).append(": ").append(answer);
      String coding = header(headers, "content-encoding");
      line.append(coding == null || coding.isBlank() ? "" : ", compressed (" + coding + ")");
      if (!answer.lastEventId().isEmpty()) {
        line.append(again ? ", going on after id " : ", after id ").append(answer.lastEventId());
        String resume = header(headers, SseHeaders.RESUME);
        line.append("complete".equals(resume) ? ", nothing missed" : "");
      } else if (again) {
        line.append(", without an id to go on after, so that nobody knows what was missed");
      }
    }
    line.append(gap == null ? "" : ", " + gap.count());
    say(line.toString());
  }

  /** The first value of a header, or null. */
  static @Nullable String header(Map<String, List<String>> headers, String name) {
    List<String> values = headers.get(name);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  /**
   * There is no stream, or no longer; another try follows.
   *
   * @param comment what the server said instead of events; may be empty
   */
  void lost(boolean hadStream, EventSourceTransition step, String comment) {
    String what = hadStream ? "connection lost: " : "no stream: ";
    String said = comment.isEmpty() ? "" : ", saying \"" + comment + "\"";
    say(
        what
            + why(step.reason(), step.cause())
            + said
            + "; next try in "
            + TimeText.ofMillis(step.delayMillis()));
  }

  /** Another try follows at once. */
  void again(EventSourceTransition step) {
    say(why(step.reason(), step.cause()) + "; trying again");
  }

  /** Some events cannot be had. */
  void gap(TailGap gap) {
    String between = gap.to().isEmpty() ? "" : " between " + gap.from() + " and " + gap.to();
    String why = gap.why().isEmpty() ? "" : ": " + gap.why();
    say("gap" + between + ": " + gap.count() + why);
  }

  /** What a bridge says of a source that feeds it. */
  void source(ServerSentEvent event) {
    JsonObject json = AnswerText.json(event.data() == null ? "" : event.data());
    if (json == null) {
      return;
    }
    String state =
        switch (String.valueOf(json.getValue("state"))) {
          case "down" -> "is down";
          case "open" -> "is open";
          case "closed" -> "has stopped";
          default -> "says " + json.getValue("state");
        };
    Object reason = json.getValue("reason");
    Object status = json.getValue("status");
    say(
        "the bridge's source "
            + json.getValue("source")
            + " "
            + state
            + (reason == null ? "" : ": " + reason)
            + (status == null ? "" : ", " + status));
  }

  /** The end that was asked for. */
  void ended(String why, long events, long missed, int unknown) {
    String lost =
        (missed > 0 ? ", " + missed + " missed" : "")
            + (unknown > 0 ? ", an unknown number missed" : "");
    say(why + "; " + (events == 1 ? "1 event" : events + " events") + lost);
  }

  /** The end because of a failure. */
  void failed(@Nullable Throwable failure) {
    if (failure instanceof EventSourceException of) {
      always(why(of.reason(), of));
    } else {
      always(String.valueOf(failure));
    }
  }

  /** The end because of something else. */
  void failed(String why) {
    always(why);
  }

  private static String why(EventSourceReason reason, @Nullable EventSourceException failure) {
    if (failure == null) {
      return reason == EventSourceReason.ENDED
          ? "the server ended the stream"
          : reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    String told = String.valueOf(failure.getMessage());
    // Where a redirect leads is the one URL in these messages that is not cleaned already.
    String message = reason == EventSourceReason.REDIRECT ? PrintableText.ofUrl(told) : told;
    if (failure.getCause() instanceof UsageException secret) {
      return String.valueOf(secret.getMessage());
    }
    if (failure.getCause() instanceof EventSourceException last) {
      return message + ": " + why(last.reason(), last);
    }
    List<String> types = failure.headers().get("content-type");
    String said =
        AnswerText.of(
            types == null || types.isEmpty() ? null : types.get(0),
            failure.body().toString(StandardCharsets.UTF_8));
    return message + (said.isEmpty() ? "" : ": " + said) + hint(failure);
  }

  private static String hint(EventSourceException failure) {
    return switch (failure.reason()) {
      case RESPONSE_TIMEOUT ->
          "; a proxy on the way may hold the stream back, which `doctor` looks into";
      case TLS_ERROR ->
          NotTls.isCauseOf(failure) ? "; " + NotTls.ADVICE : "; --ca names whom to trust";
      default -> "";
    };
  }
}
