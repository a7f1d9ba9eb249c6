package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses may not meet. */
class OwnAddressesTest {
  private static final String SOURCE = "{'url':'http://localhost/','address':'%s'%s}";

  private static BridgeConfig read(String json) {
    return BridgeConfig.read(new JsonObject(json.replace('\'', '"')));
  }

  private static String source(String address, String more) {
    return "'sources':{'up':" + SOURCE.formatted(address, more) + "}";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'publish':{'p':{'path':'/jobs/:x','address':'jobs.{x}'}}",
        "'publish':{'p':{'path':'/d','address':'jobs.dead'}}",
        "'routes':{'p':{'path':'/jobs/:x','address':'jobs.{x}'}}",
        "'routes':{'p':{'path':'/d','address':'jobs.dead'}}"
      })
  void nobodyFromOutsideReachesTheDeadLetters(String other) {
    String config =
        "{" + source("jobs", ",'deliver':'request','deadLetter':'jobs.dead'") + "," + other + "}";
    assertThatThrownBy(() -> read(config))
        .hasMessageContaining("/p/address")
        .hasMessageContaining("cannot be \"jobs.dead\"")
        .hasMessageContaining("sources.up.deadLetter");
  }

  @ParameterizedTest
  @CsvSource({
    "jobs,jobs",
    "jobs.a,jobs.{x}",
    "jobs.{type},jobs.{x}",
    "jobs.{type},jobs.a",
    "jobs.{type},{x}",
    "{source}.a,up.{x}"
  })
  void whatIsForOneConsumerIsNotForARouteAsWell(String from, String route) {
    for (String deliver : new String[] {"request", "send"}) {
      String config =
          "{"
              + source(from, ",'deliver':'" + deliver + "'")
              + ",'routes':{'r':"
              + route(route)
              + "}}";
      assertThatThrownBy(() -> read(config))
          .hasMessageContaining("/sources/up/address: expected an address that no route has")
          .hasMessageContaining("routes.r may have");
    }
    assertThat(read("{" + source(from, "") + ",'routes':{'r':" + route(route) + "}}")).isNotNull();
  }

  @ParameterizedTest
  @CsvSource({
    "jobs,news",
    "jobs.a,news.{x}",
    "jobs.{type},news.{x}",
    "a.{type}.b,a.{x}.c",
    "topics.jobs.high,topics.{x}",
    "{source}.{type},b.{x}"
  })
  void othersDoNotDisturb(String from, String route) {
    assertThat(
            read(
                "{"
                    + source(from, ",'deliver':'request'")
                    + ",'routes':{'r':"
                    + route(route)
                    + "}}"))
        .isNotNull();
  }

  @Test
  void aParameterThatCannotHoldTheSeparatorReachesNoDeadLettersBehindIt() {
    String dead = source("jobs", ",'deliver':'request','deadLetter':'topics.jobs.dead'");
    assertThat(read("{" + dead + ",'routes':{'r':" + route("topics.{x}") + "}}")).isNotNull();
    assertThatThrownBy(() -> read("{" + dead + ",'routes':{'r':" + route("topics.{x*}") + "}}"))
        .hasMessageContaining("cannot be \"topics.jobs.dead\"");
  }

  @Test
  void noProblemOfAPlaceHidesAnother() {
    String config =
        "{'control':{'sources':'jobs'},"
            + source("jobs", ",'deliver':'request'")
            + ",'routes':{'r':"
            + route("{x}")
            + "}}";
    assertThatThrownBy(() -> read(config))
        .hasMessageContaining("cannot be \"jobs\", which is control.sources")
        .hasMessageContaining("routes.r may have");
  }

  @Test
  void theDeadLettersOfOneAreNotTheAddressOfAnother() {
    String config =
        "{'sources':{'a':"
            + SOURCE.formatted("x", ",'deadLetter':'y'")
            + ",'b':"
            + SOURCE.formatted("y", "")
            + "}}";
    assertThatThrownBy(() -> read(config)).hasMessageContaining("/sources/b/address");
  }

  private static String route(String address) {
    return address.contains("{")
        ? "{'path':'/r/:x','address':'" + address + "'}"
        : "{'path':'/r','address':'" + address + "'}";
  }
}
