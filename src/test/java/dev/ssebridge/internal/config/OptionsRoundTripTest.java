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
