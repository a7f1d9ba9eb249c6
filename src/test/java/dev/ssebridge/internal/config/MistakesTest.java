package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.ssebridge.ConfigException;
import dev.ssebridge.testing.PemParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each kind of mistake that is found before the start, and what is said of it. */
class MistakesTest {
  private static final String NO_EFFECT = ": has no effect here, expected ";

  @TempDir Path directory;

  private List<String> problems(String json) {
    ConfigException wrong =
        catchThrowableOfType(
            ConfigException.class, () -> ConfigFile.parse("c", json.replace('\'', '"')));
    return wrong == null
        ? List.of()
        : wrong.problems().stream()
            .map(
                problem ->
                    (problem.place() + ": " + problem.message()).replace(directory + "/", ""))
            .toList();
  }

  private static String source(String more) {
    return "{'sources':{'s':{'url':'http://h/','address':'a'" + more + "}}}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          ,'window':2          | /window | "deliver": "request" beside it
          ,'deliver':'send','replyTimeout':'1s' | /replyTimeout | "deliver": "request" beside it
          ,'drain':'9s'        | /drain | "deliver": "request" beside it
          ,'attempts':2,'deadLetter':'d' | /attempts | "deliver": "request" beside it
          ,'cursorEvery':'2s'  | /cursorEvery | "cursor" beside it, the file that is written, or "single"
          ,'repeatUnsafe':true | /repeatUnsafe | a "method" beside it that is not safe, such as "POST"
          ,'headersAcrossOrigins':['x'],'maxRedirects':0 | /headersAcrossOrigins | "maxRedirects" above 0 beside it
          ,'headersAcrossOrigins':['X-A'] | /headersAcrossOrigins | "x-a" in "headers" beside it
          ,'headersAcrossOrigins':['X-A','x-b'],'headers':{'x-A':'1'} | /headersAcrossOrigins | "x-b" in "headers" beside it
          ,'headersAcrossOrigins':['authorization'] | /headersAcrossOrigins | "authorization" in "headers" beside it
          ,'refused':'stop','maxRefusedRetry':'1m' | /maxRefusedRetry | "refused" beside it that does not stop, such as "retry"
          ,'strict':true,'maxRefusedRetry':'1m' | /maxRefusedRetry | "strict": false beside it, since a strict one stops when it is refused
          ,'strict':true,'refused':'retry_once_opened' | /refused | "strict": false beside it, since a strict one stops when it is refused
          ,'resolver':{'timeout':'1s'} | /resolver/timeout | "servers" beside it
          ,'oversized':'skip','maxEventBytes':0 | /oversized | "maxEventBytes" above 0 beside it
          ,'trustAll':true | /trustAll | a "url" with https beside it, since http knows no certificates
          ,'clientCert':{'cert':'c','key':'k'} | /clientCert | a "url" with https beside it, since http knows no certificates
          """)
  void keysOfASourceWithoutEffectAreNamed(String more, String key, String expected) {
    assertThat(problems(source(more)))
        .containsExactly("/sources/s" + key + NO_EFFECT + expected + "; or leave it out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          ,'window':1,'replyTimeout':'30s','drain':'2s','cursorEvery':'1s','repeatUnsafe':false
          ,'window':2,'deliver':'request','replyTimeout':'1s','drain':'9s'
          ,'method':'POST','repeatUnsafe':true
          ,'retry':'30s'
          ,'attempts':0
          ,'refused':'stop','maxRefusedRetry':'5m'
          ,'refused':'retry_once_opened','maxRefusedRetry':'1m'
          ,'strict':true,'refused':'stop'
          ,'resolver':{'timeout':'1s','servers':['10.0.0.1']}
          ,'resolver':{'timeout':'2s'}
          ,'oversized':'skip'
          ,'headersAcrossOrigins':['X-A'],'headers':{'x-a':'1'}
          ,'headersAcrossOrigins':['Authorization'],'auth':{'bearer':'env:PATH'}
          ,'http2':true
          """)
  void keysAtTheirDefaultsOrWithEffectAreNot(String more) {
    assertThat(problems(source(more))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'http':{'http2':{'enabled':false,'maxResets':7}}} | /http/http2/maxResets | "enabled": true beside it
          {'http':{'http2':{'enabled':false,'connectionWindowSize':'1MiB'}}} | /http/http2/connectionWindowSize | "enabled": true beside it
          {'http':{'alpn':false}} | /http/alpn | "tls" beside it
          {'http':{'tls':{'versions':['TLSv1.3']}}} | /http/tls/versions | "cert" and "key" beside it
          {'http':{'tls':{'clientCa':'x.pem'}}} | /http/tls/clientCa | "cert" and "key" beside it
          {'http':{'trustedProxies':['unix:']}} | /http/trustedProxies | "unixSocket" beside it, for which "unix:" stands
          {'routes':{'r':{'path':'/r','address':'a','gap':'silent','gapType':'x'}}} | /routes/r/gapType | "gap": "event" beside it
          {'routes':{'r':{'path':'/r','address':'a','history':{'events':0,'age':'1h'}}}} | /routes/r/history/age | "events" above 0 beside it, since 0 keeps no history
          {'routes':{'r':{'path':'/r','address':'a','history':{'events':0,'bytes':'1MiB'}}}} | /routes/r/history/bytes | "events" above 0 beside it, since 0 keeps no history
          """)
  void otherKeysWithoutEffectAreNamed(String config, String key, String expected) {
    assertThat(problems(config)).containsExactly(key + NO_EFFECT + expected + "; or leave it out");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'http':{'http2':{'enabled':false,'maxResets':200,'connectionWindowSize':null}}}
          {'http':{'http2':{'maxResets':7}}}
          {'http':{'alpn':true,'tls':{'cert':null,'key':null,'versions':null}}}
          {'http':{'unixSocket':'/tmp/s','trustedProxies':['unix:']}}
          {'routes':{'r':{'path':'/r','address':'a','gap':'silent','gapType':'sse.gap'}}}
          {'routes':{'r':{'path':'/r','address':'a','gapType':'x'}}}
          {'routes':{'r':{'path':'/r','address':'a','history':{'events':0,'age':'10m','bytes':'16MiB'}}}}
          {'federation':{'maxHops':3}}
          """)
  void otherKeysAtTheirDefaultsOrWithEffectAreNot(String config) {
    assertThat(problems(config)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'sources':{'s':{'url':'http://h/','address':'a','headers':{'AUTHORIZATION':'x'},'auth':{'bearer':'env:PATH'}}}} | /sources/s/headers/AUTHORIZATION: expected either this header or "auth", got both; leave the header out
          {'sources':{'s':{'url':'http://h/','address':'a','retry':'1m'}}} | /sources/s/retry: expected at most maxRetry, 30000ms, got more
          {'sources':{'s':{'url':'http://h/','address':'a','maxRetry':'500ms'}}} | /sources/s/maxRetry: expected at least retry, 1000ms, got less; set "retry" as well
          {'routes':{'r':{'path':'/r','address':'a','retry':'2h'}}} | /routes/r/retry: expected at most maxRetry, 3600000ms, got more
          {'routes':{'r':{'path':'/r','address':'a','slow':{'keys':5}}}} | /routes/r/slow/keys: has no effect here, expected the policy "conflate" beside it; or leave it out
          {'control':{'allow':{'hosts':['h']}}} | /control/allow/hosts: has no effect here, expected "sources" in "control", without which no source is added; or leave it out
          {'publish':{'p':{'path':'/p','address':'__vertx.reply.1'}}} | /publish/p/address: expected an address that does not begin with __vertx, which belongs to the event bus itself, got "__vertx.reply.1"; take another one
          {'routes':{'r':{'path':'/:x','address':'__vertx{x}'}}} | /routes/r/address: expected an address that does not begin with __vertx, which belongs to the event bus itself, got "__vertx{x}"; take another one
          {'sources':{'__vertx':{'url':'http://h/','address':'{source}.{type}'}}} | /sources/__vertx/address: expected an address that does not begin with __vertx, which belongs to the event bus itself, got "{source}.{type}"; take another one
          {'control':{'sources':'__vertx'}} | /control/sources: expected an address that does not begin with __vertx, which belongs to the event bus itself, got "__vertx"; take another one
          {'demo':{'address':'__vertx'}} | /demo/address: expected an address that does not begin with __vertx, which belongs to the event bus itself, got "__vertx"; take another one
          {'control':{'sources':'c.c'},'sources':{'s':{'url':'http://h/','address':'c.{type}'}}} | /sources/s/address: expected an address that cannot be "c.c", which is control.sources, got "c.{type}"; rename one of the two
          """)
  void whatCannotBeTogetherIsNamed(String config, String problem) {
    assertThat(problems(config)).containsExactly(problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'port':8080                       | http://localhost:8080/r/x    | a.{type} | true
          'port':8080                       | http://127.0.0.1:8080/r/x    | a.x      | true
          'port':8080                       | http://[::1]:8080/r/x?from=1 | a{type}  | true
          'port':8080                       | http://localhost:8080/r/x?address=a.x | a.x | true
          'port':8080                       | http://localhost:8080/r/x?address=other | a.x | false
          'port':80                         | http://LOCALHOST/r/x         | a.x      | true
          'port':8080,'host':'0.0.0.0'      | http://127.0.0.1:8080/r/x    | a.x      | true
          'port':8080,'host':'10.1.1.1'     | http://10.1.1.1:8080/r/x     | a.x      | true
          'port':8080,'hosts':['my_bridge'] | http://my_bridge:8080/r/x    | a.x      | true
          'port':8080,'hosts':['sse.org']   | https://sse.org/r/x          | a.x      | true
          'port':8080                       | http://localhost:8080/r/x    | a.y      | false
          'port':8080                       | http://localhost:8081/r/x    | a.x      | false
          'port':8080                       | http://localhost:8080/q/x    | a.x      | false
          'port':8080,'host':'10.1.1.1'     | http://127.0.0.1:8080/r/x    | a.x      | false
          'port':8080                       | http://other:8080/r/x        | a.x      | false
          """)
  void aSourceThatFeedsTheRouteItFollowsIsNamed(
      String http, String url, String address, boolean isLoop) {
    String config =
        "{'http':{%s},'routes':{'r':{'path':'/r/:x','address':'a.{x}'}},'sources':{'s':{'url':'%s','address':'%s'}}}";
    List<String> found = problems(config.formatted(http, url, address));
    if (isLoop) {
      assertThat(found)
          .containsExactly(
              "/sources/s/url: expected the URL of another server, got the one of /routes/r of this"
                  + " bridge, which this source feeds through \""
                  + address
                  + "\": its events would come again without end; follow another route, or take"
                  + " another address");
    } else {
      assertThat(found).isEmpty();
    }
  }

