package dev.ssebridge.internal.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.ConfigException;
import dev.ssebridge.ConfigException.Problem;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in files by which users are known is looked at before anything is started. */
class AuthFilesTest {
  @TempDir Path directory;

  private List<String> problems(String providers) throws Exception {
    Path file = directory.resolve("bridge.json");
    JsonObject config =
        new JsonObject(
            ("{'routes':{'x':{'path':'/x','address':'a'}},'auth':" + providers + "}")
                .replace('\'', '"'));
    Files.writeString(file, config.encode());
    try {
      ConfigFile.read(file);
      return List.of();
    } catch (ConfigException wrong) {
      return wrong.problems().stream().map(AuthFilesTest::told).toList();
    }
  }

  private static String told(Problem problem) {
    return problem.place() + ": " + problem.message();
  }

  private String file(String name, String text) throws Exception {
    return Files.writeString(directory.resolve(name), text).toString();
  }

  @Test
  void allProblemsAreToldAtTheirPlaces() throws Exception {
    String htpasswd = file("htpasswd", "ada:{SHA}x\nbob:$2y$05$" + "a".repeat(53) + "\neve:$1$x\n");
    String pem = file("key.pem", TestKey.make("k", "ES256").pem());
    String empty = file("jwks.json", "{\"keys\":[{\"kty\":\"XYZ\",\"kid\":\"z\"}]}");
    List<String> found =
        problems(
            "{'basic':{'ab':{'file':'"
                + htpasswd
                + "'},'m':{'file':'missing'}},'jwt':{'t':{'keys':['"
                + pem
                + "','no.pem'],'jwks':'"
                + empty
                + "','ca':'no.ca'}},'forward':{'f':{'url':'http://h/','ca':'no.ca'}}}");

    assertThat(found)
        .containsExactlyInAnyOrder(
            "/auth/basic/ab/file: line 1: expected a hash of bcrypt with a cost of"
                + " 4..17, $2y$.., got another kind; \"htpasswd -B\" writes one in \""
                + htpasswd
                + "\"",
            "/auth/basic/ab/file: line 3: expected a hash of bcrypt with a cost of"
                + " 4..17, $2y$.., got another kind; \"htpasswd -B\" writes one in \""
                + htpasswd
                + "\"",
            "/auth/jwt/t/keys/1: expected a readable, not empty PEM file, got" + " \"no.pem\"",
            "/auth/jwt/t/jwks: key 1 \"z\" is left out: expected a kty of RSA, EC or OKP"
                + " in \""
                + empty
                + "\"",
            "/auth/jwt/t/ca: expected a readable, not empty PEM file, got \"no.ca\"",
            "/auth/forward/f/ca: expected a readable, not empty PEM file, got \"no.ca\"",
            "/auth/basic/m/file: expected a readable file with names and hashes of"
                + " passwords in \"missing\"");
  }

  @Test
  void filesThatCanBeUsedAreNoProblem() throws Exception {
    TestKey key = TestKey.make("k", "ES256");
    String htpasswd = file("htpasswd", "bob:$2y$05$" + "a".repeat(53) + "\n");
    assertThat(
            problems(
                "{'basic':{'b':{'file':'"
                    + htpasswd
                    + "'}},'jwt':{'t':{'keys':['"
                    + file("key.pem", key.pem())
                    + "'],'jwks':'"
                    + file("jwks.json", TestKey.set(key).encode())
                    + "'},'u':{'jwks':'http://localhost/nobody'}}}"))
        .isEmpty();
  }

  @Test
  void headersThatEachRequestHasItsOwnOfAreNotPassedOn() throws Exception {
    List<String> found =
        problems(
            "{'forward':{'f':{'url':'http://h/','headers':['cookie','Content-Length','host',"
                + "'x y','X-Forwarded-For','x-token']}}}");
    assertThat(found).hasSize(4).allMatch(each -> each.startsWith("/auth/forward/f/h"));
  }

  @Test
  void keysThatComeWithoutTlsFromFarAwayAreWarnedOf() {
    assertThat(warnings("https://issuer.example/keys")).isEmpty();
    assertThat(warnings("http://127.0.0.1/keys")).isEmpty();
    assertThat(warnings("http://localhost:8080/keys")).isEmpty();
    assertThat(warnings("HTTP://issuer.example/keys?k=hidden"))
        .singleElement()
        .asString()
        .startsWith("/auth/jwt/t/jwks: the keys come without TLS")
        .doesNotContain("hidden");
  }

  private static List<String> warnings(String jwks) {
    String config =
        "{'routes':{'x':{'path':'/x','address':'a'}},'auth':{'jwt':{'t':{'jwks':'" + jwks + "'}}}}";
    return ConfigWarnings.of(ConfigFile.parse("c", config.replace('\'', '"')).config()).stream()
        .map(AuthFilesTest::told)
        .filter(each -> each.startsWith("/auth/"))
        .toList();
  }

  @Test
  void jarThatIsNotThereIsNamed() {
    assertThat(OptionalJar.missing("java.lang.String", "g:a", "version 1")).isNull();
    assertThat(OptionalJar.missing("no.such.Type", "g:a", "version 1"))
        .isEqualTo("needs a, which is not on the class path; add the dependency g:a in version 1");
    assertThat(OptionalJar.missing(AuthProviderConfig.JWT, "", "")).isNull();
    assertThat(OptionalJar.missing(AuthProviderConfig.BCRYPT, "", "")).isNull();
  }
}
