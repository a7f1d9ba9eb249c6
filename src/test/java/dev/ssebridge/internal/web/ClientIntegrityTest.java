package dev.ssebridge.internal.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * The documentation says what the page client is, by its hash and its size. After a change of it:
 * {@code mvn -o test -Dtest=ClientIntegrityTest -Dintegrity.write=true}
 */
class ClientIntegrityTest {
  private static final Path BASE = Path.of(System.getProperty("project.basedir", "."));
  private static final Path PAGE = BASE.resolve("src/site/markdown/browser.md");
  private static final Path SERVED = BASE.resolve("target/classes/dev/ssebridge/web/sse-bridge.js");
  private static final Pattern HASH = Pattern.compile("sha384-[A-Za-z0-9+/=-]+");
  private static final Pattern SIZE = Pattern.compile("[0-9.]+ KB with gzip");

  /** What a page loads before it shows anything should not grow unseen. */
  private static final int MOST_BYTES = 6_750;

  @Test
  void thePageSaysTheHashAndTheSizeOfWhatIsServed() throws Exception {
    byte[] served = Files.readAllBytes(SERVED);
    String hash = hash(served);
    String size = String.format(Locale.ROOT, "%.1f KB with gzip", zipped(served) / 1000.0);
    String page = Files.readString(PAGE);

    if (Boolean.getBoolean("integrity.write")) {
      page = HASH.matcher(page).replaceAll(hash);
      page = SIZE.matcher(page).replaceAll(size);
      Files.writeString(PAGE, page);
    }
    assertThat(page)
        .as("after a change of src/main/js: -Dtest=ClientIntegrityTest -Dintegrity.write=true")
        .contains(hash)
        .contains(size);
    assertThat(HASH.matcher(page).results().map(found -> found.group()).distinct())
        .containsExactly(hash);
  }

  @Test
  void itIsSmall() throws Exception {
    assertThat(zipped(Files.readAllBytes(SERVED))).isLessThanOrEqualTo(MOST_BYTES);
  }

  private static String hash(byte[] bytes) throws GeneralSecurityException {
    byte[] digest = MessageDigest.getInstance("SHA-384").digest(bytes);
    return "sha384-" + Base64.getEncoder().encodeToString(digest);
  }

  private static int zipped(byte[] bytes) throws IOException {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(small)) {
      zip.write(bytes);
    }
    return small.size();
  }
}
