package dev.ssebridge.internal.tool;

import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.internal.text.PrintableText;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.Style;

/**
 * How an event is written. What is in it comes from outside: except with {@link #RAW}, nothing
 * reaches a terminal that would end a line, move the cursor or change what is on the screen.
 */
enum TailView {
  /** The data on one line, behind the type where there is one. */
  LINE {
    @Override
    String show(ServerSentEvent event, Instant time, boolean timed, Ansi colours) {
      String type = event.effectiveType();
      boolean named = !type.equals(ServerSentEvent.DEFAULT_TYPE);
      return (timed ? styled(colours, CLOCK.format(time), Style.faint) + ' ' : "")
          + (named ? styled(colours, PrintableText.ofAll(type) + ':', Style.fg_cyan) + ' ' : "")
          + oneLine(data(event))
          + '\n';
    }
  },

  /** A head, then the data; JSON is set out over lines. */
  PRETTY {
    @Override
    String show(ServerSentEvent event, Instant time, boolean timed, Ansi colours) {
      StringBuilder text = new StringBuilder();
      text.append(styled(colours, CLOCK.format(time), Style.faint)).append(' ');
      text.append(
          styled(colours, PrintableText.ofAll(event.effectiveType()), Style.bold, Style.fg_cyan));
      String id = event.id();
      if (id != null && !id.isEmpty()) {
        text.append(' ').append(styled(colours, PrintableText.ofAll(id), Style.faint));
      }
      event
          .fields()
          .forEach(
              (name, value) -> text.append(' ').append(PrintableText.ofAll(name + '=' + value)));
      text.append('\n');
      JsonLayout.lines(data(event))
          .forEach(line -> text.append("  ").append(PrintableText.ofAll(line)).append('\n'));
      return text.toString();
    }
  },

  /** One JSON object a line, with everything that the event has. */
  JSON {
    @Override
    String show(ServerSentEvent event, Instant time, boolean timed, Ansi colours) {
      JsonObject json =
          new JsonObject().put("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
      if (event.id() != null) {
        json.put("id", event.id());
      }
      json.put("type", event.effectiveType()).put("data", data(event));
      if (event.retry() >= 0) {
        json.put("retry", event.retry());
      }
      if (!event.fields().isEmpty()) {
        JsonObject fields = new JsonObject();
        event.fields().forEach(fields::put);
        json.put("fields", fields);
      }
      // What is left unprintable stands within texts, where these escapes are those of JSON.
      return PrintableText.ofAll(json.encode()) + '\n';
    }
  },

  /** The data to the letter. */
  RAW {
    @Override
    String show(ServerSentEvent event, Instant time, boolean timed, Ansi colours) {
      return data(event) + '\n';
    }
  };

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());

  /**
   * What to write, ended by a line end.
   *
   * @param time when the event came
   * @param timed whether that is shown; some always do
   */
  abstract String show(ServerSentEvent event, Instant time, boolean timed, Ansi colours);

  private static String data(ServerSentEvent event) {
    String data = event.data();
    return data == null ? "" : data;
  }

  private static String oneLine(String data) {
    return PrintableText.ofAll(data.replace("\n", "\\n"));
  }

  private static String styled(Ansi colours, String text, Style... styles) {
    return colours.enabled() ? Style.on(styles) + text + Style.off(styles) : text;
  }
}
