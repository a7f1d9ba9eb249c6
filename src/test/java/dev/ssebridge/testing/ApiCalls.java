package dev.ssebridge.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ssebridge.BridgeHealth;
import dev.ssebridge.RouteOptions;
import dev.ssebridge.SseBridge;
import dev.ssebridge.SseBridgeOptions;
import dev.ssebridge.StreamInfo;
import dev.ssebridge.client.EventSourceException;
import dev.ssebridge.client.EventSourceOptions;
import dev.ssebridge.client.EventSourceReason;
import dev.ssebridge.client.EventSourceRequest;
import dev.ssebridge.client.SourceOptions;
import dev.ssebridge.format.EventDecoderOptions;
import dev.ssebridge.format.ServerSentEvent;
import dev.ssebridge.metrics.BridgeMeters;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The methods of a public type, with values that fit, so that none is left out of a test. */
public final class ApiCalls {
  private ApiCalls() {}

  /**
   * A method or a constructor, and what it is called with.
   *
   * @param values one for each parameter
   */
  public record Call(Executable called, List<@Nullable Object> values) {

    /** Its name. */
    public String name() {
      return called.getName();
    }

    /** The same with nothing at one place. */
    public Call withNullAt(int place) {
      List<@Nullable Object> other = new ArrayList<>(values);
      other.set(place, null);
      return new Call(called, other);
    }

    /** What it returns, or throws. */
    public @Nullable Object on(@Nullable Object target) throws Throwable {
      try {
        if (called instanceof Constructor<?> constructor) {
          return constructor.newInstance(values.toArray());
        }
        called.setAccessible(true); // what implements a public type is not public itself
        return ((Method) called).invoke(target, values.toArray());
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }

    @Override
    public String toString() {
      return called.getDeclaringClass().getSimpleName() + "." + called.getName() + values;
    }
  }

  /** All that a type declares itself, on an object; in the order of their names. */
  public static List<Call> of(Class<?> type, Vertx vertx) {
    List<Call> calls =
        Arrays.stream(type.getMethods())
            .filter(method -> !method.isBridge() && !Modifier.isStatic(method.getModifiers()))
            .filter(ApiCalls::isDeclaredHere)
            .sorted(Comparator.comparing(Method::toString))
            .map(method -> call(method, vertx))
            .toList();
    assertThat(calls).isNotEmpty();
    return calls;
  }

  /** All constructors and static methods of a type; in the order of their names. */
  public static List<Call> ofNone(Class<?> type, Vertx vertx) {
    Stream<Executable> methods =
        Arrays.stream(type.getMethods())
            .filter(method -> Modifier.isStatic(method.getModifiers()) && isDeclaredHere(method))
            .map(Executable.class::cast);
    return Stream.concat(methods, Arrays.stream(type.getConstructors()))
        .sorted(Comparator.comparing(Executable::toString))
        .map(called -> call(called, vertx))
        .toList();
  }

  private static boolean isDeclaredHere(Method method) {
    Class<?> type = method.getDeclaringClass();
    return type.getPackageName().startsWith("dev.ssebridge")
        || type == Flow.Subscription.class
        || type == Flow.Publisher.class;
  }

  private static Call call(Executable called, Vertx vertx) {
    List<@Nullable Object> values = new ArrayList<>();
    for (Class<?> type : called.getParameterTypes()) {
      values.add(value(type, vertx));
    }
    return new Call(called, values);
  }

  private static Object value(Class<?> type, Vertx vertx) {
    if (type.isPrimitive()) {
      return type == int.class ? (Object) 503 : type == boolean.class ? (Object) true : 1L;
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    List<Object> values =
        List.of(
            "news",
            1L,
            vertx,
            ServerSentEvent.of("x"),
            Duration.ofSeconds(1),
            Instant.EPOCH,
            List.of("news"),
            Map.of(),
            Buffer.buffer("x"),
            new byte[1],
            new long[1],
            new double[1],
            new JsonObject(),
            HttpMethod.GET,
            new RouteOptions("/more", "more"),
            new SseBridgeOptions(),
            new EventDecoderOptions(),
            new EventSourceOptions("http://127.0.0.1:1/"),
            new SourceOptions("http://127.0.0.1:1/", "up"),
            new HttpClientOptions(),
            new HttpServerOptions(),
            new PoolOptions(),
            EventSourceRequest.get("http://127.0.0.1:1/"),
            new EventSourceException(EventSourceReason.CLOSED, "closed", null),
            BridgeHealth.Part.up("x"),
            StreamInfo.builder("news", "1").build());
    return values.stream().filter(type::isInstance).findFirst().orElseGet(() -> made(type, vertx));
  }

  private static Object made(Class<?> type, Vertx vertx) {
    if (type == Router.class) {
      return Router.router(vertx);
    }
    if (type == SseBridge.class) {
      return SseBridge.create(vertx, new SseBridgeOptions());
    }
    if (type == BridgeMeters.class) {
      return BridgeMeters.of(vertx);
    }
    assertThat(type.isInterface()).as("there is no value for %s", type).isTrue();
    return doingNothing(type);
  }

  private static Object doingNothing(Class<?> type) {
    InvocationHandler nothing =
        (proxy, method, given) ->
            switch (method.getName()) {
              case "equals" -> proxy == given[0];
              case "hashCode" -> System.identityHashCode(proxy);
              case "toString" -> "a " + type.getSimpleName();
              default -> method.getReturnType() == boolean.class ? false : null;
            };
    return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, nothing);
  }
}
