package dev.ssebridge.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.text.UnfitValueException;
import dev.ssebridge.testing.TestKey;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys that tokens are verified with, and what each may be used for. */
class KeySetTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "RS256, RS256 RS384 RS512 PS256 PS384 PS512",
    "ES256, ES256",
    "ES384, ES384",
    "ES512, ES512",
    "EdDSA, EdDSA"
  })
  void keyOfAFileAndOfASetIsTheSameAndForItsOwnAlgorithms(String kind, String algorithms)
      throws Exception {
    TestKey key = TestKey.make("k", kind);
    Path pem = key.writePem(directory.resolve("key.pem"));
    VerificationKey ofFile = VerificationKey.read(pem.toString()).get(0);
    KeySet set = KeySet.parse(TestKey.set(key).toBuffer(), false);

    assertThat(ofFile.algorithms()).containsExactlyInAnyOrder(algorithms.split(" ", -1));
    assertThat(set.leftOut()).isEmpty();
    assertThat(set.keys()).hasSize(1);
    assertThat(set.keys().get(0).id()).isEqualTo("k");
    assertThat(set.keys().get(0).jwk()).isEqualTo(ofFile.jwk());
    assertThat(set.keys().get(0).algorithms()).isEqualTo(ofFile.algorithms());
    assertThat(ofFile.toString()).doesNotContain(key.jwk().getString("kty") + "\"");
  }

  @Test
  void certificatesAreTakenForTheirKeys() {
    assertThat(VerificationKey.read("src/test/resources/pem/rsa.pem")).hasSize(1);
    assertThat(VerificationKey.read("src/test/resources/pem/server.pem").get(0).algorithms())
        .hasSize(1);
    assertThat(VerificationKey.read("src/test/resources/pem/ed25519.pem").get(0).algorithms())
        .containsExactly("EdDSA");
  }

  @ParameterizedTest
  @CsvSource({
    "src/test/resources/pem/rsa-1024.pem, expected an RSA key of 2048..16384 bits",
    "src/test/resources/pem/k1.pem, another",
    "src/test/resources/pem/rsa-key.pem, got a private key",
    "src/test/resources/pem/rsa-key-pkcs1.pem, got a private key",
    "src/test/resources/pem/none.pem, expected a readable",
    "pom.xml, expected a PEM file"
  })
  void fileWithoutAKeyThatIsUsedIsAProblemThatNamesTheFile(String file, String problem) {
    assertThat(VerificationKey.problems(file))
        .singleElement()
        .asString()
        .contains(problem)
        .contains('"' + file + '"');
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "[]", "{}", "{\"keys\":null}", "{\"keys\":{}}", "{\"keys\":\"x\"}", "1"})
  void anotherTextIsNoSet(String text) {
    assertThatThrownBy(() -> KeySet.parse(Buffer.buffer(text), true))
        .isInstanceOf(UnfitValueException.class)
        .hasMessageContaining("expected a set of keys");
  }

  @Test
  void ofVeryManyKeysTheFirstAreTaken() {
    JsonArray many = new JsonArray();
    JsonObject key = TestKey.make("k", "ES256").jwk();
    for (int i = 0; i < 1000; i++) {
      many.add(key.copy().put("kid", "k" + i));
    }
    KeySet set = KeySet.parse(new JsonObject().put("keys", many).toBuffer(), false);

    assertThat(set.keys()).hasSize(200);
    assertThat(set.leftOut()).containsExactly("all keys after the first 200 are left out");
  }

  @Test
  void secretIsTakenFromAnOwnFileAlone() throws Exception {
    JsonObject oct = new JsonObject().put("kty", "oct").put("k", TestKey.base64(new byte[32]));
    JsonObject weak = new JsonObject().put("kty", "oct").put("k", TestKey.base64(new byte[31]));
    JsonObject set = new JsonObject().put("keys", new JsonArray().add(oct).add(weak));

    KeySet foreign = KeySet.parse(set.toBuffer(), false);
    assertThat(foreign.keys()).isEmpty();
    assertThat(foreign.leftOut()).hasSize(2);
    KeySet own = KeySet.parse(set.toBuffer(), true);
    assertThat(own.keys()).hasSize(1);
    assertThat(own.keys().get(0).algorithms()).containsExactlyInAnyOrder("HS256", "HS384", "HS512");
    assertThat(own.leftOut().get(0)).contains("key 2").contains("31");

    Path file = directory.resolve("set.json");
    Files.writeString(file, set.encode());
    assertThat(KeySet.problems(file.toString())).isEmpty();
    Files.writeString(file, new JsonObject().put("keys", new JsonArray().add(weak)).encode());
    assertThat(KeySet.problems(file.toString())).hasSize(1);
    Files.writeString(file, "{\"keys\":[]}");
    assertThat(KeySet.problems(file.toString())).hasSize(1);
    assertThat(KeySet.problems(directory.toString())).hasSize(1);
  }
}
