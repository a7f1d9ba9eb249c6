package dev.ssebridge.internal.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ssebridge.testing.Deadline;
import dev.ssebridge.testing.HttpCalls;
import dev.ssebridge.testing.StaticSite;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an application gets by a dependency, and what only the program has. */
@Timeout(120)
class LibraryJarIT {
  private static final Path LIBRARY = Path.of(System.getProperty("library.jar"));
  private static final String CONSOLE = "dev/ssebridge/web/console/";
  private static final Path PROGRAM = Path.of(System.getProperty("fat.jar"));

  @Test
  void theLibraryHoldsNothingThatAnApplicationWouldServeByAccident() throws IOException {
    assertThat(files(LIBRARY))
        .contains("dev/ssebridge/SseBridge.class", "dev/ssebridge/web/sse-bridge.js")
        .allMatch(name -> name.startsWith("dev/ssebridge/") || name.startsWith("META-INF/"));
    try (JarFile jar = new JarFile(LIBRARY.toFile())) {
      assertThat(jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"))
          .isEqualTo("dev.ssebridge");
    }
  }

  @Test
  void itsSourcesLieBesideItAndTheDocumentationOfWhatIsPromised() throws IOException {
    assertThat(files(beside("sources")))
        .contains("dev/ssebridge/SseBridge.java", "dev/ssebridge/web/sse-bridge.js")
        .allMatch(name -> name.startsWith("dev/ssebridge/") || name.startsWith("META-INF/"));
    assertThat(files(beside("javadoc")))
        .contains("dev/ssebridge/SseBridge.html", "dev/ssebridge/spi/EventCodec.html")
        .noneMatch(name -> name.contains("/internal/"));
  }

  @Test
  void theProgramHasItsPagesAndConfigurations() throws IOException {
    // What else is in conf/ stands around the program.
    List<String> expected =
        new ArrayList<>(List.of("conf/bridge.json", "conf/bridge.full.json", "conf/sse-bridge"));
    try (Stream<Path> paths = Files.list(Path.of("webroot"))) {
      paths
          .filter(Files::isRegularFile)
          .map(path -> "webroot/" + path.getFileName())
          .forEach(expected::add);
    }
    assertThat(files(PROGRAM))
        .contains("dev/ssebridge/web/sse-bridge.js")
        .filteredOn(name -> name.startsWith("conf/") || name.startsWith("webroot/"))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void bothHaveTheConsoleWithItsChartsAndTheirLicence() throws IOException {
    List<String> expected = new ArrayList<>();
    try (Stream<Path> paths = Files.list(Path.of("webroot/console"))) {
      paths.map(path -> CONSOLE + path.getFileName()).forEach(expected::add);
    }
    for (Path jar : List.of(LIBRARY, PROGRAM)) {
      assertThat(files(jar))
          .contains(
              "dev/ssebridge/web/uplot/dist/uPlot.esm.js",
              "dev/ssebridge/web/uplot/dist/uPlot.min.css",
              "dev/ssebridge/web/uplot/LICENSE")
          .filteredOn(name -> name.startsWith(CONSOLE))
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void aBillOfMaterialsNamesWhatTheProgramIsMadeOf() throws IOException {
    Path file = Path.of(System.getProperty("bill.of.materials"));
    if (!"true".equals(System.getenv("CI"))) {
      assumeTrue(Files.exists(file), "an offline build makes none; with CI=true this test fails");
    }
    String bill = Files.readString(file);
    List<String> named =
        new JsonObject(bill)
            .getJsonArray("components").stream()
                .map(component -> ((JsonObject) component).getString("purl"))
                .toList();
    for (String needed :
        List.of(
            "io.vertx/vertx-core@",
            "io.vertx/vertx-web@",
            "io.netty/netty-common@",
            "org.webjars.npm/uplot@")) {
      assertThat(named).anyMatch(purl -> purl.startsWith("pkg:maven/" + needed));
    }
    assertThat(named).noneMatch(purl -> purl.contains("junit") || purl.contains("assertj"));
  }

  @Test
  void anApplicationThatServesItsOwnFilesServesNoneOfTheDemo(@TempDir Path directory)
      throws Exception {
    Files.createDirectories(directory.resolve("webroot"));
    Files.writeString(directory.resolve("webroot/own.html"), "own");
    try (FatJar site = FatJar.runMain(StaticSite.class, classPath(), directory)) {
      String url = site.awaitListening();

      assertThat(status(url + "/own.html")).isEqualTo(200);
      assertThat(status(url + "/sse-bridge.js")).isEqualTo(200);
      for (String path :
          List.of("/", "/index.html", "/sse.html", "/style.css", "/topic.js", "/console/")) {
        assertThat(status(url + path)).as(path).isEqualTo(404);
      }
    }
  }

  private static Path beside(String classifier) {
    String name = LIBRARY.getFileName().toString().replace(".jar", "-" + classifier + ".jar");
    return LIBRARY.resolveSibling(name);
  }

  /** The library jar and what it needs; of the tests their classes alone. */
  private static String classPath() throws Exception {
    List<String> entries = new ArrayList<>();
    entries.add(LIBRARY.toString());
    entries.add(
        Path.of(StaticSite.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .toString());
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (Path.of(entry).getFileName().toString().matches("(vertx|netty|jackson|jspecify).*jar")
          // Which need those of Micrometer, OpenTelemetry and Hazelcast beside them.
          && !entry.contains("vertx-micrometer")
          && !entry.contains("vertx-opentelemetry")
          && !entry.contains("vertx-hazelcast")
          && !Path.of(entry).equals(LIBRARY)) {
        entries.add(entry);
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static List<String> files(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      return file.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    }
  }

  private static int status(String url) throws Exception {
    return HttpCalls.client()
        .send(
            HttpRequest.newBuilder(URI.create(url)).timeout(Deadline.PATIENCE).build(),
            BodyHandlers.discarding())
        .statusCode();
  }
}
