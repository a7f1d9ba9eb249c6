package dev.ssebridge.internal.app;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.ssebridge.internal.access.AccessLine;
import dev.ssebridge.internal.text.WellFormedText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes one JSON object (RFC 8259) on a line of its own for each record, with the names of the
 * Elastic Common Schema, as ecs-logging has them; a line of the {@linkplain AccessLine access log}
 * has its values beside them. All is ASCII, so that no reader of lines, and no encoding, sees more
 * in it. What is {@linkplain HiddenTexts hidden} is {@code ***}.
 */
public final class JsonLogLine extends Formatter {
  /** The version of the schema whose names these are. */
  static final String ECS = "1.2.0";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  /** Characters of a message, and of all that is said of an exception. */
  private static final int LONGEST = 8192;

  private static final int LONGEST_TRACE = 64 * 1024;

  /** Called by the JDK, which finds the class by its name. */
  public JsonLogLine() {}

  @Override
  public String format(LogRecord entry) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator out = JSON.createGenerator(line)) {
      out.writeStartObject();
      out.writeStringField("@timestamp", TIME.format(entry.getInstant()));
      out.writeStringField("log.level", nameOf(entry.getLevel()));
      AccessLine access = accessLine(entry);
      out.writeStringField("message", access == null ? shown(formatMessage(entry)) : access.kind());
      out.writeStringField("ecs.version", ECS);
      out.writeStringField("service.name", "vertx-sse-bridge");
      out.writeStringField("log.logger", shown(String.valueOf(entry.getLoggerName())));
      out.writeStringField("process.thread.name", shown(Thread.currentThread().getName()));
      if (access != null) {
        write(access.values(), out);
      }
      Throwable thrown = entry.getThrown();
      if (thrown != null) {
        out.writeStringField("error.type", thrown.getClass().getName());
        out.writeStringField("error.message", shown(String.valueOf(thrown.getMessage())));
        out.writeStringField(
            "error.stack_trace", WellFormedText.of(LogLine.traceOf(thrown), LONGEST_TRACE));
      }
      out.writeEndObject();
    } catch (IOException impossible) { // it is written to memory
      throw new UncheckedIOException(impossible);
    }
    return line.append(System.lineSeparator()).toString();
  }

  /**
   * Who it was is an object, as the schema has one of this name. The texts are well-formed, and no
   * longer than they may be.
   */
  private static void write(Map<String, Object> values, JsonGenerator out) throws IOException {
    for (Map.Entry<String, Object> each : values.entrySet()) {
      if (each.getValue() instanceof Long number) {
        out.writeNumberField(each.getKey(), number);
      } else if (!AccessLine.OF_THE_USER.containsKey(each.getKey())) {
        out.writeStringField(each.getKey(), HiddenTexts.without(each.getValue().toString()));
      }
    }
    if (!Collections.disjoint(values.keySet(), AccessLine.OF_THE_USER.keySet())) {
      out.writeObjectFieldStart("user");
      for (Map.Entry<String, String> each : AccessLine.OF_THE_USER.entrySet()) {
        if (values.get(each.getKey()) instanceof String text) {
          out.writeStringField(each.getValue(), HiddenTexts.without(text));
        }
      }
      out.writeEndObject();
    }
  }

  private static @Nullable AccessLine accessLine(LogRecord entry) {
    Object[] parameters = entry.getParameters();
    return parameters != null && parameters.length == 1 && parameters[0] instanceof AccessLine line
        ? line
        : null;
  }

  private static String shown(String text) {
    return WellFormedText.of(HiddenTexts.without(text), LONGEST);
  }

  /** As System.Logger calls it, and the key {@code log.level}. */
  private static String nameOf(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARNING";
    }
    if (value >= Level.INFO.intValue()) {
      return "INFO";
    }
    return value >= Level.FINE.intValue() ? "DEBUG" : "TRACE";
  }
}
