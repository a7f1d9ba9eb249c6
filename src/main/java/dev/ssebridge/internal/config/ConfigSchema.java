package dev.ssebridge.internal.config;

import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * The JSON Schema (2020-12) of a configuration, made of the declarations of the keys. It knows the
 * structure, the types and the form of values; what the parts mean to each other is checked by the
 * reader alone.
 */
public final class ConfigSchema {
  /** One reference at least, and none that is broken. */
  private static final String REFERENCE =
      "^(?=(.*[^$])?\\$\\{)"
          + "([^$]|\\$(?!\\{)|\\$\\$\\{"
          + "|\\$\\{([A-Za-z_][A-Za-z0-9_]*(:-([^}$]|\\$(?!\\{))*)?|file:[^}]+)\\})*$";

  private static final JsonObject A_REFERENCE = new JsonObject().put("$ref", "#/$defs/reference");

  private ConfigSchema() {}

  /** That of the program's configuration. */
  public static JsonObject ofProgram() {
    JsonObject schema =
        new JsonObject()
            .put("$schema", "https://json-schema.org/draft/2020-12/schema")
            .put("title", "Configuration of vertx-sse-bridge");
    schema.mergeIn(of(Keys.declaredBy(SseBridgeOptions.class)));
    schema.getJsonObject("properties").put("$schema", new JsonObject().put("type", "string"));
    JsonObject reference =
        new JsonObject()
            .put("type", "string")
            .put("pattern", REFERENCE)
            .put("description", "Text with ${NAME}, ${NAME:-default} or ${file:PATH} in it");
    return schema.put("$defs", new JsonObject().put("reference", reference));
  }

  private static JsonObject of(Keys<?> keys) {
    JsonObject properties = new JsonObject();
    JsonArray required = new JsonArray();
    for (Keys.Entry entry : keys.entries()) {
      properties.put(entry.key().name(), of(entry));
      if (entry.key().isRequired()) {
        required.add(entry.key().name());
      }
    }
    JsonObject schema = new JsonObject().put("type", "object").put("properties", properties);
    if (!required.isEmpty()) {
      schema.put("required", required);
    }
    return schema.put("additionalProperties", false);
  }

  private static JsonObject of(Keys.Entry entry) {
    Key<?> key = entry.key();
    JsonArray forms = new JsonArray();
    Keys<?> block = key.block();
    if (block == null) {
      addForms(forms, withReferences(key.schema()));
    } else if (key.isNamed()) {
      JsonArray each = new JsonArray().add(of(block)).add(A_REFERENCE).add(none());
      forms.add(
          new JsonObject()
              .put("type", "object")
              .put("propertyNames", new JsonObject().put("pattern", TextForms.NAME))
              .put("additionalProperties", new JsonObject().put("anyOf", each)));
    } else {
      forms.add(of(block));
    }
    String textKey = key.textKey();
    if (block != null && textKey != null) {
      block.all().stream()
          .filter(each -> each.name().equals(textKey))
          .forEach(each -> addForms(forms, each.schema()));
    }
    forms.add(A_REFERENCE);
    if (!key.isRequired()) {
      forms.add(none());
    }
    JsonObject schema = new JsonObject();
    if (!key.meaning().isEmpty()) {
      schema.put("description", key.meaning());
    }
    @Nullable Object standard = entry.standardJson();
    if (standard != null && block == null) {
      schema.put("default", standard);
    }
    return schema.put("anyOf", forms);
  }

  private static void addForms(JsonArray forms, JsonObject schema) {
    if (schema.getValue("anyOf") instanceof JsonArray several) {
      forms.addAll(several);
    } else {
      forms.add(schema);
    }
  }

  /** References may stand for what is in a list or an object, too. */
  private static JsonObject withReferences(JsonObject schema) {
    JsonObject items = schema.getJsonObject("items");
    if (items != null) {
      JsonArray either = new JsonArray();
      addForms(either, items);
      schema.put("items", new JsonObject().put("anyOf", either.add(A_REFERENCE)));
    }
    JsonObject texts = schema.getValue("additionalProperties") instanceof JsonObject t ? t : null;
    if (texts != null) {
      schema.put(
          "additionalProperties",
          new JsonObject().put("anyOf", new JsonArray().add(texts).add(A_REFERENCE).add(none())));
    }
    return schema;
  }

  private static JsonObject none() {
    return new JsonObject().put("type", "null");
  }
}
