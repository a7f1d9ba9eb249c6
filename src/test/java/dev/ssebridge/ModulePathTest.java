package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.testing.ModulePathClient;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes as a module, beside the modules of Vert.x, which do not open what is internal. */
@Tag("slow")
class ModulePathTest {

  @Test
  void client09OnTheModulePathAStreamIsFollowedToo(@TempDir Path directory) throws Exception {
    Path module = pack(home(EventSource.class), directory.resolve("bridge.jar"));
    Path output = directory.resolve("output");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "--module-path",
            module + File.pathSeparator + String.join(File.pathSeparator, dependencies()),
            "--add-modules",
            "ALL-MODULE-PATH",
            "--class-path",
            home(ModulePathClient.class).toString(),
            ModulePathClient.class.getName());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the end of the process").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String told = Files.readString(output);
    assertThat(told)
        .contains("module dev.ssebridge got x\n".repeat(3))
        .doesNotContain("IllegalAccess");
    assertThat(process.exitValue()).as(told).isZero();
  }

  private static Path home(Class<?> type) throws Exception {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  /** What an application that uses the client has, and nothing of the tests. */
  private static List<String> dependencies() {
    List<String> jars = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      String name = Path.of(entry).getFileName().toString();
      if (name.matches("(vertx-core|netty|jackson-core|jspecify).*[.]jar")) {
        jars.add(entry);
      }
    }
    return jars;
  }

  /** A directory can be no automatic module. */
  private static Path pack(Path classes, Path jar) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(new Attributes.Name("Automatic-Module-Name"), "dev.ssebridge");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest);
        Stream<Path> paths = Files.walk(classes)) {
      for (Path path : paths.filter(each -> each.toString().endsWith(".class")).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString().replace('\\', '/')));
        out.write(Files.readAllBytes(path));
        out.closeEntry();
      }
    }
    return jar;
  }
}