  private static final String RING =
      "{'routes':{'a':{'path':'/a/:x','address':'a.{x}'},'b':{'path':'/b','addresses':['b','b2']},"
          + "'c':{'path':'/c','address':'c'}},'sources':{%s}}";

  private static String follows(String name, String path, String address) {
    return "'%s':{'url':'http://localhost:8080/%s','address':'%s'}".formatted(name, path, address);
  }

  private static String circle(String... steps) {
    return "expected sources that do not feed each other in a circle, got one of "
        + steps.length
        + ": "
        + String.join("; it", steps)
        + ": their events would come again without end; let one of them follow another route, or"
        + " take another address";
  }

  @Test
  void sourcesThatFeedEachOtherInACircleAreNamed() {
    assertThat(problems(RING.formatted(follows("p", "a/1", "b") + "," + follows("q", "b", "a.1"))))
        .containsExactly(
            "/sources/p/url: "
                + circle(
                    "\"p\" feeds /routes/b through \"b\", which \"q\" follows",
                    " feeds /routes/a through \"a.1\", which \"p\" follows"));
    assertThat(
            problems(
                RING.formatted(
                    String.join(
                        ",",
                        follows("p", "a/1", "c"),
                        follows("q", "c", "b{type}"),
                        follows("r", "b", "a.{type}"),
                        follows("s", "c", "nowhere")))))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("/sources/p/url: expected sources that do not feed each other in a circle")
        .contains("got one of 3: \"p\" feeds /routes/c", "\"q\" follows", "\"r\" follows");
  }

