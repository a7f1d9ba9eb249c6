package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.ConfigException;
import dev.ssebridge.HistoryOptions;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.ReconnectPolicy;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.format.EventDecoderOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What options write, they read; what was given is theirs alone. */
class OptionsRoundTripTest {
  private static SourceOptions again(SourceOptions options) {
    return new SourceOptions(options.toJson());
  }

  private static SourceOptions source() {
    return new SourceOptions("http://h/", "a");
  }

  @Test
  void theExampleWithAllKeysIsWrittenAsWhatItSays() throws IOException {
    SseBridgeOptions options =
        SseBridgeOptions.read(new JsonObject(Files.readString(Path.of("conf/bridge.full.json"))));

    assertThat(SseBridgeOptions.read(options.toJson())).isEqualTo(options);
    assertThat(new SseBridgeOptions(options)).isEqualTo(options).hasSameHashCodeAs(options);
  }

  @Test
  void whatIsAtItsDefaultIsNotWritten() {
    assertThat(source().toJson())
        .isEqualTo(new JsonObject().put("url", "http://h/").put("address", "a"));
    assertThat(new SseBridgeOptions().toJson()).isEqualTo(new JsonObject());
  }

  @Test
  void whatASourceSetsToTheDefaultOfTheClientIsWritten() {
    SourceOptions options = source();
    options
        .getStream()
        .setReconnect(
            new ReconnectPolicy()
                .setRefused(ReconnectPolicy.Refused.RETRY_ONCE_OPENED)
                .setMaxServerRetry(Duration.ofDays(1))
                .setJitter(0.25));
    assertThat(again(options)).isEqualTo(options);
    options.setStream(new EventSourceOptions());
    assertThat(again(options)).isEqualTo(options);
  }

  @Test
  void theUrlOfTheStreamOfASourceIsThatOfTheSource() {
    assertThatThrownBy(
            () -> SourceConfig.of(source().setStream(new EventSourceOptions("http://other/"))))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/url");
  }

  @Test
  void codeAndFileNameHeadersAcrossOriginsInTheSameCase() {
    EventSourceOptions code = new EventSourceOptions().setHeadersAcrossOrigins(Set.of("X-Tenant"));
    EventSourceOptions file =
        new EventSourceOptions(
            new JsonObject().put("headersAcrossOrigins", new JsonArray().add("X-Tenant")));

    assertThat(file).isEqualTo(code);
    assertThat(file.getHeadersAcrossOrigins()).containsExactly("x-tenant");
  }

