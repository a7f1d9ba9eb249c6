package dev.ssebridge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.client.EventSource;
import dev.ssebridge.client.EventSourceBuilder;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.EventSourceStats;
import dev.ssebridge.client.EventSourceTransition;
import dev.ssebridge.client.SseClientVerticle;
import dev.ssebridge.format.EventDecoder;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.metrics.BridgeMeters;
import dev.ssebridge.testing.ApiCalls;
import dev.ssebridge.testing.ApiObjects;
import dev.ssebridge.testing.BridgeFixture;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Null is refused at once, by the name of the parameter, wherever nothing says that it may be. For
 * options see {@code internal.config.NullTest}.
 */
class NullArgumentsTest {
  private static Vertx vertx;
  private static ApiObjects objects;

  /** An object of an application; one for each call, as that may end it. */
  private record Kind(Class<?> type, Maker made) {
    @Override
    public String toString() {
      return type.getSimpleName();
    }
  }

  private interface Maker {
    Object make();
  }

  static List<Kind> objects() {
    return List.of(
        new Kind(SseBridge.class, () -> objects.bridge()),
        new Kind(SseBridgeServer.class, () -> objects.server()),
        new Kind(EventStream.class, () -> objects.stream()),
        new Kind(EventSource.class, () -> objects.source()),
        new Kind(EventSourceBuilder.class, () -> EventSource.builder(vertx)),
        new Kind(Flow.Publisher.class, () -> objects.source().publisher()),
        new Kind(SubscribeRequest.class, () -> objects.asked()),
        new Kind(PublishRequest.class, () -> objects.posted()),
        new Kind(SseClientVerticle.class, () -> objects.client()),
        new Kind(BridgeMeters.class, () -> objects.meters()),
        new Kind(ServerSentEvent.Builder.class, ServerSentEvent::builder),
        new Kind(EventDecoder.class, () -> EventDecoder.create(event -> {})),
        new Kind(EventSourceRequest.class, () -> EventSourceRequest.get("http://127.0.0.1/")),
        new Kind(EventSourceStats.Builder.class, EventSourceStats::builder),
        new Kind(EventSourceTransition.Builder.class, EventSourceTransition::builder),
        new Kind(StreamInfo.Builder.class, () -> StreamInfo.builder("news", "1")));
  }

  /** All public types but options, and what Vert.x makes. */
  static List<Class<?>> types() throws IOException, ClassNotFoundException {
    Path sources = Path.of(System.getProperty("project.basedir", "."), "src/main/java");
    List<Class<?>> types = new ArrayList<>();
    try (Stream<Path> all = Files.walk(sources.resolve("dev/ssebridge"))) {
      for (Path file :
          all.filter(each -> !each.startsWith(sources.resolve("dev/ssebridge/internal")))
              .filter(each -> each.toString().endsWith(".java"))
              .filter(each -> !each.toString().matches(".*(Options|ReconnectPolicy|-info)\\.java"))
              .sorted()
              .toList()) {
        String name = sources.relativize(file).toString().replace(File.separatorChar, '.');
        Class<?> type = Class.forName(name.substring(0, name.length() - ".java".length()));
        for (Class<?> each :
            Stream.concat(Stream.of(type), Stream.of(type.getClasses())).toList()) {
          if (Modifier.isPublic(each.getModifiers()) && !each.isEnum()) {
            types.add(each);
          }
        }
      }
    }
    assertThat(types).hasSizeGreaterThan(40);
    return types;
  }

  @BeforeAll
  static void start() {
    vertx = Vertx.vertx();
    objects = new ApiObjects(vertx);
  }

  @AfterAll
  static void stop() {
    objects.close();
    BridgeFixture.get(vertx.close());
  }

  @ParameterizedTest
  @MethodSource("objects")
  void aMethodRefusesNullByTheNameOfItsParameter(Kind kind) {
    List<String> problems = new ArrayList<>();
    for (ApiCalls.Call call : ApiCalls.of(kind.type(), vertx)) {
      for (int i : notNullable(call.called())) {
        check(call.withNullAt(i), i, kind.made().make(), problems);
      }
    }
    assertThat(problems).isEmpty();
  }

  @Test
  void aConfigurationIsNeverReadFromNull() {
    List<String> problems = new ArrayList<>();
    int calls = 0;
    for (ApiCalls.Call call : ApiCalls.ofNone(SseBridgeOptions.class, vertx)) {
      if (call.called().getName().equals("read")) {
        for (int i : notNullable(call.called())) {
          check(call.withNullAt(i), i, null, problems);
          calls++;
        }
      }
    }
    assertThat(problems).isEmpty();
    assertThat(calls).isEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("types")
  void aFactoryRefusesNullByTheNameOfItsParameter(Class<?> type) {
    List<String> problems = new ArrayList<>();
    for (ApiCalls.Call call : ApiCalls.ofNone(type, vertx)) {
      for (int i : notNullable(call.called())) {
        check(call.withNullAt(i), i, null, problems);
      }
    }
    assertThat(problems).isEmpty();
  }

  private static List<Integer> notNullable(Executable called) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < called.getParameterCount(); i++) {
      if (!called.getParameterTypes()[i].isPrimitive()
          && !called.getAnnotatedParameterTypes()[i].isAnnotationPresent(Nullable.class)) {
        places.add(i);
      }
    }
    return places;
  }

  private static void check(
      ApiCalls.Call call, int place, @Nullable Object target, List<String> problems) {
    Throwable refused;
    try {
      Object result = call.on(target);
      refused = result instanceof Future<?> future ? future.cause() : null;
    } catch (Throwable e) {
      refused = e;
    }
    String name = call.called().getParameters()[place].getName();
    String said = refused == null ? null : refused.getMessage();
    if (!(refused instanceof NullPointerException || refused instanceof IllegalArgumentException)
        || said == null
        || said.startsWith("Cannot ")
        || !(said.contains(name) || name.equals("arg0"))) { // of the JDK, which tells no name
      problems.add(call + " (" + name + "): " + refused);
    }
  }
}
