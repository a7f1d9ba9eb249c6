package dev.ssebridge.internal.admin;

import dev.ssebridge.internal.http.BadRequestException;
import dev.ssebridge.internal.http.BridgeRequest;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The query of a request; nothing in it is ignored in silence. */
final class Query {
  /** How many are listed where the request has no number. */
  static final int USUAL = 50;

  static final int MOST = 1000;

  private final MultiMap values;

  private Query(MultiMap values) {
    this.values = values;
  }

  /**
   * That of a request.
   *
   * @param known all that it may have
   * @throws BadRequestException if it has anything else, or something twice
   */
  static Query of(RoutingContext context, Set<String> known) throws BadRequestException {
    MultiMap values = new BridgeRequest.Routed(context).query();
    for (String name : values.names()) {
      if (!known.contains(name)) {
        throw new BadRequestException(
            400,
            "query: expected "
                + (known.isEmpty() ? "none" : "some of " + String.join(", ", known))
                + ", got "
                + UnfitValueException.show(name));
      }
      List<String> all = values.getAll(name);
      if (all.size() > 1) {
        throw wrong(name, "expected one value", all.size() + " of them");
      }
    }
    return new Query(values);
  }

  private static BadRequestException wrong(String name, String expected, String got) {
    return new BadRequestException(400, "query " + name + ": " + expected + ", got " + got);
  }

  @Nullable String text(String name) {
    return values.get(name);
  }

  /** A number of 1 to {@link #MOST}. */
  int limit() throws BadRequestException {
    String text = values.get("limit");
    if (text == null) {
      return USUAL;
    }
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MOST) {
        return limit;
      }
    } catch (NumberFormatException none) {
      // told below
    }
    throw wrong("limit", "expected 1.." + MOST, UnfitValueException.show(text));
  }

  /** Whether it says so; it does not where it says nothing. */
  boolean flag(String name) throws BadRequestException {
    String text = values.get(name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw wrong(name, "expected true or false", UnfitValueException.show(text));
  }

  /** One of some words. */
  <E extends Enum<E>> E word(String name, E usual) throws BadRequestException {
    String text = values.get(name);
    if (text == null) {
      return usual;
    }
    E[] all = usual.getDeclaringClass().getEnumConstants();
    for (E each : all) {
      if (word(each).equals(text)) {
        return each;
      }
    }
    throw wrong(
        name,
        "expected one of " + String.join(", ", Arrays.stream(all).map(Query::word).toList()),
        UnfitValueException.show(text));
  }

  private static String word(Enum<?> each) {
    return each.name().toLowerCase(Locale.ROOT);
  }
}
