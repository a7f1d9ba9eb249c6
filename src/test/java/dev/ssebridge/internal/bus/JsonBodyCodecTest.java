package dev.ssebridge.internal.bus;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that is on the event bus with its text. */
@Tag("slow")
class JsonBodyCodecTest {
  private static final String OBJECT = "{ \"z\":1.0, \"a\":{\"b\":[1e400]} }";

  private final JsonBodyCodec codec = new JsonBodyCodec();

  @ParameterizedTest
  @ValueSource(
      strings = {
        OBJECT,
        "[1.00,\t2]",
        "{}",
        "\"\\u00e9\u00e9\"",
        "1.00",
        "1e2",
        "18446744073709551616"
      })
  void theTextCrossesTheWire(String text) {
    JsonBody body = (JsonBody) JsonBody.of(text);
    Buffer wire = Buffer.buffer("before");
    codec.encodeToWire(wire, body);
    Object received = codec.decodeFromWire(6, wire.appendString("behind"));

    assertThat(codec.textOf(received)).isEqualTo(text);
    assertThat(received).isEqualTo(body.value());
    assertThat(codec.textOf(codec.transform(body))).isEqualTo(text);
  }

  private JsonObject object(String text) {
    return (JsonObject) requireNonNull(codec.transform((JsonBody) JsonBody.of(text)));
  }

  private JsonArray array(String text) {
    return (JsonArray) requireNonNull(codec.transform((JsonBody) JsonBody.of(text)));
  }

  @Test
  void aValueOfItsOwnHasNoTextOfAnother() {
    Object first = codec.transform((JsonBody) JsonBody.of("\"a\""));
    assertThat(codec.textOf(first)).isEqualTo("\"a\"");
    assertThat(codec.textOf("a")).isNull();
    assertThat(codec.textOf(null)).isNull();
    assertThat(codec.textOf(new JsonObject())).isNull();
    assertThat(codec.textOf(new JsonArray())).isNull();
  }

  @Test
  void whatWasReadStillHasItsTextAndWhatWasChangedHasNot() {
    JsonObject json = object(OBJECT);
    assertThat(json).isEqualTo(new JsonObject(OBJECT)).hasToString(new JsonObject(OBJECT).encode());
    assertThat(codec.textOf(json)).isEqualTo(OBJECT);
    json.getJsonObject("a").getJsonArray("b").add(2);
    assertThat(codec.textOf(json)).isNull();

    JsonArray array = array("[ {} ]");
    assertThat(array).isEqualTo(new JsonArray("[{}]"));
    assertThat(codec.textOf(array)).isEqualTo("[ {} ]");
    array.getJsonObject(0).put("x", 1);
    assertThat(codec.textOf(array)).isNull();
    array.clear();
    assertThat(codec.textOf(array)).isNull();
  }

  @Test
  void aCopyKeepsTheOrderAndIsAJsonObjectLikeAnyOther() throws Exception {
    JsonObject json = object(OBJECT);
    assertThat(json.copy().fieldNames()).containsExactly("z", "a");
    assertThat(json.copy().getMap()).isExactlyInstanceOf(LinkedHashMap.class);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(new TextObject("{\"a\":1}"));
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(Map.of("a", 1));
    }
  }

  @Test
  void everyWayIntoTheMapFindsItsFields() {
    String text = "{\"a\":1,\"b\":2}";
    assertThat(new TextObject(text)).hasSize(2).isNotEmpty().containsKey("a").containsValue(2);
    assertThat(new TextObject(text).get("a")).isEqualTo(1);
    assertThat(new TextObject(text).getOrDefault("b", 0)).isEqualTo(2);
    assertThat(new TextObject(text).keySet()).containsExactly("a", "b");
    assertThat(new TextObject(text).values()).containsExactly(1, 2);
    assertThat(new TextObject(text).entrySet()).hasSize(2);
    assertThat(new TextObject(text).put("a", 3)).isEqualTo(1);
    assertThat(new TextObject(text).putIfAbsent("a", 3)).isEqualTo(1);
    assertThat(new TextObject(text).remove("a")).isEqualTo(1);
    assertThat(new TextObject(text).remove("a", 1)).isTrue();
    assertThat(new TextObject(text).replace("a", 3)).isEqualTo(1);
    assertThat(new TextObject(text).replace("a", 1, 3)).isTrue();
    assertThat(new TextObject(text).computeIfAbsent("a", k -> 3)).isEqualTo(1);
    assertThat(new TextObject(text).computeIfPresent("a", (k, v) -> 3)).isEqualTo(3);
    assertThat(new TextObject(text).compute("a", (k, v) -> v)).isEqualTo(1);
    assertThat(new TextObject(text).merge("a", 3, (v, w) -> v)).isEqualTo(1);
    assertThat(new TextObject(text).clone()).isEqualTo(Map.of("a", 1, "b", 2));
    TextObject map = new TextObject(text);
    map.putAll(Map.of("a", 3));
    assertThat(map).isEqualTo(Map.of("a", 3, "b", 2));
    map = new TextObject(text);
    map.replaceAll((k, v) -> 0);
    assertThat(map).isEqualTo(Map.of("a", 0, "b", 0));
    map = new TextObject(text);
    map.clear();
    assertThat(map).isEmpty();
    StringBuilder seen = new StringBuilder();
    new TextObject(text).forEach((k, v) -> seen.append(k).append(v));
    assertThat(seen).hasToString("a1b2");

    TextArray list = new TextArray("[1,2]");
    list.add(3);
    list.set(0, 0);
    list.remove(1);
    assertThat(list).isEqualTo(List.of(0, 3));
  }

  @Test
  void itIsNotParsedToBeMeasuredOrCopiedApart() {
    JsonObject json = object("{\"a\":tru");
    assertThat(codec.textOf(json)).isEqualTo("{\"a\":tru"); // what could not be parsed is not
    assertThat(((TextObject) json.getMap()).textLength()).isEqualTo(8);
  }

  @Test
  void textsGoWithTheirObjects() {
    KeptTexts texts = new KeptTexts();
    String kept = new String("kept".toCharArray());
    texts.keep(kept, "k");
    for (int i = 0; i < 1000; i++) {
      texts.keep(new String("gone".toCharArray()), "g");
    }
    long end = System.nanoTime() + 10_000_000_000L;
    while (texts.size() > 1 && System.nanoTime() < end) {
      System.gc();
      Thread.onSpinWait();
    }
    assertThat(texts.size()).isEqualTo(1);
    assertThat(texts.of(kept)).isEqualTo("k");
  }
}
