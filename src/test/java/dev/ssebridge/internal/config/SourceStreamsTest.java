package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.ConfigException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a source with parameters in its URL may say. */
class SourceStreamsTest {
  private static BridgeConfig read(String source) {
    return BridgeConfig.read(
        new JsonObject(("{'sources':{'s':{" + source + "}}}").replace('\'', '"')));
  }

  private static List<String> problems(String source) {
    try {
      read(source);
      return List.of();
    } catch (ConfigException e) {
      return texts(e);
    }
  }

  private static List<String> texts(ConfigException e) {
    return e.problems().stream().map(ConfigException.Problem::toString).toList();
  }

  private static String with(String more) {
    return "'url':'http://up/t/:topic','address':'t.{topic}'" + more;
  }

  private static SourceConfig one(String source) {
    return Objects.requireNonNull(read(source).sources().get("s"));
  }

  @Test
  void aUrlWithParametersIsAStreamForEachAddress() {
    SourceConfig source =
        one(
            "'url':'http://up/:tenant/t/:topic?as=:tenant','address':'{source}.{tenant}.t.{topic}'");
    Map<String, String> values = Objects.requireNonNull(source.valuesOf("s", "s.x.t.a b"));
    SourceConfig stream = source.ofStream(values, "s.x.t.a b");
    assertThat(stream.url()).hasToString("http://up/x/t/a%20b?as=x");
    assertThat(stream.address()).hasToString("s.x.t.a b");
    assertThat(stream.delivery().local()).isTrue();
    assertThat(source.valuesOf("s", "other.x.t.a")).isNull();
    assertThat(source.valuesOf("s", "s.x.t.a.b")).as("a dot separates").isNull();
    assertThat(source.valuesOf("s", "s.x.t.")).isNull();
  }

  @Test
  void aUrlWithoutParametersIsOneStream() {
    SourceConfig source = one("'url':'http://up/t/%3Atopic','address':'t.{type}'");
    assertThat(source.streams()).isNull();
    assertThat(source.delivery().local()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "http://up/:a | t       | /sources/s/address | {a} in it",
        "http://up/:a | t.{b}   | /sources/s/address | {a} in it",
        "http://up/:a | {a}{a}  | /sources/s/address | something between",
        "http://up/:topic | t.{topik} | /sources/s/address | did you mean {topic}?",
        "http://up/:a | {a}.{type} | /sources/s/address | no listener tells",
        "http://up/:type | {type} | /sources/s/url | another name than :type",
        "http://up/:a.json | t | /sources/s/url | whole segment",
        "http://up/a | t.{a} | /sources/s/address | {type}, {id}, {source}",
        "http://up:p/:a | {a} | /sources/s/url | absolute http or https URL",
        "http://:h/a | {h} | /sources/s/url | absolute http or https URL"
      })
  void whatDoesNotFitTogetherIsSaidAtItsPlace(
      String url, String address, String place, String message) {
    assertThat(problems("'url':'" + url + "','address':'" + address + "'"))
        .anySatisfy(problem -> assertThat(problem).startsWith(place + ": ").contains(message));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "cursor, \"'/tmp/c'\"",
        "lastEventId, \"'5'\"",
        "tolerance, \"'5s'\"",
        "deliver, \"'send'\"",
        "single, true"
      })
  void whatIsOfOneStreamDoesNotGoTogetherWithMany(String key, String value) {
    assertThat(problems(with(",'" + key + "':" + value)))
        .anySatisfy(
            problem ->
                assertThat(problem)
                    .startsWith("/sources/s/" + key + ": does not go together with parameters"));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {"maxStreams, 5", "linger, \"'5s'\""})
  void whatIsOfManyStreamsHasNoEffectOnOne(String key, String value) {
    assertThat(problems("'url':'http://up/a','address':'a','" + key + "':" + value))
        .singleElement()
        .asString()
        .startsWith("/sources/s/" + key + ": has no effect here")
        .contains("/topics/:topic");
  }

  @Test
  void aHistoryThatAllNodesShareIsNotFedByEach() {
    String config =
        "{'stores':{'r':{'type':'redis','urls':['redis://127.0.0.1:1']}},"
            + "'routes':{'t':{'path':'/t/:topic','address':'t.{topic}','history':{'store':'r'}},"
            + "'u':{'path':'/u','address':'u','history':{'store':'r'}}},"
            + "'sources':{'s':{"
            + with("")
            + "}}}";
    try {
      BridgeConfig.read(new JsonObject(config.replace('\'', '"')));
      throw new AssertionError("expected a problem");
    } catch (ConfigException e) {
      assertThat(texts(e))
          .singleElement()
          .asString()
          .startsWith("/sources/s/url: expected no parameters for /routes/t")
          .contains("memory or in a file");
    }
  }

  @Test
  void aSourceThatFollowsTheRouteItFeedsIsACircle() {
    String config =
        "{'http':{'port':8080},'routes':{'t':{'path':'/t/:topic','address':'t.{topic}'}},"
            + "'sources':{'s':{'url':'http://127.0.0.1:8080/t/:topic','address':'t.{topic}'}}}";
    try {
      ConfigFile.parse("c", config.replace('\'', '"'));
      throw new AssertionError("expected a problem");
    } catch (ConfigException e) {
      assertThat(texts(e))
          .singleElement()
          .asString()
          .contains("/sources/s/url: expected the URL of another server");
    }
  }
}
