package dev.ssebridge.testing;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.ssebridge.ConfigException;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.config.ConfigSchema;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** The generated schema, and the reader beside it. */
public final class SchemaOfConfig {
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(ConfigSchema.ofProgram().encode());

  private SchemaOfConfig() {}

  /** What the schema has against it. */
  public static List<String> problems(JsonObject json) {
    return SCHEMA.validate(json.encode(), InputFormat.JSON).stream().map(String::valueOf).toList();
  }

  /** Whether each key accepts what it is given; their meaning to each other is left out. */
  public static boolean isRead(JsonObject json) {
    try {
      new SseBridgeOptions(json);
      return true;
    } catch (ConfigException refused) {
      return false;
    }
  }
}
