package dev.ssebridge.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link ServerSentEvent#json}. */
class JsonDataTest {

  @Test
  void theDataIsWhateverJsonItIs() {
    assertThat(ServerSentEvent.of("{\"a\": [1]}").json())
        .isEqualTo(new JsonObject().put("a", new JsonArray().add(1)));
    assertThat(ServerSentEvent.of("[\n1,\n2]").json()).isEqualTo(new JsonArray().add(1).add(2));
    assertThat(ServerSentEvent.of("\"x\"").json()).isEqualTo("x");
    assertThat(ServerSentEvent.of("17").json()).isEqualTo(17);
    assertThat(ServerSentEvent.of("true").json()).isEqualTo(true);
    assertThat(ServerSentEvent.of("null").json()).isNull();
  }

  @Test
  void whatIsNotJsonIsSaidOfWhichEventAndWhere() {
    ServerSentEvent event =
        ServerSentEvent.builder().type("price").id("7").data("{\"a\": 1,\n\"b\": oops}").build();
    assertThatThrownBy(event::json)
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith(
            "event of type \"price\", id \"7\": expected JSON, got something else at line 2,"
                + " column 6 of its data: Unrecognized token 'oops'")
        .hasMessageNotContaining("Source");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "hello", "1 2", "{", "[1,2", "\u202e\u0007", "{\"a\":1} x"})
  void whateverElseItIsIsRefusedOnOneLine(String data) {
    assertThatThrownBy(() -> ServerSentEvent.of(data).json())
        .isInstanceOf(DecodeException.class)
        .hasMessageStartingWith("event of type \"message\": expected JSON, got something else")
        .hasMessageNotContainingAny("\n", "\u202e", "\u0007");
    assertThatThrownBy(() -> ServerSentEvent.ofComment("x").json())
        .isInstanceOf(DecodeException.class)
        .hasMessage("event of type \"message\": expected JSON, got an event without data");
  }
}
