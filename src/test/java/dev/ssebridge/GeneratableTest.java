package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceBuilder;
import dev.ssebridge.client.ReconnectPolicy;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.VertxGen;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The public API is of the form that the code generators of Vert.x read, those for RxJava, Mutiny
 * and others: nothing is generated here, but whoever needs it can.
 */
@Tag("slow")
class GeneratableTest {
  private static final String PROCESSOR = "io.vertx.codegen.processor.Processor";
  private static final Path SOURCES = Path.of("src/main/java");

  private static List<Path> publicSources() throws IOException {
    try (Stream<Path> all = Files.walk(SOURCES.resolve("dev/ssebridge"))) {
      return all.filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.startsWith(SOURCES.resolve("dev/ssebridge/internal")))
          .sorted()
          .toList();
    }
  }

  @Test
  void whatIsMarkedKeepsTheRulesOfVertxCodegen(@TempDir Path out) throws Exception {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(found, null, null)) {
      String path =
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
      compiler
          .getTask(
              said,
              files,
              found,
              List.of(
                  "-proc:only",
                  "-processor",
                  PROCESSOR,
                  "-d",
                  out.toString(),
                  "-classpath",
                  path,
                  "-processorpath",
                  path),
              null,
              files.getJavaFileObjectsFromPaths(publicSources()))
          .call();
    }
    assertThat(found.getDiagnostics())
        .filteredOn(each -> each.getKind() == Diagnostic.Kind.ERROR)
        .map(each -> each.getMessage(null))
        .as(
            "what vertx-codegen says; a method that it has no form for is marked"
                + " @GenIgnore(GenIgnore.PERMITTED_TYPE). %s",
            said)
        .isEmpty();
  }

  @Test
  void interfacesOfTheApiAreMarked() {
    assertThat(
            List.of(
                SseBridge.class,
                SseBridgeServer.class,
                EventStream.class,
                SubscribeRequest.class,
                PublishRequest.class,
                EventSource.class,
                EventSourceBuilder.class))
        .allSatisfy(
            type -> {
              assertThat(type).isInterface();
              assertThat(type.isAnnotationPresent(VertxGen.class)).as("%s", type).isTrue();
            });
  }

  /** One idiom: from and to JSON, copied, mutable, fluent. */
  @Test
  void allOptionsAreDataObjectsOfOneIdiom() throws Exception {
    List<Class<?>> options =
        Stream.concat(
                publicSources().stream()
                    .filter(file -> file.toString().endsWith("Options.java"))
                    .map(GeneratableTest::typeOf),
                Stream.of(ReconnectPolicy.class))
            .toList();
    assertThat(options).hasSizeGreaterThan(30);
    for (Class<?> type : options) {
      assertThat(type.isAnnotationPresent(DataObject.class)).as("%s", type).isTrue();
      assertThat(type.getMethod("toJson").getReturnType()).isEqualTo(JsonObject.class);
      assertThat(type.getConstructor(JsonObject.class)).isNotNull();
      assertThat(type.getConstructor(type)).isNotNull();
      if (hasDefaultsAlone(type)) {
        Object made = type.getConstructor().newInstance();
        assertThat((JsonObject) type.getMethod("toJson").invoke(made)).as("%s", type).isEmpty();
        assertThat(type.getConstructor(type).newInstance(made))
            .isEqualTo(made)
            .hasSameHashCodeAs(made)
            .isNotSameAs(made);
      }
      assertThat(type.getMethods())
          .filteredOn(method -> method.getName().startsWith("set"))
          .as("%s", type)
          .isNotEmpty()
          .allMatch(method -> method.getReturnType() == type);
    }
  }

  /** Others have a key that must be there, which their constructor wants. */
  private static boolean hasDefaultsAlone(Class<?> type) {
    return Stream.of(type.getConstructors()).anyMatch(made -> made.getParameterCount() == 0);
  }

  private static Class<?> typeOf(Path file) {
    String name = SOURCES.relativize(file).toString();
    try {
      return Class.forName(name.substring(0, name.length() - ".java".length()).replace('/', '.'));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