  @Test
  void theOptionsOfADecoderAreWrittenReadAndCopied() {
    EventDecoderOptions options =
        new EventDecoderOptions()
            .setMaxEventBytes(7)
            .setOversized(EventDecoderOptions.Oversized.SKIP)
            .setMaxCommentBytes(0)
            .setOwnFields(EventDecoderOptions.OwnFields.READ);

    assertThat(options.toJson())
        .isEqualTo(
            new JsonObject()
                .put("maxEventBytes", "7B")
                .put("oversized", "skip")
                .put("maxCommentBytes", 0)
                .put("ownFields", "read"));
    assertThat(new EventDecoderOptions(options.toJson()))
        .isEqualTo(options)
        .hasSameHashCodeAs(options)
        .isNotEqualTo(new EventDecoderOptions());
    EventDecoderOptions copy = new EventDecoderOptions(options);
    options.setMaxEventBytes(8);
    assertThat(copy.getMaxEventBytes()).isEqualTo(7);
    assertThat(new EventDecoderOptions(new JsonObject().put("maxEventBytes", "64KiB")))
        .isEqualTo(new EventDecoderOptions().setMaxEventBytes(65_536));
    assertThatThrownBy(
            () ->
                new EventDecoderOptions(
                    new JsonObject().put("maxEventByte", 1).put("oversized", "drop")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/maxEventByte: unknown key, did you mean \"maxEventBytes\"")
        .hasMessageContaining("/oversized: expected \"fail\" or \"skip\"");
    assertThatThrownBy(() -> options.setMaxCommentBytes(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("maxCommentBytes: expected 0..");
    assertThatThrownBy(() -> options.setMaxEventBytes(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("maxEventBytes: expected ");
  }

  @Test
  void theConstantsOfTheDecoderAreItsDefaults() {
    assertThat(
            new EventDecoderOptions()
                .setMaxEventBytes(EventDecoderOptions.DEFAULT_MAX_EVENT_BYTES)
                .setOversized(EventDecoderOptions.DEFAULT_OVERSIZED)
                .setMaxCommentBytes(EventDecoderOptions.DEFAULT_MAX_COMMENT_BYTES)
                .setOwnFields(EventDecoderOptions.DEFAULT_OWN_FIELDS)
                .toJson())
        .isEqualTo(new JsonObject());
  }

  /** What a source reads of its own fields is up to the bridge; the others are the same keys. */
  @Test
  void aStreamAndASourceHaveTheKeysOfTheDecoder() {
    EventDecoderOptions decoder =
        new EventDecoderOptions()
            .setMaxEventBytes(7)
            .setOwnFields(EventDecoderOptions.OwnFields.READ);
    EventSourceOptions stream = new EventSourceOptions().setDecoder(decoder);
    decoder.setMaxEventBytes(8);
    assertThat(stream.getMaxEventBytes()).isEqualTo(7);
    assertThat(stream.toJson())
        .isEqualTo(new JsonObject().put("maxEventBytes", "7B").put("ownFields", "read"));
    assertThat(new EventSourceOptions(stream.toJson())).isEqualTo(stream);
    EventSourceOptions copy = new EventSourceOptions(stream);
    stream.setMaxCommentBytes(1);
    assertThat(copy.getMaxCommentBytes()).isEqualTo(65_536);

    SourceOptions source = source();
    source.getStream().setMaxCommentBytes(1);
    assertThat(again(source)).isEqualTo(source);
    assertThatThrownBy(() -> new SourceOptions(source.toJson().put("ownFields", "read")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/ownFields: unknown key");
  }

  @Test
  void aCopySharesNothing() {
    RouteOptions first = new RouteOptions("/x", "x");
    RouteOptions copy = new RouteOptions(first);
    first.getHistory().setEvents(7);
    assertThat(copy.getHistory().getEvents()).isEqualTo(10_000);
    HistoryOptions given = new HistoryOptions().setEvents(5);
    copy.setHistory(given);
    given.setEvents(6);
    assertThat(copy.getHistory().getEvents()).isEqualTo(5);
    RouteOptions read =
        new RouteOptions(
            new JsonObject().put("path", "/x").put("addresses", new JsonArray().add("a")));
    assertThatThrownBy(() -> read.getAddresses().add("b"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aSetterSaysWhatItExpects() {
    RouteOptions route = new RouteOptions("/x", "x");
    assertThatThrownBy(() -> route.getHistory().setEvents(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("events: expected 0..10000000, got -1");
    for (Duration duration :
        List.of(
            Duration.ofMillis(-1),
            Duration.ofNanos(-1),
            Duration.ofNanos(500_000),
            Duration.ofDays(3651),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE))) {
      assertThatThrownBy(() -> route.setHeartbeat(duration))
          .as("%s", duration)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("heartbeat: expected a duration");
    }
    assertThatThrownBy(() -> route.setPath("x")).hasMessageContaining("starts with");
  }

  @Test
  void secretsAreNotShown() {
    SourceOptions options =
        new SourceOptions("http://h/?token=hush", "a").setProxy("http://u:hush@p:1");
    options.getStream().addHeader("x-key", "hush");

    assertThat(options.toString()).doesNotContain("hush");
    assertThat(new SseBridgeOptions().addSource("s", options).toString()).doesNotContain("hush");
  }
}
