package dev.ssebridge.internal.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ssebridge.internal.text.UnfitValueException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a file of htpasswd may hold. */
class PasswordFileTest {
  private static final String HASH = "$2y$05$" + "a".repeat(53);

  @Test
  void linesOfBcryptAreTakenCommentsAndEmptyLinesArePassedOver() {
    PasswordFile file =
        PasswordFile.parse("# people\r\n\r\nada:" + HASH + "\r\n\nj\u00fcrgen:" + HASH);

    assertThat(file.hashes()).containsOnlyKeys("ada", "j\u00fcrgen");
    assertThat(file.hash("ada")).isEqualTo(HASH);
    assertThat(file.hash("bob")).isNull();
    assertThat(file.refused()).isEmpty();
    assertThat(file.toString()).doesNotContain("ada").doesNotContain(HASH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$apr1$abcdefgh$abcdefghijklmnopqrstu.",
        "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=",
        "rqXexS6ZhobKA",
        "$5$rounds=1000$abc$def",
        "password"
      })
  void lineWithAnotherHashIsRefusedByItsNumberAndItsNameIsUnknown(String hash) {
    PasswordFile file = PasswordFile.parse("ada:" + HASH + "\nbob:" + hash + "\n");

    assertThat(file.hashes()).containsOnlyKeys("ada");
    assertThat(file.refused())
        .singleElement()
        .asString()
        .startsWith("line 2: expected a hash of bcrypt")
        .doesNotContain("bob")
        .doesNotContain(hash);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n# nobody\n",
        "ada",
        ":x",
        "ada:",
        "ada:$2y$05$short",
        "ada:$2y$31$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "ada:$2x$05$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "ada:p\nada:q"
      })
  void brokenFileIsRefusedAsAWhole(String text) {
    assertThatThrownBy(() -> PasswordFile.parse(text))
        .isInstanceOf(UnfitValueException.class)
        .hasMessageContaining("expected")
        .message()
        .doesNotContain("ada")
        .doesNotContain("aaaa");
  }

  @Test
  void fileThatIsMissingOrNotUtf8IsAProblem(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("htpasswd");
    assertThat(PasswordFile.problems(file.toString())).hasSize(1);
    Files.write(file, new byte[] {'a', (byte) 0xFF, ':', 'x'});
    assertThat(PasswordFile.problems(file.toString()))
        .containsExactly("expected UTF-8, got other bytes");
    Files.writeString(file, "ada:" + HASH);
    assertThat(PasswordFile.problems(file.toString())).isEmpty();
  }
}
