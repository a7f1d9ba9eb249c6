package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.ConfigException;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridgeOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is no mistake, but seldom meant. */
class ConfigWarningsTest {
  private static List<String> warnings(String json) {
    return ConfigWarnings.of(BridgeConfig.read(new JsonObject(json.replace('\'', '"')))).stream()
        .map(ConfigException.Problem::toString)
        .toList();
  }

  /** Of a bridge on the router of an application, which may be mounted on another path. */
  private static List<String> embedded(String json) {
    SseBridgeOptions options = new SseBridgeOptions(new JsonObject(json.replace('\'', '"')));
    return ConfigWarnings.ofServed(BridgeConfig.ofBridge(options)).stream()
        .map(ConfigException.Problem::toString)
        .toList();
  }

  @Test
  void anEmptyConfigurationServesNothing() {
    assertThat(warnings("{}")).singleElement().asString().contains("nothing is served");
    assertThat(warnings("{'http': {'port': 0}}")).hasSize(1);
  }

  @Test
  void whatIsShippedIsNotWarnedOf() {
    for (String file : List.of("conf/bridge.json", "conf/bridge.full.json")) {
      assertThat(ConfigWarnings.of(BridgeConfig.read(Path.of(file)))).as(file).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'a': {'path': '/a', 'address': 'news.*'}                 | /routes/a/address: the * in "news.*" stands for itself
          'a': {'path': '/a', 'addresses': ['x', '*']}             | /routes/a/addresses/1: the * in "*" stands for itself
          'a': {'path': '/:x/:y', 'address': 'a.{y}'}              | /routes/a/path: the parameter :x of "/:x/:y" is in no address
          'a': {'path': '/t/:x', 'address': 'a.{x}'}, 'b': {'path': '/t/b', 'address': 'b'} | /routes/b/path: no request reaches "/t/b", as "/t/:x" of /routes/a stands before it
          """)
  void routesThatAreSeldomMeantAreNamed(String routes, String warning) {
    assertThat(warnings("{'routes': {" + routes + "}}"))
        .singleElement()
        .asString()
        .startsWith(warning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'a': {'path': '/t/b', 'address': 'b'}, 'b': {'path': '/t/:x', 'address': 'a.{x}'}
          'a': {'path': '/t/:x/a', 'address': 'a.{x}'}, 'b': {'path': '/t/:x/b', 'address': 'b.{x}'}
          'a': {'path': '/t/:x', 'address': 'a.{x*}'}, 'b': {'path': '/t/:x/b', 'address': 'b.{x}'}
          'a': {'path': '/:x/:y', 'addresses': ['a.{y}', 'b.{x}']}
          """)
  void routesThatMayWellBeMeantAreNot(String routes) {
    assertThat(warnings("{'routes': {" + routes + "}}")).isEmpty();
  }

  @Test
  void pathsToPublishToAndSourcesAreLookedAtAsWell() {
    assertThat(
            warnings(
                "{'publish': {'p': {'path': '/p/:x', 'address': 'p*'}}, 'sources': {'s': {'url':"
                    + " 'http://h/', 'address': 's.*.{type}'}}, 'routes': {'r': {'path': '/r',"
                    + " 'address': 'r'}}}"))
        .hasSize(5)
        .anyMatch(warning -> warning.startsWith("/publish/p/address: no route serves"))
        .anyMatch(warning -> warning.startsWith("/sources/s/address: no route serves"))
        .anyMatch(warning -> warning.startsWith("/publish/p/address"))
        .anyMatch(warning -> warning.startsWith("/publish/p/path: the parameter :x"))
        .anyMatch(warning -> warning.startsWith("/sources/s/address"));
  }

  @Test
  void aParameterInNoAddressIsSaidToBeTheOneOfASimilarNameThere() {
    assertThat(embedded("{'routes': {'r': {'path': '/:topic', 'address': 't.{topik}'}}}"))
        .singleElement()
        .asString()
        .startsWith("/routes/r/path: the parameter :topic of \"/:topic\" is in no address")
        .endsWith("; did you mean it by {topik}?");
    assertThat(embedded("{'publish': {'p': {'path': '/:x/:id', 'address': 't.{x}.{uid}'}}}"))
        .singleElement()
        .asString()
        .endsWith("; did you mean it by {uid}?");
    assertThat(embedded("{'routes': {'r': {'path': '/:x/:y', 'address': 't.{y}'}}}"))
        .singleElement()
        .asString()
        .endsWith("lead to the same one");
  }

  @ParameterizedTest
  @CsvSource({"x, y", "uid, id", "room1, room2", "tenant, tenants"})
  void aParameterOfAPathAboveIsNotWarnedOfHoweverSimilarItsNameIs(String above, String own) {
    String keys = "'path': '/:" + own + "', 'address': 't.{" + above + "}.{" + own + "}'";
    assertThat(embedded("{'routes': {'r': {" + keys + "}}, 'publish': {'p': {" + keys + "}}}"))
        .isEmpty();
  }

  @Test
  void manyThousandRoutesAreLookedThroughInLittleTime() {
    SseBridgeOptions options = new SseBridgeOptions();
    Map<String, RouteOptions> routes = new LinkedHashMap<>();
    for (int number = 0; number < 5000; number++) {
      routes.put("r" + number, new RouteOptions("/r/" + number + "/:x", "r" + number + ".{x}"));
    }
    assertThat(ConfigWarnings.of(BridgeConfig.of(options.setRoutes(routes)))).isEmpty();
  }

  @Test
  void pickedAddressesThatDoNotFitIntoALineAreNamedAndThoseThatDoAreNot() {
    String long256 = "x".repeat(240);
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      many.append(i == 0 ? "" : ",").append("'").append(long256).append(i).append("'");
    }
    String route = "{%s'routes': {'a': {'path': '/a', 'addresses': [" + many + "]}}}";
    assertThat(warnings(route.formatted("")))
        .singleElement()
        .asString()
        .startsWith("/routes/a/addresses: a request that picks 99 of them begins with a line of up")
        .contains("gets 414 beyond 16384; raise http.maxInitialLineLength");
    assertThat(warnings(route.formatted("'http': {'maxInitialLineLength': '32KiB'},"))).isEmpty();
    assertThat(
            warnings(route.replace("'path'", "'limits': {'addresses': 10}, 'path'").formatted("")))
        .isEmpty();
  }
}