  @Test
  void everyCircleIsNamedOnce() {
    String two =
        String.join(
            ",",
            follows("p", "a/1", "b"),
            follows("q", "b", "a.1"),
            follows("r", "a/2", "c"),
            follows("s", "c", "a.2"));
    assertThat(problems(RING.formatted(two)))
        .hasSize(2)
        .anyMatch(problem -> problem.contains("\"p\"") && problem.contains("\"q\""))
        .anyMatch(problem -> problem.contains("\"r\"") && problem.contains("\"s\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a/1 | b       | b           | a.2
          a/1 | b       | c           | a.1
          a/1 | b2      | b?address=b | a.1
          a/1 | b       | b           | c
          b   | c       | c           | nowhere
          x   | b       | b           | a.1
          """)
  void sourcesInARowAreNoCircle(String path1, String address1, String path2, String address2) {
    assertThat(
            problems(
                RING.formatted(
                    follows("p", path1, address1) + "," + follows("q", path2, address2))))
        .isEmpty();
  }

  @Test
  void otherServersAreNoPartOfACircle() {
    String both = follows("p", "a/1", "b") + "," + follows("q", "b", "a.1");
    assertThat(problems(RING.formatted(both).replaceFirst("localhost", "other"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          'routes':{'r':{'path':'/:x','address':'__v{x}'}}         | /routes/r/address | true
          'routes':{'r':{'path':'/:x','address':'{x}'}}            | /routes/r/address | true
          'routes':{'r':{'path':'/:x','address':'{x*}.a'}}         | /routes/r/address | true
          'routes':{'r':{'path':'/:x/:y','address':'{x}.{y}'}}     | /routes/r/address | true
          'routes':{'r':{'path':'/:x','addresses':['a','{x}']}}    | /routes/r/addresses/1 | true
          'publish':{'p':{'path':'/:x','address':'__vert{x}'}}     | /publish/p/address | true
          'publish':{'p':{'path':'/:x','address':'{x}x.a'}}        | /publish/p/address | true
          'sources':{'s':{'url':'http://h/','address':'{type}'}}   | /sources/s/address | true
          'sources':{'s':{'url':'http://h/','address':'_{id}'}}    | /sources/s/address | true
          'sources':{'__v':{'url':'http://h/','address':'{source}{id}'}} | /sources/__v/address | true
          'routes':{'r':{'path':'/:x','address':'_{x}'}}           | /routes/r/address | false
          'routes':{'r':{'path':'/:x','address':'{x}_a'}}          | /routes/r/address | false
          'routes':{'r':{'path':'/:x','address':'topics.{x}'}}     | /routes/r/address | false
          'routes':{'r':{'path':'/:x','address':'__w{x}'}}         | /routes/r/address | false
          'sources':{'s':{'url':'http://h/','address':'{source}.{type}'}} | /sources/s/address | false
          """)
  void aTemplateThatCanBecomeAnAddressOfTheBusIsNamed(
      String config, String place, boolean isWrong) {
    List<String> found = problems("{" + config + "}");
    if (isWrong) {
      assertThat(found)
          .singleElement()
          .asString()
          .startsWith(place + ": expected an address that cannot begin with __vertx., as those of")
          .endsWith(
              "parameters can make it so; begin it with a text of your own, such as \"topics.\"");
    } else {
      assertThat(found).isEmpty();
    }
  }

  private String cursor(Path file) {
    return source(",'cursor':'" + file + "'");
  }

  @Test
  void cursorsWithoutAPlaceAreNamed() throws Exception {
    Path folder = Files.createDirectory(directory.resolve("folder"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("none"));
    assertThat(problems(cursor(directory.resolve("no/c"))))
        .containsExactly(
            "/sources/s/cursor: expected a directory that exists, got \"no\", which does not; make"
                + " it");
    assertThat(problems(cursor(folder)))
        .containsExactly(
            "/sources/s/cursor: expected a plain file, got a directory in \"folder\"; remove or"
                + " rename it");
    assertThat(problems(cursor(link)))
        .containsExactly(
            "/sources/s/cursor: expected a plain file, got a symbolic link in \"link\"; remove or"
                + " rename it");
    assertThat(problems(cursor(directory.resolve("c~new"))))
        .containsExactly(
            "/sources/s/cursor: expected a name that does not end in ~new, which is the temporary"
                + " name of another file, got \"c~new\"");
    assertThat(problems(cursor(directory.resolve("c")))).isEmpty();
    assertThat(
            problems(
                "{'control':{'sources':'c','persist':'"
                    + directory
                    + "/no/p','allow':{'cursors':['"
                    + directory
                    + "/no/','"
                    + directory
                    + "/']}}}"))
        .containsExactly(
            "/control/persist: expected a directory that exists, got \"no\", which does not; make"
                + " it",
            "/control/allow/cursors/0: expected a directory that exists, got \"no\", which does"
                + " not; make it");
  }

  @Test
  void twoCursorsInOneFileAreNamedHoweverItIsWritten() throws Exception {
    Files.createDirectory(directory.resolve("real"));
    Files.createSymbolicLink(directory.resolve("same"), directory.resolve("real"));
    for (String other : List.of("real/c", "same/c", "real/../real/c", "real/C")) {
      assertThat(
              problems(
                  ("{'sources':{'a':{'url':'http://h/','address':'a','cursor':'%s'},"
                          + "'b':{'url':'http://h/','address':'b','cursor':'%s'}}}")
                      .formatted(directory.resolve("real/c"), directory + "/" + other)))
          .as(other)
          .containsExactly(
              "/sources/b/cursor: expected a file of its own, got the one of /sources/a/cursor");
    }
  }

  @Test
  void certificatesAreLookedInto() throws Exception {
    Path cert = PemParts.write(directory.resolve("cert.pem"), "server");
    Path key = PemParts.write(directory.resolve("key.pem"), "other-key");
    Path ca = PemParts.write(directory.resolve("ca.pem"), "key");
    assertThat(problems("{'http':{'tls':{'cert':'" + cert + "','key':'" + key + "'}}}"))
        .containsExactly(
            "/http/tls/key: expected the private key of the certificate in \"cert.pem\", got"
                + " another one in \"key.pem\"");
    assertThat(problems(source(",'ca':'" + ca + "'").replace("http:", "https:")))
        .containsExactly(
            "/sources/s/ca: expected a certificate, -----BEGIN CERTIFICATE-----, got private key in"
                + " \"ca.pem\"");
  }

  @Test
  void addressesThatNoRouteServesAreWarnedOf() {
    String config =
        "{'routes':{'r':{'path':'/r/:x','address':'a.{x}'}},'publish':{'p':{'path':'/p','address':'%s'}}}";
    assertThat(ConfigWarnings.of(parse(config.formatted("a.b")))).isEmpty();
    assertThat(ConfigWarnings.of(parse(config.formatted("b"))))
        .containsExactly(
            new ConfigException.Problem(
                null,
                "/publish/p/address",
                "no route serves \"b\", so no subscriber of this bridge gets what goes there"));
  }

  private static BridgeConfig parse(String json) {
    return ConfigFile.parse("c", json.replace('\'', '"')).config();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          {'http':{'drainDelay':'5s'}} | /http/drainDelay | "admin" in the configuration, which tells
          {'admin':{'readAuthority':'ops'}} | /admin/readAuthority | "auth" in the configuration
          {'admin':{'auth':'none','writeAuthority':'ops'},'auth':{'tokens':{'a':{'token':'0123456789abcdef'}}}} | /admin/writeAuthority | "auth"
          {'admin':{'auth':['b']},'auth':{'tokens':{'a':{'token':'0123456789abcdef'}}}} | /admin/auth | "none", or a name of those in /auth (a)
          {'admin':{'auth':'none','host':'0.0.0.0'}} | /admin/auth | "none" only where "host" is a loopback address
          """)
  void whatDoesNotGoWithAnAdminPortIsNamed(String config, String place, String expected) {
    assertThat(problems(config))
        .singleElement()
        .satisfies(problem -> assertThat(problem).startsWith(place + ":").contains(expected));
  }
}
