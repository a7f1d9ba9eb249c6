package dev.ssebridge.format;

import io.vertx.codegen.annotations.DataObject;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One server-sent event: what stands between two blank lines of an event stream (WHATWG HTML,
 * section 9.2). Immutable; safe to share between threads.
 *
 * <p>Every part is optional. An absent part is {@code null}; an {@linkplain #id() id} of {@code ""}
 * is something else than no id: it resets the receiver's last event id. A block without {@linkplain
 * #data() data} is never dispatched by a browser, but its id and retry take effect.
 *
 * <p>Text is checked when the event is built, so an instance can always be written: an id must hold
 * neither CR, LF nor NUL, a type neither CR nor LF nor NUL. Data and comment may hold anything;
 * they are split into lines when written. A lone surrogate anywhere is written as U+FFFD.
 */
@DataObject
public final class ServerSentEvent {

  /** The type of an event that names none (WHATWG HTML, section 9.2.6). */
  public static final String DEFAULT_TYPE = "message";

  private final @Nullable String id;
  private final @Nullable String type;
  private final @Nullable String data;
  private final long retry;
  private final @Nullable String comment;
  private final Map<String, String> fields;

  private ServerSentEvent(
      @Nullable String id,
      @Nullable String type,
      @Nullable String data,
      long retry,
      @Nullable String comment,
      Map<String, String> fields) {
    this.id = id;
    this.type = type;
    this.data = data;
    this.retry = retry;
    this.comment = comment;
    this.fields = fields;
  }

  /**
   * An event as it came off the wire. Its parts are lines already, so nothing is checked: a type
   * and an own field may then hold NUL, which the standard lets pass there.
   */
  static ServerSentEvent received(
      @Nullable String id,
      @Nullable String type,
      String data,
      long retry,
      @Nullable Map<String, String> fields) {
    return new ServerSentEvent(
        id,
        type,
        data,
        retry,
        null,
        fields == null ? Map.of() : Collections.unmodifiableMap(fields));
  }

  /** An event of the default type with this data. */
  public static ServerSentEvent of(String data) {
    return builder().data(Objects.requireNonNull(data, "data")).build();
  }

  /** An event of this type with this data. */
  public static ServerSentEvent of(String type, String data) {
    Objects.requireNonNull(type, "type");
    return builder().type(type).data(Objects.requireNonNull(data, "data")).build();
  }

  /** A block that holds nothing but a comment; receivers ignore it. */
  public static ServerSentEvent ofComment(String text) {
    return builder().comment(Objects.requireNonNull(text, "text")).build();
  }

  /** A builder in which every part is absent. */
  public static Builder builder() {
    return new Builder();
  }

  /** The id, {@code ""} to reset the receiver's last event id, or {@code null} for none. */
  public @Nullable String id() {
    return id;
  }

  /** The type, or {@code null} where the event names none: then it is {@link #DEFAULT_TYPE}. */
  public @Nullable String type() {
    return type;
  }

  /** The type that a receiver sees: {@link #type()}, or {@link #DEFAULT_TYPE} without one. */
  public String effectiveType() {
    return type == null || type.isEmpty() ? DEFAULT_TYPE : type;
  }

  /** The data with its lines joined by LF, or {@code null} for a block without data. */
  public @Nullable String data() {
    return data;
  }

  /**
   * The data as JSON: a {@link io.vertx.core.json.JsonObject}, a {@link
   * io.vertx.core.json.JsonArray}, a String, a number, a Boolean, or {@code null} for {@code null}.
   * Read anew with each call.
   *
   * @throws io.vertx.core.json.DecodeException if it is not JSON, with the event and the place in
   *     its data, or if there is no data
   */
  public @Nullable Object json() {
    return JsonData.decode(this);
  }

  /** The reconnection time in milliseconds, or -1 where the event sets none. */
  public long retry() {
    return retry;
  }

  /**
   * The comment, written before the fields, or {@code null}. Always {@code null} in an event that
   * was read: comments are no part of events there.
   */
  public @Nullable String comment() {
    return comment;
  }

  /**
   * Fields beside the standard ones, in the order written; readers that do not know them ignore
   * them.
   */
  public Map<String, String> fields() {
    return fields;
  }

  /** A builder that starts with the parts of this event. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.id = id;
    builder.type = type;
    builder.data = data;
    builder.retry = retry;
    builder.comment = comment;
    builder.fields = fields.isEmpty() ? null : new LinkedHashMap<>(fields);
    return builder;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ServerSentEvent that
        && retry == that.retry
        && Objects.equals(id, that.id)
        && Objects.equals(type, that.type)
        && Objects.equals(data, that.data)
        && Objects.equals(comment, that.comment)
        && fields.equals(that.fields);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, type, data, retry, comment, fields);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("ServerSentEvent[");
    String separator = "";
    for (Map.Entry<String, @Nullable Object> part : parts().entrySet()) {
      if (part.getValue() != null) {
        text.append(separator).append(part.getKey()).append('=').append(part.getValue());
        separator = ", ";
      }
    }
    return text.append(']').toString();
  }

  private Map<String, @Nullable Object> parts() {
    Map<String, @Nullable Object> parts = new LinkedHashMap<>();
    parts.put("id", id);
    parts.put("type", type);
    parts.put("data", data);
    parts.put("retry", retry < 0 ? null : retry);
    parts.put("comment", comment);
    parts.put("fields", fields.isEmpty() ? null : fields);
    return parts;
  }

  /** Builds a {@link ServerSentEvent}. Not thread-safe; may be reused after {@link #build()}. */
  public static final class Builder {
    private @Nullable String id;
    private @Nullable String type;
    private @Nullable String data;
    private long retry = -1;
    private @Nullable String comment;
    private @Nullable Map<String, String> fields;

    private Builder() {}

    /**
     * Sets the id.
     *
     * @throws IllegalArgumentException if it holds CR, LF (which would end the line) or NUL
     *     (readers ignore such an id)
     */
    public Builder id(@Nullable String id) {
      this.id = id == null ? null : requireLine("id", id);
      return this;
    }

    /**
     * Sets the type.
     *
     * @throws IllegalArgumentException if it holds CR, LF or NUL
     */
    public Builder type(@Nullable String type) {
      this.type = type == null ? null : requireLine("type", type);
      return this;
    }

    /** Sets the data; CRLF, CR and LF in it separate lines. */
    public Builder data(@Nullable String data) {
      this.data = data;
      return this;
    }

    /**
     * Sets the reconnection time.
     *
     * @param millis milliseconds, or -1 for none
     * @throws IllegalArgumentException if it is less than -1
     */
    public Builder retry(long millis) {
      if (millis < -1) {
        throw new IllegalArgumentException(
            "retry: expected a number of milliseconds, 0 or more (or -1 for none), got " + millis);
      }
      this.retry = millis;
      return this;
    }

    /** Sets the comment; CRLF, CR and LF in it separate lines. */
    public Builder comment(@Nullable String comment) {
      this.comment = comment;
      return this;
    }

    /**
     * Adds an own field, or replaces the one of this name.
     *
     * @throws IllegalArgumentException if the name is empty, one of the standard names ({@code
     *     data}, {@code event}, {@code id}, {@code retry}), begins with U+FEFF (a reader would drop
     *     it at the start of a stream), or holds a colon, CR, LF or NUL; or if the value holds CR,
     *     LF or NUL
     */
    public Builder field(String name, String value) {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(value, "value");
      requireFieldName(name);
      requireLine("field " + name, value);
      if (fields == null) {
        fields = new LinkedHashMap<>();
      }
      fields.put(name, value);
      return this;
    }

    /** The event. */
    public ServerSentEvent build() {
      return new ServerSentEvent(
          id,
          type,
          data,
          retry,
          comment,
          fields == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(fields)));
    }

    private static void requireFieldName(String name) {
      requireLine("field name", name);
      if (name.isEmpty() || name.indexOf(':') >= 0) {
        throw new IllegalArgumentException(
            "field name: expected at least one character and no colon, got \"" + name + "\"");
      }
      if (name.charAt(0) == '\uFEFF') {
        throw new IllegalArgumentException(
            "field name: expected no byte order mark (U+FEFF) at the beginning, got \""
                + name
                + "\"");
      }
      switch (name) {
        case "data", "event", "id", "retry" ->
            throw new IllegalArgumentException(
                "field name: \"" + name + "\" is a standard field, set it by its own method");
        default -> {}
      }
    }

    private static String requireLine(String what, String value) {
      for (int i = 0; i < value.length(); i++) {
        char c = value.charAt(i);
        if (c == '\r' || c == '\n' || c == 0) {
          throw new IllegalArgumentException(
              what
                  + ": expected one line without CR, LF and NUL, got "
                  + (c == '\r' ? "CR" : c == '\n' ? "LF" : "NUL")
                  + " at index "
                  + i);
        }
      }
      return value;
    }
  }
}
