package dev.ssebridge.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** What the {@code openapi.json} of the admin interface says, beside what is answered. */
public final class AdminDescription {
  private static final String FILE = "/dev/ssebridge/internal/admin/openapi.json";

  private final JsonObject all = read();
  private final Set<String> seen = new TreeSet<>();

  private static JsonObject read() {
    try (InputStream in = AdminDescription.class.getResourceAsStream(FILE)) {
      return new JsonObject(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All of it. */
  public JsonObject whole() {
    return all.copy();
  }

  /** Every operation, as its method and path. */
  public Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    JsonObject paths = all.getJsonObject("paths");
    for (String path : paths.fieldNames()) {
      for (String method : paths.getJsonObject(path).fieldNames()) {
        operations.add(method.toUpperCase(Locale.ROOT) + " " + path);
      }
    }
    return operations;
  }

  /** Those with an answer that was looked at. */
  public Set<String> seen() {
    return seen;
  }

  /** That an answer is one of those that are described for this operation. */
  public void require(String method, String path, HttpResponse<String> answer) {
    String operation = method + " " + path;
    seen.add(operation);
    JsonObject responses =
        all.getJsonObject("paths")
            .getJsonObject(path)
            .getJsonObject(method.toLowerCase(Locale.ROOT))
            .getJsonObject("responses");
    JsonObject response = responses.getJsonObject(String.valueOf(answer.statusCode()));
    assertThat(response)
        .as(
            operation
                + ": "
                + answer.statusCode()
                + " of "
                + responses.fieldNames()
                + answer.body())
        .isNotNull();
    String ref = response.getString("$ref");
    if (ref != null) {
      response =
          all.getJsonObject("components")
              .getJsonObject("responses")
              .getJsonObject(ref.substring(ref.lastIndexOf('/') + 1));
    }
    JsonObject content = response.getJsonObject("content");
    if (content == null) {
      assertThat(answer.body()).as(operation).isEmpty();
      return;
    }
    String type = answer.headers().firstValue("content-type").orElse("").split(";", -1)[0];
    JsonObject media = content.getJsonObject(type);
    assertThat(media).as(operation + ": " + type + " of " + content.fieldNames()).isNotNull();
    if (type.endsWith("json")) {
      JsonObject schema =
          media.getJsonObject("schema").copy().put("components", all.getJsonObject("components"));
      assertThat(
              SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                  .getSchema(schema.encode())
                  .validate(answer.body(), InputFormat.JSON))
          .as(operation + ": " + answer.body())
          .isEmpty();
    }
  }
}
