package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.internal.config.Key.Change;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What differs between two configurations, and what of it needs a restart. */
class ConfigDiffTest {
  private static final String ROUTE = "'path':'/a','address':'a'";

  @Test
  void nothingDiffersWhereTheSameIsWrittenInAnotherWay() {
    ConfigDiff diff =
        diff(
            "{'routes':{'a':{" + ROUTE + ",'heartbeat':'15s'}},'http':{'drain':5000}}",
            "{'http':{},'routes':{'a':{" + ROUTE + ",'history':{'events':10000}}},'limits':{}}");

    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.restart()).isEmpty();
  }

  @Test
  void whatIsAddedAndRemovedIsNamed() {
    ConfigDiff diff =
        diff(
            "{'routes':{'a':{" + ROUTE + "},'b':{'path':'/b','address':'b'}}}",
            "{'routes':{'a':{"
                + ROUTE
                + "},'c':{'path':'/c','address':'c'}},"
                + "'publish':{'p':{'path':'/p','address':'p'}}}");

    assertThat(diff.routes().added()).containsExactly("c");
    assertThat(diff.routes().removed()).containsExactly("b");
    assertThat(diff.routes().changed()).isEmpty();
    assertThat(diff.publish().added()).containsExactly("p");
    assertThat(diff.sources().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "'heartbeat':'1s' | AT_ONCE",
        "'history':{'events':1} | AT_ONCE",
        "'slow':{'policy':'latest'} | AT_ONCE",
        "'slow':{'policy':'conflate','key':'type'} | NEW_HISTORY",
        "'retry':'1s' | NEW_STREAMS",
        "'limits':{'subscribers':1} | NEW_STREAMS",
        "'gone':true | NEW_HISTORY",
        "'gone':true,'heartbeat':'1s' | NEW_HISTORY",
      },
      delimiter = '|')
  void ofARouteTheStrongestChangeCounts(String more, Change change) {
    ConfigDiff diff =
        diff(
            "{'routes':{'a':{" + ROUTE + "}}}",
            "{'routes':{'a':{" + ROUTE + "," + more.strip() + "}}}");

    assertThat(diff.routes().changed()).isEqualTo(Map.of("a", change));
  }

  @Test
  void aRouteOfAnotherPathKeepsItsHistoryAndOneOfAnotherAddressDoesNot() {
    String before = "{'routes':{'a':{" + ROUTE + "}}}";

    assertThat(diff(before, "{'routes':{'a':{'path':'/b','address':'a'}}}").routes().changed())
        .isEqualTo(Map.of("a", Change.STREAMS_END));
    assertThat(diff(before, "{'routes':{'a':{'path':'/a','address':'b'}}}").routes().changed())
        .isEqualTo(Map.of("a", Change.NEW_HISTORY));
  }

  @Test
  void anotherOrderOfTheSameRoutesIsAChange() {
    String one = "'a':{" + ROUTE + "}";
    String other = "'b':{'path':'/:x','address':'b.{x}'}";
    ConfigDiff diff =
        diff("{'routes':{" + one + "," + other + "}}", "{'routes':{" + other + "," + one + "}}");

    assertThat(diff.others()).containsExactly("/routes");
    assertThat(diff.reachable().getRoutes().keySet()).containsExactly("b", "a");
  }

  @Test
  void whatNeedsARestartIsNamedAndStaysAsItWas() {
    ConfigDiff diff =
        diff(
            "{'http':{'port':1,'tls':{'cert':'c','key':'k'}},'control':{'maxSources':5}}",
            "{'http':{'port':2,'drain':'1s'},'control':{'maxSources':6},'demo':{},"
                + "'federation':{'name':'n'}}");

    assertThat(diff.restart())
        .containsExactly("/demo", "/federation/name", "/http/port", "/http/tls");
    assertThat(diff.others()).containsExactly("/control/maxSources", "/http/drain");
    assertThat(diff.reachable())
        .isEqualTo(
            options(
                "{'http':{'port':1,'drain':'1s','tls':{'cert':'c','key':'k'}},"
                    + "'control':{'maxSources':6}}"));
  }

  @Test
  void anotherCertificateIsForNewConnections() {
    ConfigDiff diff =
        diff("{'http':{'tls':{'cert':'c','key':'k'}}}", "{'http':{'tls':{'cert':'d','key':'k'}}}");

    assertThat(diff.restart()).isEmpty();
    assertThat(diff.others()).containsExactly("/http/tls/cert");
  }

  @Test
  void aSourceThatHasChangedIsConnectedAgain() {
    String source = "{'sources':{'s':{'url':'http://a/','address':'a'%s}}}";
    ConfigDiff diff =
        diff(source.formatted(""), source.formatted(",'headers':{'x-token':'secret'}"));

    assertThat(diff.sources().changed()).isEqualTo(Map.of("s", Change.RECONNECT));
  }

  private static ConfigDiff diff(String before, String after) {
    return ConfigDiff.between(options(before), options(after));
  }

  private static SseBridgeOptions options(String json) {
    return new SseBridgeOptions(new JsonObject(json.replace('\'', '"')));
  }
}
