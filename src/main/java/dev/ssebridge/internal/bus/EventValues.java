package dev.ssebridge.internal.bus;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The values at some places of an event's JSON, as one text: its label. They are compared as texts;
 * a number is no other for a zero behind it. Immutable.
 */
public final class EventValues {
  /** A value with more characters is none. */
  public static final int LONGEST = 1024;

  /** Numbers with more digits before or behind the point are compared as they are written. */
  private static final int MOST_DIGITS = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private final List<String> pointers;
  private final Place root = new Place();

  /** What the pointers lead through. */
  private static final class Place {
    private final Map<String, Place> within = new HashMap<>();

    /** Which of the pointers ends here, -1 for none. */
    private int index = -1;
  }

  /**
   * The values at these places.
   *
   * @param pointers of RFC 6901, none of them empty
   */
  public EventValues(List<String> pointers) {
    this.pointers = List.copyOf(pointers);
    for (int i = 0; i < pointers.size(); i++) {
      Place place = root;
      for (String part : pointers.get(i).substring(1).split("/", -1)) {
        String name = part.replace("~1", "/").replace("~0", "~");
        place = place.within.computeIfAbsent(name, n -> new Place());
      }
      place.index = i;
    }
  }

  /**
   * The label of an event.
   *
   * @param data of the event
   * @return {@code null} where it is no JSON, is one that can be read in two ways, or lacks one of
   *     the values
   */
  @Nullable String labelOf(String data) {
    @Nullable String[] values = new @Nullable String[pointers.size()];
    try (JsonParser json = JSON.createParser(data)) {
      json.nextToken();
      read(json, root, values);
      if (json.nextToken() != null) {
        return null;
      }
    } catch (IOException notJson) {
      return null;
    }
    return label(values);
  }

  /** The places. */
  @Override
  public String toString() {
    return String.join(" and ", pointers);
  }

  /** Goes to the end of the value that begins here. */
  private static void read(JsonParser json, Place place, @Nullable String[] values)
      throws IOException {
    JsonToken token = json.currentToken();
    if (place.index >= 0 && token != null) {
      values[place.index] = textOf(json, token);
    }
    if (place.within.isEmpty()) {
      json.skipChildren();
    } else if (token == JsonToken.START_OBJECT) {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        Place inner = place.within.get(json.currentName());
        json.nextToken();
        readOrSkip(json, inner, values);
      }
    } else if (token == JsonToken.START_ARRAY) {
      for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
        readOrSkip(json, place.within.get(Integer.toString(i)), values);
      }
    }
  }

  private static void readOrSkip(JsonParser json, @Nullable Place place, @Nullable String[] values)
      throws IOException {
    if (place == null) {
      json.skipChildren();
    } else {
      read(json, place, values);
    }
  }

  private static @Nullable String textOf(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(json.getText());
      case VALUE_TRUE, VALUE_FALSE -> json.getText();
      default -> null;
    };
  }

  /**
   * The label of the events for somebody.
   *
   * @param values his, texts, numbers or booleans
   * @return {@code null} where one of them is none of these, or is too long
   */
  public static @Nullable String labelOf(List<? extends @Nullable Object> values) {
    return label(values.stream().map(EventValues::textOf).toArray(String[]::new));
  }

  private static @Nullable String textOf(@Nullable Object value) {
    if (value instanceof Number) {
      return number(value.toString());
    }
    return value instanceof String || value instanceof Boolean ? value.toString() : null;
  }

  private static String number(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      if (number.signum() == 0) {
        return "0";
      }
      return number.precision() <= MOST_DIGITS && Math.abs((long) number.scale()) <= MOST_DIGITS
          ? number.stripTrailingZeros().toPlainString()
          : text;
    } catch (NumberFormatException notFinite) {
      return text;
    }
  }

  /** With their lengths, so that no two lists of values have one label. */
  private static @Nullable String label(@Nullable String[] values) {
    StringBuilder label = new StringBuilder();
    for (String value : values) {
      if (value == null || value.length() > LONGEST) {
        return null;
      }
      label.append(value.length()).append(':').append(value);
    }
    return label.toString();
  }
}
