package dev.ssebridge.internal.config;

import static dev.ssebridge.internal.text.UnfitValueException.expected;

import dev.ssebridge.internal.address.AddressTemplate;
import dev.ssebridge.internal.address.ConflationKey;
import dev.ssebridge.internal.text.UnfitValueException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values that are objects or lists, and no blocks of declared keys. */
public final class StructureTypes {
  private StructureTypes() {}

  /** An object of whatever keys and values. */
  public static ValueType<JsonObject> json() {
    return new ValueType<>() {
      @Override
      public JsonObject read(@Nullable Object json) {
        if (json instanceof JsonObject object) {
          JsonObject copy = object.copy();
          Given.textsIn(copy);
          return copy;
        }
        throw expected("a JSON object", json);
      }

      @Override
      public boolean isStructure() {
        return true;
      }

      @Override
      public Object write(JsonObject value) {
        return value.copy();
      }

      @Override
      public Object fromText(String text) {
        return Given.jsonOf(text);
      }

      @Override
      public JsonObject schema() {
        return new JsonObject().put("type", "object");
      }
    };
  }

  /** The path of a file, or what could be in it: an object with any keys and values. */
  public static ValueType<Object> fileOrJson() {
    ValueType<JsonObject> json = json();
    return new ValueType<>() {
      @Override
      public Object read(@Nullable Object value) {
        if (value instanceof JsonObject) {
          return json.read(value);
        }
        if (value instanceof String) {
          return ValueType.text().read(value);
        }
        throw expected("the path of a file, or a JSON object", value);
      }

      @Override
      public boolean isStructure() {
        return true;
      }

      @Override
      public Object write(Object value) {
        return value instanceof JsonObject object ? object.copy() : value;
      }

      @Override
      public Object fromText(String text) {
        return text.startsWith("{") ? Given.jsonOf(text) : text;
      }

      @Override
      public JsonObject schema() {
        return new JsonObject()
            .put("anyOf", new JsonArray().add(ValueType.text().schema()).add(json.schema()));
      }
    };
  }

  /** Places in JSON, and the claim that has the value which is to be there: {@code {claim:x}}. */
  public static ValueType<Map<String, String>> claimsByPointer() {
    return new ValueType<>() {
      @Override
      public Map<String, String> read(@Nullable Object json) {
        if (!(json instanceof JsonObject object) || object.isEmpty() || object.size() > 16) {
          throw expected("a JSON object of 1..16 pointers and claims", json);
        }
        Map<String, String> claims = new TreeMap<>();
        for (String pointer : object.fieldNames()) {
          Object claim = object.getValue(pointer);
          String text = claim instanceof Given given ? given.text() : String.valueOf(claim);
          if (!ConflationKey.isPointer(pointer)) {
            throw expected("a JSON pointer (RFC 6901) such as \"/tenant\"", pointer);
          }
          if (!AddressTemplate.isClaim(text)) {
            throw expected("a claim, written as \"{claim:name}\"", text);
          }
          claims.put(pointer, text);
        }
        for (String pointer : claims.keySet()) {
          for (String other : claims.keySet()) {
            if (other.startsWith(pointer + "/")) {
              throw new UnfitValueException(
                  "expected places of values, got " + pointer + ", which " + other + " is within");
            }
          }
        }
        return Collections.unmodifiableMap(claims);
      }

      @Override
      public boolean isStructure() {
        return true;
      }

      @Override
      public Object write(Map<String, String> value) {
        return new JsonObject(new LinkedHashMap<>(value));
      }

      @Override
      public Object fromText(String text) {
        return Given.jsonOf(text);
      }

      @Override
      public JsonObject schema() {
        return new JsonObject()
            .put("type", "object")
            .put("minProperties", 1)
            .put("maxProperties", 16)
            .put("propertyNames", new JsonObject().put("pattern", ConflationKey.POINTER))
            .put(
                "additionalProperties",
                new JsonObject().put("type", "string").put("pattern", AddressTemplate.ONE_CLAIM));
      }
    };
  }

  /**
   * One value, or a list of some.
   *
   * @param most the most values in a list
   */
  public static <T> ValueType<List<T>> oneOrSeveral(ValueType<T> type, int most) {
    return new ValueType<>() {
      @Override
      public List<T> read(@Nullable Object json) {
        if (!(json instanceof JsonArray array)) {
          return List.of(type.read(json));
        }
        if (array.isEmpty() || array.size() > most) {
          throw expected("one value, or a list of 1.." + most, json);
        }
        List<T> values = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
          Object each = array.getValue(i);
          values.add(type.read(each instanceof Given given ? type.fromText(given.text()) : each));
        }
        return Collections.unmodifiableList(values);
      }

      @Override
      public boolean isStructure() {
        return true;
      }

      @Override
      public Object write(List<T> value) {
        if (value.size() == 1) {
          return type.write(value.get(0));
        }
        JsonArray array = new JsonArray();
        value.forEach(each -> array.add(type.write(each)));
        return array;
      }

      @Override
      public Object fromText(String text) {
        return text.startsWith("[") ? Given.jsonOf(text) : type.fromText(text);
      }

      @Override
      public JsonObject schema() {
        JsonObject one = type.schema();
        JsonObject several =
            new JsonObject()
                .put("type", "array")
                .put("items", type.schema())
                .put("minItems", 1)
                .put("maxItems", most);
        return new JsonObject().put("anyOf", new JsonArray().add(one).add(several));
      }
    };
  }
}
